/*
 * Decides: that a program's disk stands still while /tmp/stall is there, without a change to the
 * program; /tmp/stalled is there while a write waits. Never longer than a logger may be silent.
 * Leaves to others: when (client.c), what must follow (judge), loading it (LD_PRELOAD).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#define STALL "/tmp/stall"
#define STALLED "/tmp/stalled"
/* 10 ms each: SR-24 ends a session when the logger is silent for a second. */
#define MOST_WAITS 85

static void stand_still(void) {
  if (access(STALL, F_OK) != 0) return;
  close(open(STALLED, O_CREAT | O_WRONLY, 0600));
  for (int i = 0; i < MOST_WAITS && access(STALL, F_OK) == 0; i++) usleep(10000);
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
