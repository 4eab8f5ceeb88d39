#!/bin/bash
# Decides: which Debian kernel a cell boots, and what of its packages is kept.
# Leaves to others: the modules built against it (modules.sh) and starting it (boot.sh).
#
#   kernel.sh CELL     fetches and unpacks once; later calls do nothing
set -euo pipefail
source "$(dirname "$0")/cell.sh"
source "$bench/fetch.sh"
use_cell "$1"

if [ -e "$cell_state/kernel.done" ]; then exit 0; fi
echo "kernel-bench: fetching the kernel of cell $cell"
rm -rf "$cell_state"
mkdir -p "$cell_state"
open_suite

meta=linux-image-$flavour
image=$(dependency "$meta" '^linux-image-')
release=${image#linux-image-}
version=$(version_of "$image")
headers=linux-headers-$release
common=$(dependency "$headers" '^linux-headers-.*-common')
kbuild=$(dependency "$headers" '^linux-kbuild')

download_into "$cell_state/packages" "$image" "$headers=$version" "$common=$version" \
  "$kbuild=$version" "$source_package=$version" i2c-tools libi2c0
for package in "$cell_state"/packages/*.deb; do
  case $package in
    */linux-source*) ;; # 140 MB for four files: modules.sh takes those below
    *) dpkg -x "$package" "$cell_state/root" ;;
  esac
done
# Merged-usr kernels keep modules under usr/lib; depmod and modprobe look in lib.
if [ ! -e "$cell_state/root/lib" ]; then ln -s usr/lib "$cell_state/root/lib"; fi

# The drivers that Debian's kernels for amd64 leave out.
mkdir -p "$cell_state/source"
dpkg --fsys-tarfile "$cell_state"/packages/linux-source*.deb \
  | tar -x -O --wildcards './usr/src/linux-source*.tar.xz' \
  | tar -x -J -C "$cell_state/source" --strip-components=1 --wildcards \
    '*/drivers/gpio/gpio-sim.c' '*/drivers/gpio/gpiolib.h' '*/drivers/pwm/pwm-pca9685.c' \
    '*/kernel/irq/irq_sim.c'

# Without decompression under emulation the guest starts in half the time.
python3 "$bench/uncompress.py" "$cell_state/root/boot/vmlinuz-$release" "$cell_state/vmlinux"
echo "$release" > "$cell_state/release"
rm -rf "$cell_state/packages"
touch "$cell_state/kernel.done"
echo "kernel-bench: cell $cell has $release ($version)"
