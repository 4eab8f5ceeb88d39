# Decides: that what only converters can show ends a session too.
# Leaves to others: the controller (controller.sh), the verdict (faults.expect).
. /bench/bench.sh

# Each at 5 s: within the first train, when the amplitude has climbed.
for name in lead-off short stuck-adc; do
  record_begins faults.$name --fault $name@5000
  controller_starts controller_lasting
  controller_ends $status_tripped
  tail -n 4 /tmp/said
  usleep 50000
  record_ends
done
exit $failures
