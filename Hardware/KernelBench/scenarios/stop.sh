# Decides: that SIGTERM and SIGINT end a session in time, at random points of a pulse.
# Leaves to others: the controller (controller.sh), the verdict (stop.expect).
. /bench/bench.sh

count=10
if [ -n "$FULL" ]; then count=100; fi
count=${COUNT:-$count}
record_begins stop
fact count $count
# Some instants lie between the self-check's relay test and the session, all off.
fact most $((count * 8 / 10))
load_begins
n=0
while [ $n -lt $count ]; do
  n=$((n + 1))
  controller_starts controller_lasting
  controller_is_energised
  draw 600000
  if [ $((n % 2)) = 0 ]; then signal=TERM; else signal=INT; fi
  inject $signal $controller_pid "$drawn_value"
  controller_ends $status_stopped
  usleep 60000
done
load_ends
record_ends
scenario_ends
