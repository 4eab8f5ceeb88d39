/*
 * Decides: how lines are exchanged with a daemon's socket without ever waiting for it.
 * Leaves to others: what the lines say (client.c).
 */
#define _GNU_SOURCE
#include "wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void fail(const char *what) {
  fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
  exit(2);
}

void wire_open(struct wire *wire, const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    fail(path);
  }
  strcpy(address.sun_path, path);
  wire->held = 0;
  /* The connection itself may wait: a listener's queue is short. */
  wire->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (wire->socket < 0) fail("socket");
  if (connect(wire->socket, (struct sockaddr *)&address, sizeof address) != 0) fail(path);
}

void wire_close(struct wire *wire) {
  close(wire->socket);
  wire->socket = -1;
}

size_t wire_write(struct wire *wire, const char *bytes, size_t count) {
  ssize_t gone = send(wire->socket, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (gone >= 0) return gone;
  if (errno != EAGAIN && errno != EINTR) fail("send");
  return 0;
}

void wire_fill(struct wire *wire) {
  while (wire->held < LONGEST_LINE) {
    char *place = wire->bytes + wire->held;
    ssize_t count = recv(wire->socket, place, LONGEST_LINE - wire->held, MSG_DONTWAIT);
    if (count == 0) {
      errno = ECONNRESET;
      fail("the daemon closed a connection");
    }
    if (count < 0) {
      if (errno != EAGAIN && errno != EINTR) fail("recv");
      return;
    }
    wire->held += count;
  }
}

char *wire_line(struct wire *wire) {
  static char line[LONGEST_LINE];
  char *end = memchr(wire->bytes, '\n', wire->held);
  if (!end) {
    if (wire->held < LONGEST_LINE) return NULL;
    errno = EMSGSIZE;
    fail("a line of the daemon");
  }
  size_t count = end - wire->bytes;
  memcpy(line, wire->bytes, count);
  line[count] = '\0';
  wire->held -= count + 1;
  memmove(wire->bytes, end + 1, wire->held);
  return line;
}
