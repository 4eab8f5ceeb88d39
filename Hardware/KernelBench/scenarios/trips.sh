# Decides: that each fault line ends a session in time, at random points of a pulse, under load.
# Leaves to others: the controller (controller.sh), the verdict (trips.expect).
. /bench/bench.sh

count=20
if [ -n "$FULL" ]; then count=200; fi
count=${COUNT:-$count}
record_begins trips --trips $count --names estop,over-current,high-voltage-lost \
  --skip $probe_phases --window $period_us --seed "${SEED:-5}"
fact count $count
load_begins
n=0
while [ $n -lt $count ]; do
  n=$((n + 1))
  controller_starts controller_lasting
  controller_ends $status_tripped
  usleep 120000
done
load_ends
record_ends
scenario_ends
