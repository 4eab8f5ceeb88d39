/*
 * Decides: when a signal is sent: after so many microseconds, told in the kernel's trace.
 * Leaves to others: to whom and which (scenarios), what must follow (judge).
 *
 *   inject SIGNAL PID MICROSECONDS
 *
 * Above the loop's priority, since a loop that spins would not let a shell act at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct { const char *name; int number; } signals[] = {
  {"TERM", SIGTERM}, {"INT", SIGINT}, {"KILL", SIGKILL}, {"HUP", SIGHUP},
  {"STOP", SIGSTOP},
};

static int fail(const char *what) {
  fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
  return 2;
}

int main(int count, char **arguments) {
  int number = 0;
  if (count != 4) {
    fprintf(stderr, "usage: inject SIGNAL PID MICROSECONDS\n");
    return 2;
  }
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    if (!strcmp(signals[i].name, arguments[1])) number = signals[i].number;
  pid_t process = atoi(arguments[2]);
  long long delay = atoll(arguments[3]) * 1000;
  if (number == 0 || process <= 1 || delay < 0) {
    errno = EINVAL;
    return fail("arguments");
  }
  struct sched_param priority = {.sched_priority = 97};
  if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0) return fail("SCHED_FIFO");
  int marker = open("/sys/kernel/tracing/trace_marker", O_WRONLY);
  if (marker < 0) return fail("trace_marker");
  char text[64];
  const char *what = number == SIGSTOP ? "hangs" : "signal";
  int length = snprintf(text, sizeof text, "%s %s %d\n", what, arguments[1], process);
  struct timespec wait = {delay / 1000000000, delay % 1000000000};
  if (nanosleep(&wait, NULL) != 0) return fail("nanosleep");
  if (write(marker, text, length) != length) return fail("trace_marker");
  if (kill(process, number) != 0) return fail("kill");
  /* An exit here would take the processor from the one that was told to stop. */
  struct timespec aside = {0, 50000000};
  nanosleep(&aside, NULL);
  return 0;
}
