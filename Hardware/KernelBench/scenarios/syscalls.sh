# Decides: which system calls the loop's thread makes while it drives the board.
# Leaves to others: which are allowed (copied into controller.sh from the shims'
# headers).
. /bench/bench.sh

record_begins syscalls
fact calls "$calls"
controller_starts controller_lasting
controller_is_energised
usleep 300000
threads=$(fifo_threads $controller_pid)
loop=$(loop_thread $controller_pid)
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
scenario_ends
