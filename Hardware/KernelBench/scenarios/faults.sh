# Decides: that what only converters can show ends a session too, and that it is named.
# Leaves to others: the controller (controller.sh), the verdict (faults.expect).
. /bench/bench.sh

# It must name the cause, which is a pattern where more than one is right.
ends_by() { # CAUSE
  controller_ends "$status_tripped"
  check "$1" grep -qE -- "the session ended by $1" /tmp/said
  usleep 50000
  record_ends
}

# Each at 5 s: within the first train, when the amplitude has climbed.
plant_shows() { # FAULT CAUSE
  record_begins "faults.$1" --fault "$1@5000"
  controller_starts controller_lasting
  ends_by "$2"
}
plant_shows lead-off 'open-electrode \(SR-27\)'
plant_shows short 'short-circuit \(SR-27\)'
plant_shows stuck-adc 'converter-stuck \(SR-29\)'
# Whichever of its wrong values counts first: with a phase on, or with all of them off.
plant_shows noisy-adc '(current|leakage)[a-z-]* \(SR-(28|30)\)'

# The driver lets go of its converter, as when a bus or a chip fails.
driver=/sys/bus/platform/drivers/nmes-adc
record_begins faults.gone-adc
controller_starts controller_lasting
usleep 5000000
mark "fault gone-adc on"
echo nmes-adc > $driver/unbind
ends_by 'converter-out-of-range \(SR-29\)'
echo nmes-adc > $driver/bind
scenario_ends
