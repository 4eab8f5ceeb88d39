# Decides: that the board acts by itself when the controller is killed at any instant, and that
# the next start clears what was left.
# Leaves to others: the controller (controller.sh), the verdict (kill.expect).
. /bench/bench.sh

count=10
if [ -n "$FULL" ]; then count=200; fi
count=${COUNT:-$count}
record_begins kill
fact count $count
# Some instants lie between the self-check's relay test and the session, all off.
fact most $((count * 8 / 10))
n=0
while [ $n -lt $count ]; do
  n=$((n + 1))
  controller_starts controller_lasting
  controller_is_energised
  draw 600000
  inject KILL $controller_pid "$drawn_value"
  controller_ends 137
  usleep 60000
done
# The last kill's leftovers are cleared by one more, which is stopped.
controller_starts controller_lasting
controller_is_energised
inject TERM $controller_pid 100000
controller_ends $status_stopped
usleep 60000
record_ends
scenario_ends
