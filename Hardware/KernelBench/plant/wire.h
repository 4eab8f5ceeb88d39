/*
 * Decides: how lines are exchanged with a daemon's socket without ever waiting for it.
 * Leaves to others: what the lines say (client.c).
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>

#define LONGEST_LINE 65536

/* A connection; what came and was not taken yet. */
struct wire {
  int socket;
  size_t held;
  char bytes[LONGEST_LINE];
};

/* Connects to PATH, or ends the program. */
void wire_open(struct wire *wire, const char *path);
void wire_close(struct wire *wire);
/* Writes COUNT bytes as far as there is room; how many went. Ends the program when it is closed. */
size_t wire_write(struct wire *wire, const char *bytes, size_t count);
/* Takes what came. */
void wire_fill(struct wire *wire);
/* The next whole line without its end, valid until the next call; NULL for none. */
char *wire_line(struct wire *wire);
/* Ends the program with what was being done. */
_Noreturn void fail(const char *what);

#endif
