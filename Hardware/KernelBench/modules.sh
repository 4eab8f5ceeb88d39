#!/bin/bash
# Decides: how the modules of a cell are built and what of Debian's source is changed for it.
# Leaves to others: the source (kernel.sh, modules/), loading (guest/init).
#
#   modules.sh CELL    builds when a source has changed; later calls do nothing
set -euo pipefail
source "$(dirname "$0")/cell.sh"
use_cell "$1"
release=$(cat "$cell_state/release")

# The same for every change that can matter: sources, this file, the kernel.
stamp=$(cat "$bench"/modules/* "$bench/modules.sh" "$cell_state/release" | sha256sum)
if [ "$stamp" = "$(cat "$cell_state/modules.done" 2>/dev/null)" ]; then exit 0; fi
echo "kernel-bench: building the modules of cell $cell"

build=$cell_state/build
source_tree=$cell_state/source
rm -rf "$build"
mkdir -p "$build"
cp "$bench"/modules/* "$source_tree/drivers/gpio/gpiolib.h" \
  "$source_tree/drivers/pwm/pwm-pca9685.c" "$build/"

# gpio-sim lets a line fall to its pull when its user dies. Pins of real chips keep their level,
# which is the worse case. noipa keeps the function whose calls the trace records.
sed -e 's/^\(\s*\)gc->free = gpio_sim_free;$/\1(void)gpio_sim_free;/' \
  -e 's/^static int gpio_sim_apply_pull(/static __attribute__((noipa)) int gpio_sim_apply_pull(/' \
  "$source_tree/drivers/gpio/gpio-sim.c" > "$build/gpio-sim.c"
for change in '(void)gpio_sim_free;' '__attribute__((noipa)) int gpio_sim_apply_pull('; do
  if ! grep -qF "$change" "$build/gpio-sim.c"; then
    echo "modules.sh: gpio-sim.c of $release is not as expected: no '$change'" >&2
    exit 1
  fi
done

# irq_sim is meant to be built in: as a module it lacks a licence and may not use irq_to_desc.
{
  sed 's/handle_simple_irq(irq_to_desc(irqnum));/generic_handle_irq(irqnum);/' \
    "$source_tree/kernel/irq/irq_sim.c"
  printf '#include <linux/module.h>\nMODULE_LICENSE("GPL");\n'
} > "$build/irqsim.c"

headers=$cell_state/root/usr/src/linux-headers-$release
# Wherever this folder stands now: the headers name their other half by a whole path.
sed -i "s#include .*/usr/src/#include $cell_state/root/usr/src/#" "$headers/Makefile"
rm -f "$headers/vmlinux" # type information for BPF is not wanted
make -s -C "$headers" M="$build" modules 2> >(grep -v BTF >&2)

extra=$cell_state/root/lib/modules/$release/extra
mkdir -p "$extra"
cp "$build"/*.ko "$extra/"
depmod -b "$cell_state/root" "$release"
echo "$stamp" > "$cell_state/modules.done"
