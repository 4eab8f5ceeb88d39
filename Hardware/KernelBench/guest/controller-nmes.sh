# Decides: how the product is run as the controller: `nmes run`, released and unmodified.
# Leaves to others: what is done to it (scenarios).
#
# Sourced by guest/bench.sh as /bench/controller.sh.
phase=20ms
pause=100us
period_us=50000
# The self-check's probe: two phases.
probe_phases=2
# Copied from what the headers of Sources/CRealTime and Sources/CLinuxBoard list: read, write,
# ioctl, pread64, pwrite64, ppoll, and clock_gettime where no vDSO serves it.
calls=0,1,16,17,18,228,271
status_done=0 status_tripped=1 status_stopped=1

# A log of its own each time: the rest between sessions is not what is tried here. Both are run
# in the background only: exec makes the shell's process the product's.
nmes_runs() {
  local file=${log:-/tmp/bench.sqlite}
  rm -f "$file"*
  exec nmes run large-muscle-tetanic --board kernel-bench --patient BENCH --muscle quadriceps \
    --electrode-area "180 cm2" --amplitude "10 mA" --log "$file" "$@"
}
# A session that ends by itself.
controller_session() { nmes_runs --trains 2; }
# What the log says of it, in nC, both phases together, the self-check's probes among them.
controller_charge() {
  nmes dose show last --json --log /tmp/bench.sqlite \
    | awk -F'[:,]' '/"(leading|recovery)Charge_nC"/ { sum += $2 } END { printf "%d\n", sum }'
}
# One that lasts until somebody ends it.
controller_lasting() { nmes_runs; }
