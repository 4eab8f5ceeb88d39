# Decides: that a write which fails in the middle of a pulse ends a session within its bound, that
# the board ends what no write can, and that the cause is named.
# Leaves to others: which write fails (plant/faulty.c), the verdict (writes.expect,
# no-writes.expect).
. /bench/bench.sh

# A session that lasts, one of whose writes fails as FAULTY says; it must say why it ended.
write_fails() { # FAULTY TEXT
  export LD_PRELOAD=/lib/faulty.so FAULTY="$1"
  controller_starts controller_lasting
  unset LD_PRELOAD FAULTY
  controller_ends "$status_tripped"
  check "$1: $2" grep -qF -- "$2" /tmp/said
  usleep 60000
}

# Each in a pulse of the first train: two phases of the self-check's probe are counted too.
record_begins writes
fact count 6
write_fails "drop 23 1 5" "output-write-failed (SR-26)"
write_fails "drop 24 1 0" "output-write-failed (SR-26)"
write_fails "rise 25 1 5" "output-write-failed (SR-26)"
write_fails "rise 26 1 0" "output-write-failed (SR-26)"
write_fails "duty 24 1 5" "output-write-failed (SR-26)"
write_fails "duty 25 1 0" "output-write-failed (SR-26)"
record_ends

# No line can be written any more: the phase stays on, and only the board can end it.
record_begins no-writes
fact count 2
write_fails "drop 23 0 5" "output-write-failed (SR-26)"
write_fails "rise 25 0 5" "output-write-failed (SR-26)"
# What they left is cleared by one more, which is stopped.
controller_starts controller_lasting
controller_is_energised
inject TERM $controller_pid 100000
controller_ends "$status_stopped"
usleep 60000
record_ends
scenario_ends
