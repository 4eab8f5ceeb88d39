# Decides: that the computer's own watchdog is set, kept quiet while the daemon proves that it moves,
# and let go in order only; the kernel's softdog stands for it, and tells instead of restarting.
# Leaves to others: the service manager's watchdog (service), what proves that it moves (nmesdTests).
. /bench/bench.sh

folder=/tmp/nmes log=/tmp/watchdog.sqlite
printf '%s\n' 'format: "nmesd 1"' 'board: "kernel-bench"' 'watchdog:' \
  '  device: "/dev/watchdog"' '  timeout: "10 s"' > /tmp/nmesd.yaml
begins() {
  rm -rf $folder
  STALL_MS=13000 LD_PRELOAD=/lib/stalling.so nmesd --config /tmp/nmesd.yaml --runtime-directory $folder \
    --log $log > /tmp/nmesd.log 2>&1 &
  daemon_pid=$!
  local tries=0
  while [ ! -S $folder/stop.sock ] && [ $tries -lt 500 ]; do
    usleep 10000
    tries=$((tries + 1))
  done
  if [ ! -S $folder/stop.sock ]; then cat /tmp/nmesd.log; fi
}
# How often the computer would have been restarted so far.
restarts() { dmesg | grep -c "Triggered - Reboot ignored"; }

record_begins watchdog
begins
mark start
check "the watchdog is open" sh -c "ls -l /proc/$daemon_pid/fd | grep -q /dev/watchdog"
check "its time is set" [ "$(cat /sys/class/watchdog/watchdog0/timeout)" = 10 ]
usleep 14000000
check "it is kept quiet" [ "$(restarts)" = 0 ]

# A log that stands still in a session is silent: nobody may say that all is well.
printf '%s\n' "load large-muscle-tetanic patient WATCHED muscle quadriceps area 180 cm2" check \
  "expect state checked within 30 s" "answer all no" "answer skin ok" arm start \
  "expect amplitude >= 5 mA within 30 s" "expect phase over within 60 s" > /tmp/script
nmes console --runtime-directory $folder --script /tmp/script > /tmp/said 2>&1 &
console_pid=$!
controller_is_energised
usleep 2000000
check "a session keeps it quiet" [ "$(restarts)" = 0 ]
mark "disk stands still"
: > /tmp/stall
usleep 14000000
check "a silent log does not" [ "$(restarts)" = 1 ]
rm -f /tmp/stall
wait $console_pid
usleep 1000000
nmes status --runtime-directory $folder
before=$(restarts)
usleep 14000000
check "once it moves again, it is quiet again" [ "$(restarts)" = "$before" ]

# Stopped for good: the computer restarts.
kill -STOP $daemon_pid
usleep 14000000
check "a process that stands still does not keep it quiet" [ "$(restarts)" = $((before + 1)) ]
kill -CONT $daemon_pid
usleep 1000000
kill -TERM $daemon_pid
wait $daemon_pid
check "the daemon ends with 0" [ $? = 0 ]
before=$(restarts)
usleep 14000000
check "an end in order lets it go" [ "$(restarts)" = "$before" ]
begins
kill -KILL $daemon_pid
wait $daemon_pid
usleep 14000000
check "a daemon that is killed does not" [ "$(restarts)" = $((before + 1)) ]
check "the log holds" nmes dose verify --log $log
record_ends

# With another timeout than it takes nothing is begun.
sed -i 's/"10 s"/"61 s"/' /tmp/nmesd.yaml
nmesd --config /tmp/nmesd.yaml --runtime-directory $folder --log $log > /tmp/said 2>&1
check "a timeout that it does not take is refused" [ $? != 0 ]
cat /tmp/said
scenario_ends
