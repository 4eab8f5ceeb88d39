# Decides: how the loop's lateness under the daemon's load is measured beside a plain loop's.
# Leaves to others: the load (operator), the plain loop (waiter), the verdict (lateness.expect).
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
loop_thread() { # the thread of the highest SCHED_FIFO priority
  local task
  for task in /proc/"$daemon_pid"/task/*; do
    # shellcheck disable=SC2046
    set -- $(sed 's/.*) //' "$task/stat" | cut -d' ' -f38,39)
    if [ "$2" = 1 ]; then echo "$1 $(basename "$task")"; fi
  done | sort -rn | head -n 1 | cut -d' ' -f2
}

record_begins lateness
spin_us=50
if [ "$(cat /sys/kernel/realtime 2>/dev/null)" = 1 ]; then spin_us=20; fi
fact spin ${spin_us}us
rm -rf $folder
LD_PRELOAD=/lib/stalling.so nmesd --board kernel-bench --runtime-directory $folder --log $log \
  > /tmp/nmesd.log 2>&1 &
daemon_pid=$!
tries=0
while [ ! -S $folder/stop.sock ] && [ $tries -lt 500 ]; do
  usleep 10000
  tries=$((tries + 1))
done

# The load alone, with the plain loop in the place of the controller's.
waiter 1000 $spin_us &
waiter_pid=$!
thread_is_traced plain $waiter_pid
check "the operator beside a plain loop" operator $folder beside $seconds 1
tracing_ends
kill -TERM $waiter_pid
wait $waiter_pid
check "the plain loop ends with 0" [ $? = 0 ]

# The same load during a session.
mark start
operator $folder during $seconds 2 > /tmp/said 2>&1 &
operator_pid=$!
controller_is_energised
usleep 1500000
thread_is_traced loop "$(loop_thread)"
wait $operator_pid
check "the operator during a session" [ $? = 0 ]
tracing_ends
cat /tmp/said
grep -vE '^<[67]>' /tmp/nmesd.log | sort | uniq -c | tail -n 12
kill -TERM $daemon_pid
wait $daemon_pid
check "the daemon ends with 0" [ $? = 0 ]
usleep 60000
record_ends
exit $failures
