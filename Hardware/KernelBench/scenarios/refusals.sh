# Decides: what is refused because of the machine, in which words, with nothing energised.
# Leaves to others: the texts themselves (LinuxBoard), bad definitions (Hardware/Rejected).
. /bench/bench.sh
. /bench/chip.sh

# The session must not begin, and must say why.
refused() { # TEXT
  mark start
  (controller_session) > /tmp/said 2>&1
  local status=$?
  case $status in
    2 | 3) if grep -qF -- "$1" /tmp/said; then echo "holds: $1"; return; fi ;;
  esac
  echo "FAILS: ended with $status, wanted 2 or 3 with '$1', saying:"
  tail -n 20 /tmp/said | sed 's/^/  | /'
  failures=$((failures + 1))
}
drivers=/sys/bus/platform/drivers
bank=/sys/kernel/config/gpio-sim/bench/bank

# The chip goes and comes back, so the plant, which holds its files, runs only afterwards.
chip_goes
refused "no GPIO chip is labelled nmes-bench"
echo pulse > $bank/line5/name
chip_comes
refused "GPIO chip nmes-bench has no line named heartbeat"
chip_goes
echo heartbeat > $bank/line5/name
chip_comes

record_begins refusals
echo $((first_line + 4)) > /sys/class/gpio/export
refused "line relay-coil of GPIO chip nmes-bench is held by sysfs"
echo $((first_line + 4)) > /sys/class/gpio/unexport

echo nmes-pwm > $drivers/nmes-pwm/unbind
refused "no PWM chip is at a device path that ends with platform/nmes-pwm"
echo nmes-pwm > $drivers/nmes-pwm/bind

echo nmes-adc > $drivers/nmes-adc/unbind
refused "no converter is named nmes-adc"
echo nmes-adc > $drivers/nmes-adc/bind

# A real driver: its chip makes 24 to 1526 Hz, one period for all channels.
echo pca9685 0x40 > /sys/bus/i2c/devices/i2c-0/new_device
cp /Hardware/kernel-bench.yaml /tmp/kernel-bench.yaml
sed -i 's#platform/nmes-pwm#i2c-0/0-0040#' /Hardware/kernel-bench.yaml
refused "refuses the period"
cp /tmp/kernel-bench.yaml /Hardware/kernel-bench.yaml

chmod 600 /dev/gpiochip*
mark start
su nobody -c 'nmes run large-muscle-tetanic --board kernel-bench --patient BENCH \
  --muscle quadriceps --electrode-area "180 cm2" --log /tmp/nobody.sqlite' > /tmp/said 2>&1
check "a user without rights is told so" grep -qF "group gpio" /tmp/said
record_ends

# A PWM that an earlier process left enabled is no reason to refuse: it is cleared.
record_begins left-enabled
pwm=/sys/class/pwm/pwmchip0
echo 0 > $pwm/export
echo 50000 > $pwm/pwm0/period
echo 25000 > $pwm/pwm0/duty_cycle
echo 1 > $pwm/pwm0/enable
echo 0 > $pwm/unexport
controller_starts controller_session
controller_ends "$status_done"
usleep 50000
record_ends
exit $failures
