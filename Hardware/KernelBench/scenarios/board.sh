# Decides: that the commands of a board do on a real kernel what they say: doctor, selftest,
# calibrate, and STOP in the midst of a calibration.
# Leaves to others: the verdict on the pins (selftest.expect, calibrate.expect, cut.expect).
. /bench/bench.sh

said() { grep -qE -- "$1" /tmp/said; }
log=/tmp/board.sqlite
# A command that has ended has stopped what it ran, and not only made it inactive.
stopped() { [ "$(cat /sys/class/pwm/pwmchip0/pwm[01]/enable | sort -u)" = 0 ]; }
# What the plant's electrodes have at the end of a phase.
load=270

nmes board doctor --board kernel-bench --seconds 2 > /tmp/said 2> /dev/null
status=$?
# This guest has neither an isolated processor nor a clock that anybody sets.
check "doctor ends with 1, as something does not hold" [ $status = 1 ]
for item in "SCHED_FIFO" "locked memory" "GPIO chips" "PWM chips" "converters" \
  "kernel-bench: lines" "kernel-bench: PWM" "kernel-bench: converters"; do
  check "doctor: $item holds" said "^holds +$item( |\$)"
done
check "doctor: no isolated processor" said "^does not hold +isolated processor"
check "doctor: wake-ups are counted" said "lateness: 2000 wake-ups"
cat /tmp/said

record_begins selftest
self_test() { exec nmes board selftest --board kernel-bench --log $log; }
controller_starts self_test
controller_ends 0
check "its PWM outputs are stopped" stopped
check "selftest passes" said "^kernel-bench passes"
cat /tmp/said
usleep 50000
record_ends

# The range of 10 mA, as an operator answers who reads what was asked.
record_begins calibrate
calibrate() {
  exec nmes board calibrate --board kernel-bench --channel 1 --range "10 mA" --load $load \
    --meter "none, a bench" --log $log --force
}
guided() {
  printf '\n' > /tmp/answers
  for point in 1 2.5 5 7.5 10; do printf '%s mA, %s mA\n' $point $point; done >> /tmp/answers
  calibrate < /tmp/answers
}
controller_starts guided
controller_ends 0
check "its PWM outputs are stopped" stopped
check "a new definition is written" said "kernel-bench.yaml.calibrated written"
check "and is one" nmes board check /Hardware/kernel-bench.yaml.calibrated
cat /tmp/said
usleep 50000
record_ends

# STOP while it climbs: nothing is written, everything off.
rm -f /Hardware/kernel-bench.yaml.calibrated
record_begins cut
controller_starts guided
controller_is_energised
usleep 700000
inject INT $controller_pid 0
controller_ends 1
check "its PWM outputs are stopped" stopped
check "stopped" said "stopped; outputs are inactive"
check "nothing is written" [ ! -e /Hardware/kernel-bench.yaml.calibrated ]
usleep 60000
record_ends
scenario_ends
