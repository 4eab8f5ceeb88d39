/*
 * Decides: where journal lines are kept, and the bound of it.
 * Leaves to others: the lines.
 */
#include "journal.h"
#include "pins.h"
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LONGEST 200
static char lines[16 << 20];
static size_t used;
static long lost;
static int file;

void journal_open(const char *path) {
  file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) give_up(path);
  memset(lines, 0, sizeof lines); /* page faults now, not in a pulse */
}

void journal(int64_t at, const char *format, ...) {
  if (used + LONGEST > sizeof lines) {
    lost++;
    return;
  }
  used += snprintf(lines + used, 32, "%lld ", (long long)at);
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(lines + used, LONGEST - 32, format, arguments);
  va_end(arguments);
  used += length < LONGEST - 33 ? length : LONGEST - 33;
  lines[used++] = '\n';
}

int journal_close(void) {
  size_t written = 0;
  while (written < used) {
    ssize_t size = write(file, lines + written, used - written);
    if (size < 0) give_up("the journal");
    written += size;
  }
  if (lost > 0) dprintf(file, "%lld lost lines=%ld\n", (long long)now_ns(), lost);
  if (close(file) != 0) give_up("the journal");
  return lost > 0;
}
