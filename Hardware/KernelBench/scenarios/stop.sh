# Decides: that SIGTERM and SIGINT end a session in time, at random points of a pulse.
# Leaves to others: the controller (controller.sh), the verdict (stop.expect).
. /bench/bench.sh

count=10
if [ -n "$FULL" ]; then count=100; fi
record_begins stop
fact count $count
load_begins
n=0
while [ $n -lt $count ]; do
  n=$((n + 1))
  controller_starts controller_lasting
  controller_is_pulsing
  draw 600000
  if [ $((n % 2)) = 0 ]; then signal=TERM; else signal=INT; fi
  inject $signal $controller_pid "$drawn_value"
  controller_ends $status_stopped
  usleep 60000
done
load_ends
record_ends
exit $failures
