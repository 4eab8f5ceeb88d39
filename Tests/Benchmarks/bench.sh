#!/usr/bin/env bash
# Prints every figure that is measured rather than tested. Usage: bench.sh NMES-BENCH
# As root, or with a limit that allows SCHED_FIFO 97, which the operator of the STOPs takes.
set -euo pipefail
bench=$1

"$bench" session
"$bench" accuracy
"$bench" repeat

# Valgrind gives up on Swift's debug information: count on a stripped copy. The symbol table
# stays, and with it the name of the function inside which instructions are collected.
copy=$(mktemp -d)
daemon=
# A figure that fails ends this script while the daemon still runs, on a disk that may stand still.
finish() {
  if [ -n "$daemon" ]; then
    kill "$daemon" 2> /dev/null || true
    wait "$daemon" || true
    rm -f /tmp/stall /tmp/stalled
  fi
  rm -rf "$copy"
}
trap finish EXIT
strip -g -o "$copy/nmes-bench" "$bench"
for channels in 1 2 4 8; do
  log="$copy/$channels.log"
  ticks=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null \
    --toggle-collect='*StimulationCore*Controller*advance2to8readings7request*' \
    "$copy/nmes-bench" instructions "$channels" 2> "$log" | awk '/^ticks/ {print $2}')
  awk -v ticks="$ticks" -v channels="$channels" '/Collected/ {
    printf "instructions %d in advance a tick with %d channels (%d ticks)\n",
      $4 / ticks, channels, ticks }' "$log"
done

"$bench" lateness
"$bench" daemon "$(dirname "$bench")/nmesd"

# STOP by each socket on this machine's own clock, from before it is sent to the reply that the
# outputs are inactive; half of them under load.
plant=Hardware/KernelBench/plant
gcc -O2 -std=gnu11 -o "$copy/operator" $plant/operator.c $plant/client.c $plant/wire.c
gcc -shared -fPIC -O2 -std=gnu11 -o "$copy/stalling.so" $plant/stalling.c -ldl
LD_PRELOAD=$copy/stalling.so "$(dirname "$bench")/nmesd" --runtime-directory "$copy/run" \
  --log "$copy/stops.sqlite" 2> "$copy/nmesd.log" &
daemon=$!
for _ in $(seq 500); do
  [ -S "$copy/run/stop.sock" ] && break
  sleep 0.01
done
"$copy/operator" "$copy/run" 100 50 1 "$copy/marks"
kill "$daemon"
ended=0
wait "$daemon" || ended=$?
daemon=
exit $ended
