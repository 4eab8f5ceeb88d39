#!/bin/bash
# Decides: what `make kernel-test` runs, in which order, and when it fails.
# Leaves to others: each step (kernel.sh, modules.sh, boot.sh, judge/), what it shows (scenarios/).
#
#   kernel-test.sh [CELL...]     the first cell when none is named; "all" for every one
#
# ONLY="NAME ..." runs these scenarios alone. FULL=1 runs every repetition that issues ask for.
set -euo pipefail
source "$(dirname "$0")/cell.sh"

wanted=$*
case $wanted in
  '') wanted=${cells%% *} ;;
  all) wanted=$cells ;;
esac
failed=''

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
    gcc $flags -o "$out/driver" driver.c
  )
}

# Judges every record that a scenario left.
judge_records() { # CELL SCENARIO
  local record name base
  for record in "$state/results/$1/$2"/*/; do
    name=$(basename "$record")
    base=${name%%.breaks-*}
    printf -- '-- %s\n' "$name"
    local options=(--cell "$1" --expect "$bench/scenarios/$base.expect")
    if [ "$name" != "$base" ]; then
      local defect=${name#*.breaks-}
      options+=(--must-break "${defect%%.*}")
    fi
    python3 "$bench/judge/judge.py" "${options[@]}" "$record" || fail "$1 $name: judged"
  done
}

run_scenario() { # CELL SCENARIO [FILE:PLACE...]
  local cell=$1 scenario=$2 began=$SECONDS
  shift 2
  step "$cell: $scenario"
  "$bench/boot.sh" "$cell" "$scenario" "$bench/scenarios/$scenario.sh" \
    "$state/plant/plant:bin/plant" "$state/plant/inject:bin/inject" "$@" \
    || fail "$cell $scenario: its own checks"
  cat "$state/results/$cell/$scenario/console.txt"
  judge_records "$cell" "$scenario"
  echo "($((SECONDS - began)) s)"
}

is_wanted() { # SCENARIO
  [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" $1 "* ]]
}

step "the judge on traces made up"
(cd "$bench/judge" && python3 -m unittest -q test_judge)
step "the plant"
build_plant

for cell in $wanted; do
  step "$cell: kernel and modules"
  "$bench/kernel.sh" "$cell"
  "$bench/modules.sh" "$cell"
  if is_wanted driver; then
    run_scenario "$cell" driver "$state/plant/driver:bin/driver"
  fi
done

if [ -n "$failed" ]; then
  printf '\nFAILED:%s\n' "$failed"
  exit 1
fi
printf '\nkernel-test: all holds in cell %s\n' "$wanted"
