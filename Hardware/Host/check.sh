#!/bin/sh
# Decides: whether the host files hold together: the unit verifies in silence in an installed
#   root, its exposure is 2.0 or better, users and folders come out as meant, overlays compile,
#   page and definition of a board name the same lines and ask for the same levels in config.txt,
#   page, overlay and definition the same PWM outputs, overlay and definition the same converters.
# Leaves to others: whether they hold on a board (bring-up checklists).
#
# Usage: check.sh [MOST_EXPOSURE [NMESD]]     Exit status: 0 holds, 1 does not, 2 cannot be checked.
# Writes to a scratch folder only. Needs systemd 252 or newer; for the overlays dtc. What it
# leaves out for want of something it says.
set -eu
LC_ALL=C
export LC_ALL
most=${1:-2.0}
daemon=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
command -v systemd-analyze > /dev/null || {
  echo "check.sh: no systemd-analyze: install Debian's systemd package" >&2
  exit 2
}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
failed=0
fail() {
  echo "FAIL  $1"
  failed=1
}

# An installed root: this machine's systemd units, which the unit's targets come from, our
# files, and stubs where executables would be.
units=/usr/lib/systemd/system
[ -d $units ] || units=/lib/systemd/system
mkdir -p "$root/usr/lib/systemd/system" "$root/etc" "$root/usr/bin" "$root/bin" "$root/run"
ln -s usr/lib "$root/lib"
cp -a "$units/." "$root/usr/lib/systemd/system/"
install -D -m 0644 "$here/nmesd.service" "$root/usr/lib/systemd/system/nmesd.service"
install -D -m 0644 "$here/Tuning/nmes-governor.service" \
  "$root/usr/lib/systemd/system/nmes-governor.service"
install -D -m 0644 "$here/nmes.sysusers" "$root/usr/lib/sysusers.d/nmes.conf"
install -D -m 0644 "$here/nmes.tmpfiles" "$root/usr/lib/tmpfiles.d/nmes.conf"
for stub in usr/bin/nmesd bin/kill bin/sh; do
  printf '#!/bin/sh\nexit 0\n' > "$root/$stub"
  chmod 0755 "$root/$stub"
done
[ -z "$daemon" ] || install -m 0755 "$daemon" "$root/usr/bin/nmesd"
printf 'root:x:0:0:root:/root:/bin/sh\n' > "$root/etc/passwd"
printf 'root:x:0:\n' > "$root/etc/group"

# Users and groups, then folders, by the very files.
systemd-sysusers --root="$root" > "$root/sysusers.out" 2>&1 || fail "sysusers: see below"
grep -v '^Creating' "$root/sysusers.out" || true
for group in gpio nmes nmes-monitor; do
  grep -q "^$group:" "$root/etc/group" || fail "sysusers made no group $group"
done
grep -q '^nmes:' "$root/etc/passwd" || fail "sysusers made no user nmes"
for group in gpio nmes-monitor; do
  grep -q "^$group:.*:nmes$" "$root/etc/group" || fail "nmes is no member of $group"
done
systemd-tmpfiles --root="$root" --create "$root/usr/lib/tmpfiles.d/nmes.conf" || fail "tmpfiles"
expect() {
  is=$(stat -c '%a %u:%g' "$root$1" 2> /dev/null || echo missing)
  [ "$is" = "$2" ] && return
  fail "$1 is $is, meant $2"
}
uid=$(sed -n 's/^nmes:[^:]*:\([0-9]*\):.*/\1/p' "$root/etc/passwd")
gid=$(sed -n 's/^nmes:[^:]*:\([0-9]*\):.*/\1/p' "$root/etc/group")
if [ "$(id -u)" = 0 ]; then
  expect /run/nmes "755 $uid:$gid"
  expect /var/lib/nmes "750 $uid:$gid"
  expect /etc/nmes/prescriptions "750 0:$gid"
else
  echo "skip  owners of folders: needs root"
fi

# The unit: silence, then exposure.
for unit in nmesd nmes-governor; do
  said=$(systemd-analyze verify --root="$root" --man=no --generators=no "$unit.service" 2>&1) ||
    fail "verify $unit: exit status $?"
  [ -z "$said" ] || fail "verify $unit is not silent: $said"
done
table=$(systemd-analyze security --offline=true --root="$root" --no-pager nmesd.service)
exposure=$(echo "$table" | sed -n 's/.*exposure level for nmesd.service: \([0-9.]*\).*/\1/p')
[ -n "$exposure" ] || fail "security gave no exposure"
echo "exposure of nmesd.service: $exposure, at most $most"
awk -v is="${exposure:-10}" -v most="$most" 'BEGIN { exit !(is <= most) }' ||
  fail "exposure $exposure is above $most"

# The example, read by the real daemon; what it names is in the scratch root.
if [ -n "$daemon" ]; then
  sed "s,\"/etc/nmes,\"$root/etc/nmes," "$here/nmesd.yaml" > "$root/etc/nmes/nmesd.yaml"
  said=$(NMES_PROTOCOLS="$here/../../Protocols" \
    "$root/usr/bin/nmesd" --check-config --config "$root/etc/nmes/nmesd.yaml" 2>&1) ||
    fail "nmesd --check-config: $said"
else
  echo "skip  the example configuration: no nmesd was named"
fi

# Rules and overlays.
if udevadm verify --help > /dev/null 2>&1; then
  udevadm verify --resolve-names=never "$here/99-nmes.rules" > "$root/udev.out" 2>&1 ||
    fail "udev rules: $(cat "$root/udev.out")"
else
  echo "skip  udev rules: udevadm verify is of systemd 254 or newer"
fi
if command -v dtc > /dev/null; then
  for overlay in "$here"/Overlays/*.dts; do
    name=$(basename "$overlay" .dts)
    said=$(dtc -@ -I dts -O dtb -o "$root/$name.dtbo" "$overlay" 2>&1) || fail "dtc $name"
    [ -z "$said" ] || fail "dtc $name is not silent: $said"
  done
else
  echo "skip  overlays: no dtc: install Debian's device-tree-compiler package"
fi

# A board's lines, as `GPIO function active`, from the page's pin table and from the definition:
# pin, number, `GPIO`, `function`, direction, active.
row='^| [0-9]* | [0-9]* | `\(GPIO[0-9]*\)` | `\([A-Za-z0-9]*\)`[^|]*| [a-z]* | \([a-z]*\) .*'
for overlay in "$here"/Overlays/*.dts; do
  name=$(basename "$overlay" .dts)
  definition="$here/../$name.yaml"
  if [ ! -e "$definition" ]; then
    echo "skip  lines of $name: no definition"
    continue
  fi
  sed -n "s/$row/\1 \2 \3/p" "$here/../$name.md" | sort > "$root/$name.page"
  awk '{ gsub(/["-]/, "") }
    $1 ~ /^[a-zA-Z0-9]+:$/ && NF == 1 { key = substr($1, 1, length($1) - 1) }
    $1 == "line:" { line = $2; owner = key }
    $1 == "active:" { print line, owner, $2 }' "$definition" | sort > "$root/$name.definition"
  [ -s "$root/$name.definition" ] || fail "$name.yaml names no lines"
  diff "$root/$name.page" "$root/$name.definition" > "$root/lines.diff" ||
    fail "$name: page (<) and definition (>) differ: $(cat "$root/lines.diff")"
  # Levels before Linux, as `GPIO setting`: config.txt on the page, and what the definition asks.
  sed -n 's/^gpio=\([0-9,]*\)=\([a-z,]*\)$/\1 \2/p' "$here/../$name.md" |
    awk '{ n = split($1, pin, ","); for (i = 1; i <= n; i++) print "GPIO" pin[i], $2 }' |
    sort > "$root/$name.config"
  awk '{ gsub(/["-]/, "") }
    /^[a-z]/ { part = $1 }
    $1 ~ /:$/ && NF == 1 { key = $1 }
    $1 == "line:" { line = $2; isIn = part == "inputs:" || key == "pulseStarted:" }
    $1 == "active:" { isHigh = $2 == "high" }
    $1 == "bias:" && isIn { print line, $2 == "pullUp" ? "ip,pu" : "ip,pd" }
    $1 == "bias:" && !isIn { print line, isHigh ? "op,dl" : "op,dh" }' "$definition" |
    sort > "$root/$name.levels"
  diff "$root/$name.config" "$root/$name.levels" > "$root/levels.diff" ||
    fail "$name: config.txt (<) and definition (>) differ: $(cat "$root/levels.diff")"
  # PWM, as `output GPIO function channel` (GPIO: the overlay's pins in their order).
  sed -n 's/^| [0-9]* | \([0-9]*\) | output \([0-9]\)[^|]*| \([a-z 0-9]*\) |.*/\2 \1 \3/p' \
    "$here/../$name.md" | awk '{ print $1, $2, $3, NF == 4 ? $4 : 1 }' | sort > "$root/$name.pwm"
  sed -n 's/.*pins = \(.*\);/\1/p' "$overlay" | tr -cd '0-9 \n,' | tr -s ' ,' '\n\n' |
    grep . > "$root/$name.pins"
  awk 'FNR == NR { pin[FNR - 1] = $1; next }
    { gsub(/["]/, "") }
    /^  - / { channel++ }
    /^[a-z]/ { channel = 0 }
    $1 == "amplitude:" || $1 == "gate:" { is = substr($1, 1, length($1) - 1) }
    $1 == "device:" { isPWM = $2 ~ /[.]pwm$/ }
    $1 == "output:" && isPWM { print $2, pin[$2], is, channel }' \
    "$root/$name.pins" "$definition" | sort > "$root/$name.outputs"
  [ -s "$root/$name.outputs" ] || fail "$name.yaml names no PWM"
  [ "$(wc -l < "$root/$name.pins")" = "$(wc -l < "$root/$name.outputs")" ] ||
    fail "$name: the overlay's PWM pins are not as many as the definition's outputs"
  diff "$root/$name.pwm" "$root/$name.outputs" > "$root/pwm.diff" ||
    fail "$name: PWM of page (<), and of overlay and definition (>): $(cat "$root/pwm.diff")"
  device=$(sed -n 's/.*device: "\(.*\.pwm\)"/\1/p' "$definition" | sort -u)
  grep -q "output 0 of \`$device\`" "$here/../$name.md" || fail "$name: page and PWM $device"
  # Converters, by their labels; a device that is a path ends in .pwm.
  sed -n 's/.*label = "\(.*\)".*/\1/p' "$overlay" | sort -u > "$root/$name.labels"
  sed -n '/\.pwm"/d; s/.*device: "\(.*\)".*/\1/p' "$definition" | sort -u > "$root/$name.devices"
  [ -s "$root/$name.devices" ] || fail "$name.yaml names no converters"
  diff "$root/$name.labels" "$root/$name.devices" > "$root/devices.diff" ||
    fail "$name: converters of overlay (<) and definition (>): $(cat "$root/devices.diff")"
done
[ $failed = 0 ] && echo "host files hold"
exit $failed
