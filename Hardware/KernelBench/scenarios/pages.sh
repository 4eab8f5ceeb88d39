# Decides: that the loop of a daemon waits for no page of memory from arming on, and whether the
# session is ended by a fault or by STOP; the program's text is read from a file as it is called.
# Leaves to others: how late a fault is answered (trips), what a session looks like (session).
. /bench/bench.sh

folder=/tmp/nmes log=/tmp/pages.sqlite
record_begins pages --trips 1 --names estop --skip $probe_phases --window $period_us
daemon_starts $folder $log
mark start

# How often the loop's thread waited for a page so far, whether the page was in memory or not.
pages() { sed 's/.*) //' "/proc/$daemon_pid/task/$loop/stat" | awk '{ print $8 + $10 }'; }

# A session of PATIENT whose loop is looked at from armed to over.
session_ends() { # PATIENT [LINE...]
  local patient=$1
  shift
  printf '%s\n' "load large-muscle-tetanic patient $patient muscle quadriceps area 180 cm2" check \
    "expect state checked within 30 s" "answer all no" "answer skin ok" arm "wait 1 s" start \
    "$@" "expect phase over within 60 s" > /tmp/script
  : > /tmp/said
  nmes console --runtime-directory $folder --script /tmp/script > /tmp/said 2>&1 &
  local console_pid=$!
  until grep -q "^armed" /tmp/said || ! kill -0 $console_pid; do usleep 50000; done
  loop=$(loop_thread $daemon_pid)
  local before
  before=$(pages)
  echo "$patient: waited for $before pages before"
  controller_is_energised
  wait $console_pid
  check "the session of $patient is over" [ $? = 0 ]
  check "from arming on the loop waited for no page" [ "$(pages)" = "$before" ]
  tail -n 3 /tmp/said
}
session_ends FAULT
loop=$daemon_pid
check "the kernel counts such pages: $(pages) of the daemon's first thread" [ "$(pages)" -gt 0 ]
nmes status --runtime-directory $folder > /tmp/said
check "by the emergency stop" grep -q "^OVER, FAULT.*SR-21 the emergency-stop" /tmp/said
head -n 1 /tmp/said
echo reset > /tmp/script
nmes console --runtime-directory $folder --script /tmp/script
session_ends STOP "wait 2 s" stop
grep -E 'VmRSS|VmHWM' /proc/$daemon_pid/status
kill -TERM $daemon_pid
wait $daemon_pid
check "the daemon ends with 0" [ $? = 0 ]
check "the log holds" nmes dose verify --log $log
usleep 60000
record_ends
scenario_ends
