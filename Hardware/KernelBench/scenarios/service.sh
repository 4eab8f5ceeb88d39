# Decides: that the daemon runs under a real systemd with the unit, users, folders, rules and
# configuration of Hardware/Host, that what they permit is what it needs, and that it is safe when
# the service manager stops it or finds it hanging.
# Leaves to others: the verdict on the pins (service.expect), whether the files are whole
# (Hardware/Host/check.sh), the computer's own devices (bring-up checklists).
. /bench/bench.sh

said() { grep -qE -- "$1" /tmp/said; }
as() { nsenter -t "$systemd_pid" -m -p su -s /bin/sh "$1" -c "$2"; }
service() { nsenter -t "$systemd_pid" -m -p systemctl --no-pager "$@"; }
property() { service show -P "$1" nmesd; }
# Until the service is what it should be; bounded.
becomes() { # PROPERTY VALUE
  local tries=0
  while [ "$(property "$1")" != "$2" ] && [ $tries -lt 300 ]; do
    usleep 100000
    tries=$((tries + 1))
  done
  [ "$(property "$1")" = "$2" ]
}

# As Hardware/Host/README.md says, step by step; `cp` is its `install`. The rules name the devices of
# a Raspberry Pi, which the bench's stand for.
mkdir -p /usr/lib/systemd/system /usr/lib/sysusers.d /usr/lib/tmpfiles.d /usr/lib/udev/rules.d \
  /usr/share/nmes /var/lib /root /home
ln -s /bin /usr/bin
cp -a /lib/systemd/system/. /usr/lib/systemd/system/
mount -t tmpfs tmpfs /run
: > /etc/group
cp /Host/nmes.sysusers /usr/lib/sysusers.d/nmes.conf
cp /Host/nmes.tmpfiles /usr/lib/tmpfiles.d/nmes.conf
systemd-sysusers > /dev/null 2>&1
systemd-tmpfiles --create
printf 'alice:x:1000:1000::/:/bin/sh\nbob:x:1001:1001::/:/bin/sh\n' >> /etc/passwd
printf 'alice:x:1000:\nbob:x:1001:\n' >> /etc/group
sed -i 's/^\(nmes:.*\)$/\1alice/; s/^\(nmes-monitor:.*\)$/\1,bob/' /etc/group
sed -e 's/ENV{OF_COMPATIBLE_0}=="brcm,bcm2711-gpio"/KERNELS=="gpio-sim.0"/' \
  -e 's/KERNELS=="fe20c000.pwm"/KERNELS=="nmes-pwm"/' /Host/99-nmes.rules \
  > /usr/lib/udev/rules.d/99-nmes.rules
cp -a /Protocols /Hardware /usr/share/nmes/
rm -rf /Protocols /Hardware
sed 's/^board: .*/board: "kernel-bench"/' /Host/nmesd.yaml > /etc/nmes/nmesd.yaml
systemd-tmpfiles --create
cp /Host/nmesd.service /usr/lib/systemd/system/

/lib/systemd/systemd-udevd --daemon
udevadm trigger
udevadm settle
check "the rules give the chip to gpio" [ "$(stat -c %a:%G /dev/nmes/gpio -L)" = 660:gpio ]
check "the rules give PWM to gpio" [ "$(stat -c %G /sys/class/pwm/pwmchip0/export)" = gpio ]

mount -t cgroup2 cgroup2 /sys/fs/cgroup
unshare -m -p -f --mount-proc /lib/systemd/systemd --system --unit=basic.target \
  --log-level=notice --log-target=kmsg > /tmp/systemd.log 2>&1 &
tries=0
while [ ! -S /run/systemd/private ] && [ $tries -lt 300 ]; do
  usleep 100000
  tries=$((tries + 1))
done
systemd_pid=$(pidof systemd)
check "systemd came up" [ -n "$systemd_pid" ]
if [ -z "$systemd_pid" ]; then scenario_ends; fi

record_begins service
mark start
check "systemd starts the service" service start nmesd
check "it is active" [ "$(property ActiveState)" = active ]
check "it told its state" grep -qF "board kernel-bench, faulted" <<EOF
$(property StatusText)
EOF
# The service's own number is of another namespace.
daemon_pid=$(pidof nmesd)
check "it runs as nmes" [ "$(stat -c %U /proc/"$daemon_pid")" = nmes ]
check "control.sock is for nmes" [ "$(stat -c %a:%G /run/nmes/control.sock)" = 660:nmes ]
check "monitor.sock is for nmes-monitor" \
  [ "$(stat -c %a:%G /run/nmes/monitor.sock)" = 660:nmes-monitor ]

# Only the devices that the unit names, even for root.
in_cgroup() { sh -c "echo \$\$ > /sys/fs/cgroup/system.slice/nmesd.service/cgroup.procs; $1"; }
check "its devices are open to it" in_cgroup ': < /dev/nmes/gpio'
check "no other is" in_cgroup '! head -c 1 /dev/vda > /dev/null 2>&1'

lead="load large-muscle-tetanic patient SERVED muscle quadriceps area 180 cm2"
printf '%s\n' "$lead" check "expect state checked within 30 s" "answer all no" "answer skin ok" \
  arm start "expect amplitude >= 5 mA within 30 s" "expect phase over within 60 s" > /tmp/lead
chmod 644 /tmp/lead
# The session of an operator, until somebody ends it.
leads() {
  mark start
  as alice 'nmes console --script /tmp/lead' > /tmp/said 2>&1 &
  console_pid=$!
  controller_is_energised
  usleep 3000000
}
check "an observer does not command" sh -c "! nsenter -t $systemd_pid -m -p su bob -c \
  'nmes console --script /tmp/lead' > /tmp/said 2>&1"
check "and sees" as bob "nmes status"
check "others see nothing" sh -c "! nsenter -t $systemd_pid -m -p su nobody -c 'nmes status' \
  > /dev/null 2>&1"

# STOP by somebody who is in no group.
leads
highest=$(fifo_threads "$daemon_pid" | head -n 1 | cut -d' ' -f1)
check "the loop has its priority" [ "$highest" = 80 ]
check "its memory is locked" grep -qE '^VmLck:[[:space:]]+[1-9]' /proc/"$daemon_pid"/status
mark "stop by nobody"
as nobody "nmes stop"
wait $console_pid
check "the console saw the session end" [ $? = 0 ]
check "a reload is taken" service reload nmesd
usleep 200000
check "and the daemon is the same" [ "$(pidof nmesd)" = "$daemon_pid" ]

# It hangs: the board acts by itself, systemd begins it anew, nothing resumes.
usleep 1000000
sed -i 's/SERVED/HUNG/' /tmp/lead
leads
inject STOP "$daemon_pid" 0
check "the watchdog ends it" becomes NRestarts 1
check "it is active again" becomes ActiveState active
wait $console_pid
check "the console lost the session" [ $? != 0 ]
check "another daemon runs" [ "$(pidof nmesd)" != "$daemon_pid" ]
as alice "nmes status" > /tmp/said 2>&1
check "nothing resumes" said '^IDLE'
cat /tmp/said
as nmes "nmes dose show last --log /var/lib/nmes/dose.sqlite" > /tmp/said 2>&1
check "the session is closed as uncertain" said uncertain
usleep 100000

# The service is stopped in mid-session.
sed -i 's/HUNG/STOPPED/' /tmp/lead
leads
mark "stop by systemctl"
check "systemd stops the service" service stop nmesd
wait $console_pid
check "it ended well" [ "$(property Result):$(property ExecMainStatus)" = success:0 ]
check "the log holds" as nmes "nmes dose verify --log /var/lib/nmes/dose.sqlite"
usleep 60000
record_ends

# Bad configuration does not heal by itself.
sed -i 's/^board: .*/board: "nowhere"/' /etc/nmes/nmesd.yaml
check "a bad configuration is refused" sh -c "! nsenter -t $systemd_pid -m -p systemctl \
  start nmesd > /tmp/said 2>&1"
check "with 2" [ "$(property ExecMainStatus)" = 2 ]
usleep 1500000
check "and not tried again" [ "$(property ActiveState)" = failed ]
kill -KILL "$systemd_pid"
scenario_ends
