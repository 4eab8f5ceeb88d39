/*
 * Decides: how an operator leads sessions of the daemon to a STOP, each by the next of three
 * ways, the last ones under load; and which times are printed of them.
 * Leaves to others: what must follow (judge), how each thing is done (client.c), the load alone
 * (load.c).
 *
 *   operator FOLDER COUNT LOADED FIRST [MARKS]
 *   FOLDER   the daemon's sockets
 *   COUNT    sessions that are stopped
 *   LOADED   so many of them, the last ones, under load: 200 monitors that read, one that never
 *            does, 10000 commands before the STOP on its connection, and a disk that stands still
 *   FIRST    the number of the first session; instants are drawn from it
 *   MARKS    the file that each STOP is told in, if it is not the kernel's trace
 *
 * As root, or with a limit that allows SCHED_FIFO 97: above the loop while a STOP is sent.
 */
#define _GNU_SOURCE
#include "client.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>

/* From a STOP to its reply, which says that the outputs are inactive. */
static long long *took[WAYS];
static long replies[WAYS];

static int compare(const void *one, const void *other) {
  long long a = *(const long long *)one, b = *(const long long *)other;
  return (a > b) - (a < b);
}

/* Until an instant of the next 600 ms. */
static void wait_for_an_instant(unsigned *drawn) {
  *drawn = *drawn * 1103515245 + 12345;
  long long left = *drawn / 65536 % 600 * MS;
  for (; left > 200 * MS; left -= 200 * MS) {
    rest(200 * MS);
    renew();
  }
  rest(left);
}

static void print_times(void) {
  for (int way = 0; way < WAYS; way++) {
    long all = replies[way];
    if (all == 0) continue;
    qsort(took[way], all, sizeof *took[way], compare);
    printf("STOP by %s to its reply: %lld us at the median, %lld at the 99th percentile, %lld at "
           "worst of %ld\n", way_names[way], took[way][all / 2] / 1000,
           took[way][(all * 99 + 99) / 100 - 1] / 1000, took[way][all - 1] / 1000, all);
  }
}

int main(int count, char **arguments) {
  if (count != 5 && count != 6) {
    fprintf(stderr, "usage: operator FOLDER COUNT LOADED FIRST [MARKS]\n");
    return 2;
  }
  long sessions = atol(arguments[2]), loaded = atol(arguments[3]), first = atol(arguments[4]);
  unsigned drawn = first;
  long stalls = 0;
  long long slowest = 0;
  for (int way = 0; way < WAYS; way++) {
    took[way] = calloc(sessions > 0 ? sessions : 1, sizeof *took[way]);
    if (!took[way]) fail("memory");
  }
  client_begin(arguments[1], count == 6 ? arguments[5] : TRACE_MARKER);
  for (long session = 0; session < sessions; session++) {
    bool is_loaded = session >= sessions - loaded;
    enum way way = session % WAYS;
    if (is_loaded) load_up();
    lead(first + session);
    wait_for("running", true);
    wait_for_an_instant(&drawn);
    if (is_loaded) {
      stall_disk(800 * MS);
      ask_and_never_read();
      long long time = queue_commands();
      if (time > slowest) slowest = time;
      if (disk_is_still()) stalls++;
    }
    took[way][replies[way]++] = stop(way, is_loaded);
    wait_for("completed", true);
    /* What energises is refused for 250 ms after a STOP. */
    rest(260 * MS);
  }
  printf("%ld stops, %ld of them loaded, %ld with the disk still; %ld commands answered busy\n",
         sessions, loaded, stalls, busy_answers());
  if (loaded > 0)
    printf("%d commands sent in %lld ms at most, until the last found room\n", COMMANDS,
           slowest / MS);
  print_times();
  if (loaded > 0) printf("the reply by control.sock comes behind those to its commands\n");
  return stalls == loaded ? 0 : 1;
}
