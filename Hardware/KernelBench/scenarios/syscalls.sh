# Decides: which system calls the loop's thread makes while it drives the board.
# Leaves to others: which are allowed (controller.sh, from the shims' headers).
. /bench/bench.sh

# The thread of a process that has SCHED_FIFO; policy is the 41st field of its stat.
loop_thread() { # PID
  local task
  for task in /proc/"$1"/task/*; do
    if [ "$(sed 's/.*) //' "$task/stat" | cut -d' ' -f39)" = 1 ]; then basename "$task"; fi
  done
}

record_begins syscalls
fact calls "$calls"
controller_starts controller_lasting
controller_is_energised
usleep 300000
threads=$(loop_thread $controller_pid)
check "one thread has SCHED_FIFO: $threads" [ "$(echo "$threads" | wc -w)" = 1 ]
mark "loop-thread $threads"
echo "common_pid == $threads" > $tracing/events/raw_syscalls/sys_enter/filter
echo 1 > $tracing/events/raw_syscalls/sys_enter/enable
usleep 1000000
echo 0 > $tracing/events/raw_syscalls/sys_enter/enable
inject TERM $controller_pid 0
controller_ends $status_stopped
usleep 60000
record_ends
exit $failures
