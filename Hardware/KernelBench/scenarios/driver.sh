# Decides: how the bench proves itself without the product: a driver that does well, the same
# with one defect at a time, and boards with a dead pulse detector and a switch that sticks.
# Leaves to others: what the driver does (plant/driver.c), the verdict (driver*.expect).
. /bench/bench.sh

# One session that a fault ends and one that a signal ends.
session() { # RECORD WAY PLANT_OPTION...
  local record=$1 way=$2
  shift 2
  record_begins "$record" --trips 1 --names estop --skip 4 --window 40000 --seed 11 "$@"
  mark start
  driver "$way" 12 > /tmp/said 2>&1
  usleep 150000
  mark start
  driver "$way" 20 >> /tmp/said 2>&1 &
  local pid=$!
  usleep 150000
  inject TERM $pid 1234
  wait $pid
  usleep 150000
  record_ends
  sed 's/^/  | /' /tmp/said
}

session driver good
session driver.breaks-fault-reaction.late late-trip
session driver.breaks-fault-reaction.deaf deaf
session driver.breaks-overlap.both-on overlap
session driver.breaks-dead-time.short short-gap
session driver.breaks-net-charge.unbalanced unbalanced
session driver.breaks-phase-width.wide wide
session driver.breaks-heartbeat-after-drop.beats-on beats-on
session driver.breaks-inactive-at-end.coil keeps-coil
session driver.breaks-inactive-at-end.amplitude keeps-amplitude
session driver.breaks-stop-reaction.slow slow-stop
session driver.breaks-heartbeat.slow slow-beat
session driver.breaks-electrode-current.switch good --fault stuck-switch@60

# Trips by every line at random points of a pulse.
record_begins driver-trips --trips 20 --names estop,over-current,high-voltage-lost --skip 1 \
  --window 40000 --seed 5
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  mark start
  driver good 20
  usleep 100000
done
record_ends

# Killed at instants that step through pulse and pause.
kills() { # RECORD COUNT PLANT_OPTION...
  local record=$1 count=$2 n=0 pid
  shift 2
  record_begins "$record" "$@"
  while [ $n -lt "$count" ]; do
    n=$((n + 1))
    mark start
    driver good 40 &
    pid=$!
    usleep 60000
    inject KILL $pid $((n * 7919 % 80000))
    wait $pid
    usleep 60000
  done
  mark start
  driver good 1
  usleep 60000
  record_ends
}
kills driver-kill 10
kills driver-kill.breaks-kill-contact.detector 2 --fault detector-dead@0

exit $failures
