// Decides: how a test puts a program on a terminal of its own.
// Leaves to others: what is typed there and what the screen shows (Tests/nmesTests).

#ifndef NMES_PSEUDO_TERMINAL_H
#define NMES_PSEUDO_TERMINAL_H

/// Starts a program as the leader of a session whose controlling terminal is a new
/// pseudo-terminal of `rows` by `columns`.
///
/// `arguments` and `environment` end in NULL. `other_end` becomes the side of the one who types:
/// it does not block, and no other program inherits it. Answers the process or -errno.
int nmes_test_terminal_start(
  const char *path, char *const arguments[], char *const environment[], int rows, int columns,
  int *other_end);

/// Gives the terminal another size; its program hears of it. Answers 0 or -errno.
int nmes_test_terminal_resize(int other_end, int rows, int columns);

#endif
