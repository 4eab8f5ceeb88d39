# Decides: what is refused because of the machine, in which words, with nothing energised.
# Leaves to others: the texts themselves (LinuxBoard), bad definitions (Hardware/Rejected).
. /bench/bench.sh
. /bench/chip.sh

# The session must not begin, and must say why.
refused() { # TEXT [COMMAND]
  mark start 2>/dev/null # where a record is made
  (${2:-controller_session}) > /tmp/said 2>&1
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
board=/Hardware/kernel-bench.yaml
cp $board /tmp/kernel-bench.yaml
board_is_restored() { cp /tmp/kernel-bench.yaml $board; }

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

# A table whose current falls: a point in its middle lies above its last.
awk '!done && /- activeTime: "50 us"/ {
  print "          - activeTime: \"25 us\"\n            current: \"12 mA\""; done = 1 }
  { print }' /tmp/kernel-bench.yaml > $board
refused "active time and current both ascend strictly"
board_is_restored

# Real drivers: a chip that makes 24 to 1526 Hz, one period for all its channels. The stub has
# no values of its own; after a reset the chip's prescaler reads 0x1e.
i2cset -f -y 0 0x40 0xfe 0x1e b
echo pca9685 0x40 > /sys/bus/i2c/devices/i2c-0/new_device
sed -i 's#platform/nmes-pwm#i2c-0/0-0040#' $board
refused "PWM channel 0 of i2c-0/0-0040 refuses the period 50 µs (50000 ns): Invalid argument"
pca9685=$(echo /sys/bus/i2c/devices/0-0040/pwm/pwmchip*)
echo 7 > "$pca9685/export"
echo 5000000 > "$pca9685/pwm7/period"
echo 1 > "$pca9685/pwm7/enable"
sed -i 's/period: "50 us"/period: "1 ms"/' $board
refused "another channel of the chip runs with another period: stop it"
echo 0 > "$pca9685/pwm7/enable"
board_is_restored

# A converter of four inputs that makes 128 to 860 conversions a second.
echo ads1115 0x48 > /sys/bus/i2c/devices/i2c-0/new_device
ads1115=$(echo /sys/bus/i2c/devices/0-0048/iio:device*)
name=$(cat "$ads1115/name")
sed -i "s/\"nmes-adc\"/\"$name\"/" $board
refused "channel 0 of converter $name converts every 7.8125 ms, and the board definition says 1 ms"
for file in "$ads1115"/in_voltage?_sampling_frequency; do echo 860 > "$file"; done
sed -i 's/updateInterval: "1 ms"/updateInterval: "2 ms"/' $board
refused "there is no channel 4 of converter $name; channels present: "
board_is_restored

# Somebody without rights, and then with rights on the lines alone.
nobody() {
  su nobody -c 'nmes run large-muscle-tetanic --board kernel-bench --patient BENCH \
    --muscle quadriceps --electrode-area "180 cm2" --log /tmp/nobody.sqlite'
}
chmod 600 /dev/gpiochip*
refused "no GPIO chip labelled nmes-bench may be opened in /dev: Permission denied" nobody
refused "sudo -u nmes" nobody
chmod 666 /dev/gpiochip*
refused "of PWM channel 0 of platform/nmes-pwm cannot be read or written: Permission denied" nobody
refused "sudo -u nmes" nobody
chmod 600 /dev/gpiochip*
record_ends

# A line that another controller holds; that one goes on.
record_begins second
controller_starts controller_lasting
controller_is_energised
usleep 400000
log=/tmp/second.sqlite
refused "line ch1-positive of GPIO chip nmes-bench is held by nmes-host"
log=
inject TERM $controller_pid 100000
controller_ends "$status_stopped"
usleep 60000
record_ends

# A PWM that an earlier process left enabled is no reason to refuse: it is cleared.
record_begins left-enabled
pwm=/sys/class/pwm/pwmchip0
echo 0 > $pwm/export 2>/dev/null
echo 50000 > $pwm/pwm0/period
echo 25000 > $pwm/pwm0/duty_cycle
echo 1 > $pwm/pwm0/enable
echo 0 > $pwm/unexport
controller_starts controller_session
controller_ends "$status_done"
usleep 50000
record_ends
scenario_ends
