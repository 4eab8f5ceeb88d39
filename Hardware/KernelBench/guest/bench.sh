# Decides: what every scenario shares: the trace, the plant, and how a check is told.
# Leaves to others: what a scenario does with them.
#
# Sourced by init and by the scenarios.
tracing=/sys/kernel/tracing
plant_pid=

# The kernel's trace is the judge's only witness of the pins, so nothing may be lost: when the
# buffer is full the trace ends, and the judge refuses it.
trace_prepare() {
  echo 0 > $tracing/tracing_on
  echo mono > $tracing/trace_clock
  echo 0 > $tracing/options/overwrite
  echo 'get == 0' > $tracing/events/gpio/gpio_value/filter
  echo 1 > $tracing/events/gpio/gpio_value/enable
  echo 1 > $tracing/events/pwm/pwm_apply/enable
  # gpio-sim's inputs change without a gpio_value event: the call that changes them is recorded.
  echo 'p:nmes/input gpio_sim_apply_pull line=%si:u32 level=%dx:s32' > $tracing/kprobe_events
  echo 1 > $tracing/events/nmes/input/enable
  echo "${TRACE_KB:-32768}" > $tracing/buffer_size_kb
}

# record_begins NAME PLANT_OPTION...    one run that is judged by itself, with its own plant
#
# NAME.expect beside the scenario says what is judged; NAME.breaks-FIGURE.WHY is judged by the
# same file and is a run known to be bad, which the figure must find.
record_begins() {
  out=/out/$1
  shift
  mkdir -p "$out"
  cp /bench/lines.txt "$out/"
  echo > $tracing/trace
  echo 1 > $tracing/tracing_on
  plant_starts "$@"
}

record_ends() {
  plant_stops
  echo 0 > $tracing/tracing_on
  cat $tracing/trace > "$out/trace.txt"
}

# A sentence in the trace, at its time.
mark() { echo "$*" > $tracing/trace_marker; }

# plant_starts OPTION...
plant_starts() {
  plant --log "$out/plant.log" --chip "$chip_folder" "$@" &
  plant_pid=$!
  local tries=0
  while [ ! -e /tmp/plant.ready ]; do
    tries=$((tries + 1))
    if [ $tries -gt 200 ] || ! kill -0 $plant_pid; then
      echo "plant: it did not start"
      failures=$((failures + 1))
      return 1
    fi
    usleep 10000
  done
}

plant_stops() {
  kill -TERM "$plant_pid"
  wait "$plant_pid"
  local status=$?
  rm -f /tmp/plant.ready
  if [ $status != 0 ]; then
    echo "plant: it ended with status $status"
    failures=$((failures + 1))
  fi
}

failures=0
# check WHAT CONDITION...    tells what holds and counts what does not
check() {
  local what=$1
  shift
  if "$@"; then
    echo "holds: $what"
  else
    echo "FAILS: $what"
    failures=$((failures + 1))
  fi
}

# refuses STATUS TEXT COMMAND...    the command must end with the status and say the text
refuses() {
  local wanted=$1 text=$2
  shift 2
  "$@" > /tmp/said 2>&1
  local status=$?
  if [ "$status" = "$wanted" ] && grep -qF -- "$text" /tmp/said; then
    echo "holds: '$*' is refused: $text"
  else
    echo "FAILS: '$*' ended with $status (wanted $wanted), saying:"
    sed 's/^/  | /' /tmp/said
    failures=$((failures + 1))
  fi
}
