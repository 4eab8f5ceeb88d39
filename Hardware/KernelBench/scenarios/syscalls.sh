# Decides: which system calls the loop's thread makes while it drives the board.
# Leaves to others: which are allowed (controller.sh, from the shims' headers).
. /bench/bench.sh

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

record_begins syscalls
fact calls "$calls"
controller_starts controller_lasting
controller_is_energised
usleep 300000
threads=$(fifo_threads $controller_pid)
loop=$(echo "$threads" | head -n 1 | cut -d' ' -f2)
top=$(echo "$threads" | cut -d' ' -f1 | uniq -c | head -n 1 | awk '{ print $1 }')
check "one thread has the highest SCHED_FIFO priority: $loop" [ "$top" = 1 ]
mark "loop-thread $loop"
echo "common_pid == $loop" > $tracing/events/raw_syscalls/sys_enter/filter
echo 1 > $tracing/events/raw_syscalls/sys_enter/enable
usleep 1000000
echo 0 > $tracing/events/raw_syscalls/sys_enter/enable
inject TERM $controller_pid 0
controller_ends $status_stopped
usleep 60000
record_ends
exit $failures
