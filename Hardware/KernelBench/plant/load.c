/*
 * Decides: how the daemon is loaded for a while: again each second, the disk standing still for a
 * tenth of it; during a session, which is stopped at the end, or with none.
 * Leaves to others: how late the loop is meanwhile (judge), how each thing is done (client.c).
 *
 *   load FOLDER during|beside SECONDS FIRST
 *   FOLDER   the daemon's sockets
 *   SECONDS  for so long
 *   FIRST    the number of the session
 *
 * The load: 200 monitors that read, one that never does, and 10000 commands. A STOP is told in
 * the kernel's trace.
 */
#define _GNU_SOURCE
#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void load_for(long seconds, bool is_during) {
  for (long second = 0; second < seconds; second++) {
    long long began = now();
    renew();
    if (is_during) stall_disk(100 * MS);
    else stall_until(now() + 100 * MS);
    ask_and_never_read();
    queue_commands();
    while (now() - began < 1000 * MS) {
      rest(MS);
      take_answers();
    }
  }
  rest(200 * MS);
}

int main(int count, char **arguments) {
  bool is_during = count == 5 && !strcmp(arguments[2], "during");
  bool is_beside = count == 5 && !strcmp(arguments[2], "beside");
  long seconds = count == 5 ? atol(arguments[3]) : 0;
  if ((!is_during && !is_beside) || seconds < 1) {
    fprintf(stderr, "usage: load FOLDER during|beside SECONDS FIRST\n");
    return 2;
  }
  long first = atol(arguments[4]);
  client_begin(arguments[1], TRACE_MARKER);
  load_up();
  if (is_during) {
    lead(first);
    wait_for("running", true);
  }
  load_for(seconds, is_during);
  if (is_during) stop(MONITOR, true);
  printf("%ld s of load %s; %ld commands answered busy\n", seconds,
         is_during ? "during a session" : "with no session", busy_answers());
  return 0;
}
