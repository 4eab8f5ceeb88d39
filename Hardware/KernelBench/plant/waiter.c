/*
 * Decides: a loop that does nothing but wait and read one file, as the controller's loop waits.
 * Leaves to others: how late it is (judge), what else the machine does (load).
 *
 *   waiter PERIOD_US SPIN_US    until it is told to end; its thread is the process's own
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* A request, and three fault lines. */
#define DESCRIPTORS 4

static volatile sig_atomic_t must_end;

static void end(int signal) {
  (void)signal;
  must_end = 1;
}

static int fail(const char *what) {
  fprintf(stderr, "waiter: %s: %s\n", what, strerror(errno));
  return 2;
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: waiter PERIOD_US SPIN_US\n");
    return 2;
  }
  long long period = atoll(arguments[1]) * 1000, spin = atoll(arguments[2]) * 1000;
  struct pollfd polled[DESCRIPTORS];
  for (int i = 0; i < DESCRIPTORS; i++) {
    polled[i] = (struct pollfd){.fd = eventfd(0, EFD_CLOEXEC), .events = POLLIN | POLLPRI};
    if (polled[i].fd < 0) return fail("eventfd");
  }
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return fail("statm");
  signal(SIGTERM, end);
  struct sched_param priority = {.sched_priority = 80};
  if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0) return fail("SCHED_FIFO");
  if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) return fail("mlockall");
  for (long long deadline = now() + period; !must_end; deadline = now() + period) {
    for (long long left; (left = deadline - now()) > 0;) {
      struct timespec sleep = {0, left > spin ? left - spin : 0};
      if (ppoll(polled, DESCRIPTORS, &sleep, NULL) < 0 && errno != EINTR) return fail("ppoll");
    }
    char text[16];
    if (pread(file, text, sizeof text, 0) < 0) return fail("pread");
  }
  return 0;
}
