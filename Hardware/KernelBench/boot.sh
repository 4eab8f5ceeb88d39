#!/bin/bash
# Decides: what is in the guest's memory disk and how the emulated machine is started.
# Leaves to others: the kernel (kernel.sh), the modules (modules.sh), what is judged (judge/).
#
#   boot.sh CELL NAME SCENARIO [FILE:PLACE...]
#
# Runs the scenario as root in the guest of a cell, with the files at their places (shared
# libraries follow their programs, folders come whole). What it left in /out is unpacked to
# results/CELL/NAME under the state folder. Exit status: 0 the scenario holds, 1 it does not; from
# the guest's start 97 it did not come up, 98 its records did not reach the disk, 99 its kernel
# complained; 124 it hung; 125 the machine went down without a result, or with a part of one.
#
# Time in the guest is virtual: one instruction is one nanosecond and idle time is skipped, so
# that timings repeat whatever else this machine does.
set -euo pipefail
source "$(dirname "$0")/cell.sh"
use_cell "$1"
name=$2 scenario=$3
shift 3
release=$(cat "$cell_state/release")
results=$state/results/$cell/$name
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

wanted_modules="configfs virtio_pci virtio_blk irqsim gpio-sim nmes-pwm industrialio nmes-adc
  nmes-wires i2c-stub i2c-dev pwm-pca9685 ti-ads1015 softdog"

put() { # FILE PLACE
  mkdir -p "$root/$(dirname "$2")"
  cp -RL "$1" "$root/$2"
  if [ -f "$1" ]; then put_libraries "$1"; fi
}

# What a program asks of the loader, from the cell's own packages first.
put_libraries() { # FILE
  local library
  { LD_LIBRARY_PATH=${GUEST_LIBRARIES:-}:$cell_state/root/usr/lib/x86_64-linux-gnu \
    ldd "$1" 2>/dev/null || true; } \
    | awk '/=> \// { print $3 } $1 ~ /^\/lib64\// { print $1 }' \
    | while read -r library; do
        case $library in
          /lib64/*) cp -Lu "$library" "$root/lib64/" ;;
          *) cp -Lu "$library" "$root/lib/x86_64-linux-gnu/" ;;
        esac
      done
}

put_modules() {
  local module order=100
  for module in $wanted_modules; do
    modprobe -d "$cell_state/root" -S "$release" --show-depends "$module"
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' > "$root/order"
  while read -r module; do
    order=$((order + 1))
    case $module in
      *.xz) xz -dc "$module" > "$root/modules/$order-$(basename "$module" .xz)" ;;
      *) cp "$module" "$root/modules/$order-$(basename "$module")" ;;
    esac
  done < "$root/order"
  rm "$root/order"
}

mkdir -p "$root"/{bin,bench,dev,lib/x86_64-linux-gnu,lib64,modules,proc,root,run,sbin,sys,tmp,etc}
cp "$(command -v busybox)" "$root/bin/busybox"
for applet in $(busybox --list); do
  if [ "$applet" != busybox ]; then ln -s busybox "$root/bin/$applet"; fi
done
put_modules
cp "$bench/guest/init" "$root/init"
cp "$bench/guest/chip.sh" "$bench/guest/bench.sh" "$root/bench/"
cp "$scenario" "$root/scenario"
chmod +x "$root/init"
chmod 755 "$root" # mktemp's folder is the guest's root, which others than root enter too
printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/:/bin/sh \
  > "$root/etc/passwd"
put "$cell_state/root/usr/sbin/i2cset" sbin/i2cset
for pair in "$@"; do put "${pair%%:*}" "${pair#*:}"; done

rm -rf "$results"
mkdir -p "$results"
(cd "$root" && find . | cpio -o -H newc --quiet -R 0:0) > "$results/initrd"
# Sparse: it takes the room of what the scenario leaves, two gigabytes for a thousand STOPs.
truncate -s 4G "$results/out.tar"

status=0
timeout "${BENCH_LIMIT:-1800}" qemu-system-x86_64 \
  -accel tcg -cpu "${BENCH_CPU:-qemu64}" -M q35 -m "${BENCH_MEMORY:-1536}" \
  -icount shift=0,sleep=off -rtc base=2026-01-01,clock=vm -seed 1 \
  -nodefaults -display none -no-reboot -serial stdio \
  -device isa-debug-exit,iobase=0xf4,iosize=0x04 \
  -drive "file=$results/out.tar,format=raw,if=virtio,cache=unsafe" \
  -kernel "$cell_state/vmlinux" -initrd "$results/initrd" \
  -append "console=ttyS0 quiet panic=-1 no_hash_pointers nokaslr mitigations=off ${BENCH_BOOT:-}" \
  < /dev/null > "$results/console.txt" 2>&1 || status=$?

rm -f "$results/initrd"
case $status in
  124) echo "boot.sh: $name hung; its console is $results/console.txt" >&2; exit 124 ;;
  0) echo "boot.sh: $name went down without a result; see $results/console.txt" >&2; exit 125 ;;
esac
# The disk is larger than the archive, which ends in zeros as the disk does.
if ! tar -x -f "$results/out.tar" -C "$results"; then
  echo "boot.sh: what $name left is not whole; see $results" >&2
  exit 125
fi
rm -f "$results/out.tar"
exit $((status >> 1))
