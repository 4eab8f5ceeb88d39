# Decides: that STOP from an operator's connection ends a session of the daemon in time, whatever
# else the daemon is asked and whether or not its disk moves.
# Leaves to others: the operator (operator), the verdict (daemon.expect).
. /bench/bench.sh

# Fifty are one record: a trace of more does not fit.
records=1 loaded=10
if [ -n "$FULL" ]; then records=20 loaded=50; fi
records=${COUNT:-$records}
log=/tmp/daemon.sqlite
folder=/tmp/nmes

n=0
while [ $n -lt "$records" ]; do
  # The load comes last: of every fifty, or all at the end.
  if [ -n "$FULL" ] && [ $n -lt $((records - 1)) ]; then heavy=0; else heavy=$loaded; fi
  n=$((n + 1))
  record_begins daemon.$n
  fact count 50
  # Of the loaded ones some may have ended by themselves, as the log was late.
  fact most $((50 - heavy / 5))
  daemon_starts $folder $log
  mark start
  check "operator, record $n" operator $folder 50 "$heavy" $((n * 1000 + ${SEED:-1}))
  kill -TERM $daemon_pid
  wait $daemon_pid
  check "the daemon ends with 0" [ $? = 0 ]
  check "the log holds" nmes dose verify --log $log
  grep -vE '^<[67]>|stop by|lease of' /tmp/nmesd.log | sort | uniq -c | tail -n 8
  usleep 60000
  record_ends
done
scenario_ends
