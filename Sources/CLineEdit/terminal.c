// Decides: how a terminal is given back whatever ends the process.
// Leaves to others: what the terminal is used for.

#include "CLineEdit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct {
  struct termios settings;
  int descriptor;
  char farewell[128];
  volatile sig_atomic_t is_held;
} guarded;

void nmes_terminal_restore(void) {
  if (!guarded.is_held) return;
  guarded.is_held = 0;
  // Nothing more can be done about a terminal that has gone.
  (void)tcsetattr(guarded.descriptor, TCSANOW, &guarded.settings);
  struct pollfd room = {.fd = guarded.descriptor, .events = POLLOUT};
  if (poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0) {
    ssize_t written = write(guarded.descriptor, guarded.farewell, strlen(guarded.farewell));
    (void)written;
  }
}

// The signal acts again as if nobody had caught it: SA_RESETHAND has put that back.
static void crashed(int number) {
  nmes_terminal_restore();
  (void)raise(number);
}

int nmes_terminal_guard(int descriptor, const char *farewell) {
  if (strlen(farewell) >= sizeof guarded.farewell) return -EINVAL;
  if (tcgetattr(descriptor, &guarded.settings) != 0) return -errno;
  guarded.descriptor = descriptor;
  strcpy(guarded.farewell, farewell);
  guarded.is_held = 1;
  const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};
  for (size_t index = 0; index < sizeof fatal / sizeof fatal[0]; index++) {
    struct sigaction action = {0};
    action.sa_handler = crashed;
    action.sa_flags = (int)SA_RESETHAND | SA_NODEFER;
    if (sigaction(fatal[index], &action, NULL) != 0) return -errno;
  }
  return 0;
}
