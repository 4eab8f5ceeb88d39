#!/bin/bash
# Decides: how the released product is built for a cell, and where it is.
# Leaves to others: everything about its source (Package.swift).
#
#   product.sh CELL    builds, and prints the folder of the executables on the last line
#
# With libgpiod 1.6, which Debian 12 installs, it is `make release` with Swift's libraries inside.
# With 2.x, which comes here unpacked, it is built beside that: the headers decide at compile time.
set -euo pipefail
source "$(dirname "$0")/cell.sh"
source "$bench/fetch.sh"
use_cell "$1"
cd "$repository"
options=(-c release --static-swift-stdlib)

if [ "$gpiod_major" != 1 ]; then
  gpiod=$cell_state/gpiod
  if [ ! -e "$gpiod/done" ]; then
    rm -rf "$gpiod"
    open_suite
    library=$(dependency libgpiod-dev '^libgpiod[0-9]')
    download_into "$gpiod/packages" libgpiod-dev "$library"
    for package in "$gpiod"/packages/*.deb; do dpkg -x "$package" "$gpiod"; done
    touch "$gpiod/done"
  fi
  options+=(
    --scratch-path "$state/swift-gpiod$gpiod_major"
    -Xcc "-I$gpiod/usr/include" -Xlinker "-L$gpiod/usr/lib/x86_64-linux-gnu")
fi
for product in nmes nmesd; do
  "${SWIFT:-swift}" build "${options[@]}" --product $product >&2
done
"${SWIFT:-swift}" build "${options[@]}" --show-bin-path
