// Decides: the calls between a test and a program on a pseudo-terminal.
// Leaves to others: everything that is said through it.

#define _GNU_SOURCE
#include "PseudoTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// Between fork and execve only what a signal handler may do: the test has other threads.
static void become(
  const char *path, char *const arguments[], char *const environment[], const char *terminal)
{
  sigset_t none;
  (void)sigemptyset(&none);
  if (sigprocmask(SIG_SETMASK, &none, NULL) != 0 || setsid() < 0) _exit(126);
  int end = open(terminal, O_RDWR);
  if (end < 0 || ioctl(end, TIOCSCTTY, 0) != 0) _exit(126);
  for (int number = 0; number < 3; number++) {
    if (dup2(end, number) < 0) _exit(126);
  }
  if (end > 2) (void)close(end);
  (void)execve(path, arguments, environment);
  _exit(127);
}

int nmes_test_terminal_start(
  const char *path, char *const arguments[], char *const environment[], int rows, int columns,
  int *other_end)
{
  int end = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (end < 0) return -errno;
  char terminal[64];
  int failure = 0;
  if (grantpt(end) != 0 || unlockpt(end) != 0) failure = errno;
  if (failure == 0) failure = ptsname_r(end, terminal, sizeof terminal);
  if (failure == 0) failure = -nmes_test_terminal_resize(end, rows, columns);
  pid_t process = failure == 0 ? fork() : -1;
  if (process == 0) become(path, arguments, environment, terminal);
  if (process < 0) {
    if (failure == 0) failure = errno;
    (void)close(end);
    return -failure;
  }
  *other_end = end;
  return process;
}

int nmes_test_terminal_resize(int other_end, int rows, int columns) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  return ioctl(other_end, TIOCSWINSZ, &size) == 0 ? 0 : -errno;
}
