# Decides: how the bench proves itself without the product: a driver that does well, the same
# with one defect at a time, and boards with a dead pulse detector and a switch that sticks.
# Leaves to others: what the driver does (plant/driver.c), the verdict (driver*.expect).
. /bench/bench.sh

# One session that a fault ends and one that a signal ends.
session() { # RECORD WAY PLANT_OPTION...
  local record=$1 way=$2
  shift 2
  record_begins "$record" --trips 1 --names estop --skip 4 --window $period_us --seed 11 "$@"
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

# Killed on a board whose detector is dead.
record_begins kill.breaks-kill-contact.detector --fault detector-dead@0
fact count 2
fact most 2
for instant in 3000 17000; do
  controller_starts controller_lasting
  usleep 60000
  inject KILL $controller_pid $instant
  controller_ends 137
  usleep 60000
done
record_ends

scenario_ends
