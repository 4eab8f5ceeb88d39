# Decides: that a whole session runs to its end on the bench's board.
# Leaves to others: the controller (controller.sh), the verdict (session.expect).
. /bench/bench.sh

record_begins session
controller_starts controller_session
controller_ends "$status_done"
tail -n 12 /tmp/said
fact charge "$(controller_charge)"
usleep 50000
record_ends
scenario_ends
