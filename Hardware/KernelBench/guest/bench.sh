# Decides: what every scenario shares: the trace, the plant, and how a check is told.
# Leaves to others: what a scenario does with them.
#
# Sourced by init and by the scenarios.
tracing=/sys/kernel/tracing
plant_pid=
if [ -e /bench/controller.sh ]; then . /bench/controller.sh; fi

# The kernel's trace is the judge's only witness of the pins, so nothing may be lost: when the
# buffer is full the trace ends, its statistics tell it, and the judge refuses it.
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
# NAME.expect beside the scenario says what is judged, of NAME.WHICH too. NAME.breaks-FIGURE.WHY
# is a run known to be bad, which the figure must find.
record_begins() {
  out=/out/$1
  shift
  mkdir -p "$out"
  cp /bench/lines.txt "$out/"
  : > "$out/facts.txt"
  fact phase "$phase"
  fact pause "$pause"
  echo > $tracing/trace
  echo 1 > $tracing/tracing_on
  plant_starts "$@"
}

# What an expectation may name with a $: least=$count
fact() { echo "$1 $2" >> "$out/facts.txt"; }

# It is told in records.txt, by which kernel-test.sh knows what there must be to judge.
record_ends() {
  plant_stops
  echo 0 > $tracing/tracing_on
  check "the record ${out#/out/} is written whole" record_is_written
  echo "${out#/out/}" >> /out/records.txt
}
record_is_written() {
  cat $tracing/trace > "$out/trace.txt" && cat $tracing/per_cpu/cpu*/stats > "$out/stats.txt"
}

# The controller in the background, told in the trace; its process is $controller_pid.
controller_starts() { # COMMAND
  mark start
  "$1" > /tmp/said 2>&1 &
  controller_pid=$!
}

# It must end with this status.
controller_ends() { # STATUS
  wait $controller_pid
  local status=$?
  if [ $status != "$1" ]; then
    echo "FAILS: the controller ended with $status, wanted $1, saying:"
    tail -n 20 /tmp/said | sed 's/^/  | /'
    failures=$((failures + 1))
  fi
}

# Until its relay has closed for the first time; bounded. The contact tells it, not the coil,
# which a killed process leaves on.
controller_is_energised() {
  local tries=0
  while [ "$(cat "$chip_folder/sim_gpio12/value")" = 0 ] && [ $tries -lt 500 ]; do
    usleep 10000
    tries=$((tries + 1))
  done
}

# The daemon in the background, on a disk that can stall; its process is $daemon_pid. The scenario
# ends where it does not serve.
daemon_starts() { # FOLDER LOG
  rm -rf "$1" "$2"*
  LD_PRELOAD=/lib/stalling.so nmesd --board kernel-bench --runtime-directory "$1" --log "$2" \
    > /tmp/nmesd.log 2>&1 &
  daemon_pid=$!
  local tries=0
  while [ ! -S "$1/stop.sock" ]; do
    tries=$((tries + 1))
    if [ $tries -gt 500 ] || ! kill -0 $daemon_pid; then
      echo "FAILS: the daemon's socket did not appear; it says:"
      tail -n 20 /tmp/nmesd.log | sed 's/^/  | /'
      failures=$((failures + 1))
      scenario_ends
    fi
    usleep 10000
  done
}

# The threads of a process that have SCHED_FIFO, as PRIORITY THREAD, the loop's first: nothing
# of a controller is above it. Priority and policy are the 40th and 41st fields of a stat.
fifo_threads() { # PID
  local task
  for task in /proc/"$1"/task/*; do
    # shellcheck disable=SC2046
    set -- $(sed 's/.*) //' "$task/stat" | cut -d' ' -f38,39)
    if [ "$2" = 1 ]; then echo "$1 $(basename "$task")"; fi
  done | sort -rn
}
loop_thread() { # PID
  fifo_threads "$1" | head -n 1 | cut -d' ' -f2
}

# A number from 0 to below BOUND that is the same in every run with one SEED.
drawn=${SEED:-1}
draw() { # BOUND
  drawn=$(((drawn * 1103515245 + 12345) % 2147483648))
  drawn_value=$((drawn / 64 % $1))
}

# Work at ordinary priority, so that the loop does not have the machine to itself.
load_begins() {
  while :; do
    dd if=/dev/zero of=/tmp/load bs=4k count=100 2>/dev/null
    usleep 20000
  done &
  load_pid=$!
}
load_ends() {
  kill $load_pid
  wait $load_pid 2>/dev/null
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

# The last line of a scenario, or where it can show nothing more. The count itself is no status:
# of 256 failures only 0 would be left.
scenario_ends() {
  if [ "$failures" != 0 ]; then exit 1; fi
  exit 0
}
