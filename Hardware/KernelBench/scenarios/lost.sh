# Decides: that a board which goes in the middle of a session ends it, for the command and for the
# daemon: named, recorded, and with off whatever can still be reached.
# Leaves to others: the verdict (gone-pwm.expect, gone-chip.expect), a converter that goes (faults).
. /bench/bench.sh
. /bench/chip.sh

# The kernel lets go of the PWM chip, as when its bus fails: lines still answer.
drivers=/sys/bus/platform/drivers
record_begins gone-pwm
controller_starts controller_lasting
usleep 5000000
mark "fault gone-pwm on"
echo nmes-pwm > $drivers/nmes-pwm/unbind
controller_ends "$status_tripped"
check "output-write-failed" grep -qF "the session ended by output-write-failed (SR-26)" /tmp/said
usleep 60000
record_ends
echo nmes-pwm > $drivers/nmes-pwm/bind

# It lets go of the lines: they stay as they are, and only amplitudes can be turned off.
record_begins gone-chip.command
controller_starts controller_lasting
usleep 5000000
mark "gone gpio-sim"
chip_goes
controller_ends "$status_tripped"
check "named" grep -qE "the session ended by (outputs-lost|output-write-failed) \(SR-26\)" /tmp/said
check "the log holds" nmes dose verify --log /tmp/bench.sqlite
usleep 60000
record_ends
chip_comes

# The same to the daemon, which goes on serving, refuses, and opens the board again when it is
# started again.
folder=/tmp/nmes log=/tmp/lost.sqlite
console() { nmes console --runtime-directory $folder --script "$1"; }
begin() {
  printf '%s\n' "load large-muscle-tetanic patient LOST muscle quadriceps area 180 cm2" check \
    "expect state checked within 30 s" "answer all no" "answer skin ok" arm start \
    "expect amplitude >= 5 mA within 30 s"
}
record_begins gone-chip.daemon
daemon_starts $folder $log
mark start
begin > /tmp/begin
printf '%s\n' "expect phase over within 60 s" >> /tmp/begin
console /tmp/begin > /tmp/said 2>&1 &
console_pid=$!
controller_is_energised
usleep 5000000
mark "gone gpio-sim"
chip_goes
wait $console_pid
check "the console sees the session end" [ $? = 0 ]
cat /tmp/said
check "the daemon is there" kill -0 $daemon_pid
nmes status --runtime-directory $folder > /tmp/said 2>&1
check "the cause is named first" grep -qE "^OVER, FAULT.* of [0-9]+  SR-26" /tmp/said
cat /tmp/said
printf '%s\n' reset > /tmp/again
begin >> /tmp/again
console /tmp/again > /tmp/said 2>&1
check "another session does not begin" [ $? != 0 ]
cat /tmp/said
usleep 60000
record_ends
chip_comes
kill -TERM $daemon_pid
wait $daemon_pid
check "the daemon ends with 0" [ $? = 0 ]
check "the log holds" nmes dose verify --log $log

record_begins back
daemon_starts $folder $log.again
mark start
begin > /tmp/again
console /tmp/again > /tmp/said 2>&1
check "started again it delivers" [ $? = 0 ]
kill -TERM $daemon_pid
wait $daemon_pid
check "the daemon ends with 0" [ $? = 0 ]
usleep 60000
record_ends
scenario_ends
