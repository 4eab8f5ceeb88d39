# Decides: how the loop's lateness under the daemon's load is measured beside a plain loop's.
# Leaves to others: the load (plant/load.c), the plain loop (waiter),
# the verdict (lateness.expect).
. /bench/bench.sh

seconds=5
log=/tmp/lateness.sqlite
folder=/tmp/nmes

# What the kernel tells of one thread: until when it goes to sleep, each end of a wait, and the
# reading by which it begins its turn.
thread_is_traced() { # NAME THREAD
  mark "waits $1 $2"
  echo "common_pid == $2" > $tracing/events/timer/hrtimer_start/filter
  # ppoll and pread64 on x86-64.
  echo "common_pid == $2 && id == 271" > $tracing/events/raw_syscalls/sys_exit/filter
  echo "common_pid == $2 && id == 17" > $tracing/events/raw_syscalls/sys_enter/filter
  echo 1 > $tracing/events/timer/hrtimer_start/enable
  echo 1 > $tracing/events/raw_syscalls/sys_enter/enable
  echo 1 > $tracing/events/raw_syscalls/sys_exit/enable
}
tracing_ends() {
  echo 0 > $tracing/events/timer/hrtimer_start/enable
  echo 0 > $tracing/events/raw_syscalls/sys_enter/enable
  echo 0 > $tracing/events/raw_syscalls/sys_exit/enable
}

record_begins lateness
spin_us=50
if [ "$(cat /sys/kernel/realtime 2>/dev/null)" = 1 ]; then spin_us=20; fi
fact spin ${spin_us}us
# A longer one would end the session (SR-43), and on one processor its end may come late.
export STALL_MS=100
daemon_starts $folder $log

# The load alone, with the plain loop in the place of the controller's.
waiter 1000 $spin_us &
waiter_pid=$!
thread_is_traced plain $waiter_pid
check "the load beside a plain loop" load $folder beside $seconds 1
tracing_ends
kill -TERM $waiter_pid
wait $waiter_pid
check "the plain loop ends with 0" [ $? = 0 ]

# The same load during a session.
mark start
load $folder during $seconds 2 > /tmp/said 2>&1 &
load_pid=$!
controller_is_energised
usleep 1500000
thread_is_traced loop "$(loop_thread $daemon_pid)"
wait $load_pid
check "the load during a session" [ $? = 0 ]
tracing_ends
cat /tmp/said
nmes dose show last --log $log | grep -iE "fault|trip|outcome|ended" | head -n 5
grep -vE '^<[67]>' /tmp/nmesd.log | sort | uniq -c | tail -n 12
kill -TERM $daemon_pid
wait $daemon_pid
check "the daemon ends with 0" [ $? = 0 ]
usleep 60000
record_ends
scenario_ends
