/*
 * Decides: that a program's disk stands still while /tmp/stall is there, without a change to the
 * program; /tmp/stalled is there while a write waits. Not longer than STALL_MS, and never longer
 * than a logger may be silent.
 * Leaves to others: when (client.c), what must follow (judge), loading it (LD_PRELOAD).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define STALL "/tmp/stall"
#define STALLED "/tmp/stalled"
/* SR-24 ends a session when the logger is silent for a second. */
#define MOST_MS 850
#define STEP_MS 10

static void stand_still(void) {
  if (access(STALL, F_OK) != 0) return;
  close(open(STALLED, O_CREAT | O_WRONLY, 0600));
  const char *text = getenv("STALL_MS");
  int left = text ? atoi(text) : MOST_MS;
  for (; left > 0 && access(STALL, F_OK) == 0; left -= STEP_MS) usleep(STEP_MS * 1000);
  /* Whoever made it may be late: the next write does not stand still again. */
  unlink(STALL);
  unlink(STALLED);
}

int fdatasync(int file) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  stand_still();
  return real(file);
}

int fsync(int file) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  stand_still();
  return real(file);
}
