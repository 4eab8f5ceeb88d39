#!/bin/bash
# Decides: what `make kernel-test` runs, in which order, and when it fails.
# Leaves to others: each step (kernel.sh, modules.sh, boot.sh, judge/), what it shows (scenarios/).
#
#   kernel-test.sh [CELL...]     the first cell when none is named; "all" for every one
#
# ONLY="NAME ..." runs these scenarios alone. FULL=1 runs 200 trips, 200 kills, 100 STOPs by a
# signal and 1,000 by an operator, COUNT=N so many (of `daemon` so many records of fifty STOPs);
# another SEED puts them at other instants. TRACE_KB=N gives the kernel's trace more room.
# CONTROLLERS="driver nmes" says who is tried, both when it is not set: the stand-in, which proves
# scenarios and judge, and the product, which is built for it. Another program of the product is
# another name here: a try_NAME below and a guest/controller-NAME.sh.
set -euo pipefail
source "$(dirname "$0")/cell.sh"

wanted=$*
case $wanted in
  '') wanted=${cells%% *} ;;
  all) wanted=$cells ;;
esac
failed='' tried=0
controllers=${CONTROLLERS:-driver nmes}

step() { printf '\n== %s\n' "$*"; }
fail() { failed="$failed"$'\n'"  $1"; }

# Linked statically: the guest then needs nothing for them.
build_plant() {
  local folder=$bench/plant out=$state/plant flags="-static -O2 -std=gnu11 -Wall -Wextra -Werror"
  mkdir -p "$out"
  (
    cd "$folder"
    # shellcheck disable=SC2086
    gcc $flags -o "$out/plant" main.c pins.c journal.c supply.c channel.c faults.c -lm
    # shellcheck disable=SC2086
    gcc $flags -o "$out/inject" inject.c
    # shellcheck disable=SC2086
    gcc $flags -o "$out/operator" operator.c client.c wire.c
    # shellcheck disable=SC2086
    gcc $flags -o "$out/load" load.c client.c wire.c
    # shellcheck disable=SC2086
    gcc $flags -o "$out/waiter" waiter.c
    # shellcheck disable=SC2086
    gcc $flags -o "$out/driver" driver.c
    for library in faulty stalling; do
      gcc -shared -fPIC -O2 -std=gnu11 -Wall -Wextra -Werror -o "$out/$library.so" $library.c -ldl
    done
  )
}

# Judges every record that the scenario says it left; each leaves one at least. What was lost on
# the way, or was begun and never ended, must not pass for what holds.
judge_records() { # CELL CONTROLLER SCENARIO
  local folder=$state/results/$1/$2-$3 record name base
  local -a names=()
  if [ -f "$folder/records.txt" ]; then mapfile -t names < "$folder/records.txt"; fi
  if [ ${#names[@]} = 0 ]; then fail "$1 $2 $3: it left no record"; fi
  for record in "$folder"/*/; do
    name=$(basename "$record")
    if [ -d "$record" ] && [[ " ${names[*]} " != *" $name "* ]]; then
      fail "$1 $2 $name: begun and not ended"
    fi
  done
  for name in "${names[@]}"; do
    record=$folder/$name
    base=${name%%.*}
    printf -- '-- %s\n' "$name"
    if [ ! -d "$record" ]; then
      fail "$1 $2 $name: the record is missing"
      continue
    fi
    local options=(--cell "$1" --expect "$bench/scenarios/$base.expect")
    if [[ $name == *.breaks-* ]]; then
      local defect=${name#*.breaks-}
      options+=(--must-break "${defect%%.*}")
    fi
    python3 "$bench/judge/judge.py" "${options[@]}" "$record" || fail "$1 $2 $name: judged"
  done
}

run_scenario() { # CELL SCENARIO CONTROLLER [FILE:PLACE...]
  local cell=$1 scenario=$2 controller=$3 began=$SECONDS
  shift 3
  if [ -n "${ONLY:-}" ] && [[ " $ONLY " != *" $scenario "* ]]; then return; fi
  tried=$((tried + 1))
  step "$cell: $scenario, by $controller"
  # Until its end the guest keeps all records in memory, of which files may take one half.
  BENCH_BOOT="${FULL:+FULL=$FULL} ${COUNT:+COUNT=$COUNT} ${SEED:+SEED=$SEED} \
${TRACE_KB:+TRACE_KB=$TRACE_KB}" BENCH_MEMORY=${BENCH_MEMORY:-${FULL:+8192}} \
    "$bench/boot.sh" "$cell" "$controller-$scenario" "$bench/scenarios/$scenario.sh" \
    "$state/plant/plant:bin/plant" "$state/plant/inject:bin/inject" \
    "$bench/guest/controller-$controller.sh:bench/controller.sh" "$@" \
    || fail "$cell $controller $scenario: its own checks"
  cat "$state/results/$cell/$controller-$scenario/console.txt"
  judge_records "$cell" "$controller" "$scenario"
  echo "($((SECONDS - began)) s)"
}

# The stand-in: the judge finds its defects, and what it does well passes every scenario.
try_driver() { # CELL
  local scenario
  for scenario in driver session trips stop kill syscalls; do
    run_scenario "$1" "$scenario" driver "$state/plant/driver:bin/driver"
  done
}

# systemd of this machine, as FILE:PLACE, and the targets that a service of the system needs.
service_files() {
  local file
  for file in /lib/systemd/systemd /lib/systemd/systemd-udevd /bin/systemctl /bin/udevadm \
    /bin/systemd-sysusers /bin/systemd-tmpfiles /bin/systemd-tty-ask-password-agent; do
    printf '%s:%s\n' $file ${file#/}
  done
  for file in basic sysinit shutdown umount final local-fs swap sockets timers paths slices \
    time-sync time-set multi-user; do
    printf '%s:%s\n' /lib/systemd/system/$file.target lib/systemd/system/$file.target
  done
}

# The product, released and unmodified, with its presets and boards.
try_nmes() { # CELL
  local folder scenario
  step "$1: the product"
  folder=$("$bench/product.sh" "$1" | tail -n 1)
  export GUEST_LIBRARIES=$state/$1/gpiod/usr/lib/x86_64-linux-gnu
  for scenario in session trips faults writes stop kill refusals syscalls board; do
    run_scenario "$1" "$scenario" nmes "$folder/nmes:bin/nmes" \
      "$state/plant/faulty.so:lib/faulty.so" "$repository/Protocols:Protocols" \
      "$repository/Hardware/kernel-bench.yaml:Hardware/kernel-bench.yaml"
  done
  local -a service
  mapfile -t service < <(service_files)
  run_scenario "$1" service nmes "$folder/nmes:bin/nmes" "$folder/nmesd:bin/nmesd" \
    "${service[@]}" "$repository/Hardware/Host:Host" "$repository/Protocols:Protocols" \
    "$repository/Hardware/kernel-bench.yaml:Hardware/kernel-bench.yaml"
  # A ratio of two latenesses is a figure to read, not a test: it runs when it is asked for.
  local scenarios="pages watchdog lost daemon"
  if [ -n "${FULL:-}${ONLY:-}" ]; then scenarios="$scenarios lateness"; fi
  for scenario in $scenarios; do
    run_scenario "$1" "$scenario" nmes "$folder/nmes:bin/nmes" "$folder/nmesd:bin/nmesd" \
      "$state/plant/operator:bin/operator" "$state/plant/load:bin/load" \
      "$state/plant/waiter:bin/waiter" "$state/plant/stalling.so:lib/stalling.so" \
      "$repository/Protocols:Protocols" \
      "$repository/Hardware/kernel-bench.yaml:Hardware/kernel-bench.yaml"
  done
}

step "the judge on traces made up"
(cd "$bench/judge" && python3 -m unittest -q test_judge)
step "the plant"
build_plant

for cell in $wanted; do
  step "$cell: kernel and modules"
  "$bench/kernel.sh" "$cell"
  "$bench/modules.sh" "$cell"
  for controller in $controllers; do "try_$controller" "$cell"; done
done

if [ $tried = 0 ]; then
  echo "kernel-test.sh: no scenario is called '${ONLY:-}' for $controllers; scenarios/ has them" >&2
  exit 2
fi
if [ -n "$failed" ]; then
  printf '\nFAILED:%s\n' "$failed"
  exit 1
fi
printf '\nkernel-test: all %d that were tried hold in cell %s\n' $tried "$wanted"
