// Decides: a loop that does nothing but wait, in C, by its own code.
// Leaves to others: everything else.

#define _GNU_SOURCE
#include "plain_loop.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <time.h>

static int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int nmes_plain_loop(int64_t period_ns, int64_t spin_ns, int32_t count, int64_t *lateness) {
  int64_t deadline = now_ns() + period_ns;
  for (int32_t turn = 0; turn < count; turn++) {
    int64_t left = deadline - spin_ns - now_ns();
    if (left > 0) {
      struct timespec wait = {left / 1000000000, left % 1000000000};
      if (ppoll(NULL, 0, &wait, NULL) < 0 && errno != EINTR) return -errno;
    }
    while (now_ns() < deadline) {
    }
    int64_t woke = now_ns();
    lateness[turn] = woke - deadline;
    deadline = woke + period_ns;
  }
  return 0;
}
