// Decides: how a chip is found by label and its lines by name, and what an edge means.
// Leaves to others: the library's calls (lines_gpiod1.c, lines_gpiod2.c).

#define _GNU_SOURCE
#include "lines.h"
#include "injection.h"
#include "simulated_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NMES_PATH_SIZE 512

static int chip_path(const char *dev, unsigned number, char *path, size_t size) {
  int count = snprintf(path, size, "%s/gpiochip%u", dev, number);
  return count > 0 && (size_t)count < size ? 0 : -ENAMETOOLONG;
}

int nmes_chip_label(const char *dev, unsigned number, char *label, size_t size) {
  char path[NMES_PATH_SIZE];
  int result = chip_path(dev, number, path, sizeof path);
  if (result < 0) return result;
  struct stat info;
  if (lstat(path, &info) != 0) return -errno;
  // A link is a second name of a chip that is found by its own.
  if (S_ISLNK(info.st_mode)) return -ENOENT;
  return nmes_form_label(path, label, size);
}

nmes_lines *nmes_lines_new(void) {
  nmes_lines *lines = calloc(1, sizeof *lines);
  if (lines != NULL) lines->failed = -1;
  return lines;
}

int nmes_lines_add(nmes_lines *lines, const char *name, int kind, int is_active_low, int bias) {
  if (lines->held != NULL) return -EBUSY;
  if (lines->count == NMES_LINES_MOST) return -E2BIG;
  size_t size = strlen(name);
  if (size == 0 || size >= NMES_NAME_SIZE) return -EINVAL;
  if (kind < NMES_LINE_OUTPUT || kind > NMES_LINE_COUNTED) return -EINVAL;
  if (bias < NMES_BIAS_NONE || bias > NMES_BIAS_DOWN) return -EINVAL;
  unsigned index = lines->count;
  int is_output = kind == NMES_LINE_OUTPUT;
  if (index > 0 && is_output != (lines->line[0].kind == NMES_LINE_OUTPUT)) return -EINVAL;
  for (unsigned other = 0; other < index; other++) {
    if (strcmp(lines->line[other].name, name) == 0) return -EEXIST;
  }
  memcpy(lines->line[index].name, name, size + 1);
  lines->line[index].kind = kind;
  lines->line[index].bias = bias;
  lines->line[index].fall = INT64_MAX;
  if (is_active_low) lines->inverted |= nmes_bit(index);
  lines->count += 1;
  return (int)index;
}

int nmes_match_line(
    nmes_lines *lines, uint64_t *found, unsigned offset, const char *name, int is_used,
    const char *consumer) {
  if (name == NULL) return NMES_LINES_HELD;
  for (unsigned index = 0; index < lines->count; index++) {
    if (strcmp(lines->line[index].name, name) != 0) continue;
    lines->failed = (int)index;
    if (*found & nmes_bit(index)) return NMES_LINES_LINE_TWICE;
    if (is_used) {
      lines->error = EBUSY;
      (void)snprintf(lines->consumer, NMES_NAME_SIZE, "%s", consumer ? consumer : "");
      return NMES_LINES_BUSY;
    }
    *found |= nmes_bit(index);
    lines->line[index].offset = offset;
    lines->failed = -1;
  }
  return NMES_LINES_HELD;
}

// The one chip with the label, into `path`.
static int find_chip(nmes_lines *lines, const char *dev, const char *wanted, char *path) {
  int denied = 0;
  int found = 0;
  for (unsigned number = 0; number < NMES_CHIPS_MOST; number++) {
    char label[NMES_NAME_SIZE];
    int result = nmes_chip_label(dev, number, label, sizeof label);
    if (result == -ENOENT) continue;
    if (result < 0) {
      denied = result == -EACCES || result == -EPERM ? -result : denied;
      lines->error = -result;
      continue;
    }
    if (strcmp(label, wanted) != 0) continue;
    if (found) return NMES_LINES_CHIP_TWICE;
    found = 1;
    result = chip_path(dev, number, path, NMES_PATH_SIZE);
    if (result < 0) {
      lines->error = -result;
      return NMES_LINES_REFUSED;
    }
  }
  if (found) return NMES_LINES_HELD;
  if (denied == 0) return NMES_LINES_NO_CHIP;
  lines->error = denied;
  return NMES_LINES_DENIED;
}

int nmes_lines_request(
    nmes_lines *lines, const char *dev, const char *label, const char *consumer) {
  lines->failed = -1;
  if (lines->count == 0 || lines->held != NULL) {
    lines->error = EINVAL;
    return NMES_LINES_REFUSED;
  }
#ifdef NMES_FAULT_INJECTION
  if (nmes_simulated_is_chip(label)) return nmes_simulated_request(lines);
#endif
  char path[NMES_PATH_SIZE];
  int result = find_chip(lines, dev, label, path);
  if (result != NMES_LINES_HELD) return result;
  return nmes_form_request(lines, path, consumer);
}

int nmes_lines_failed(const nmes_lines *lines) { return lines->failed; }

int nmes_lines_error(const nmes_lines *lines) { return lines->error; }

const char *nmes_lines_consumer(const nmes_lines *lines) { return lines->consumer; }

int nmes_lines_set(nmes_lines *lines, uint64_t active) {
  nmes_note_write(NMES_NOTE_LINES, (int64_t)active);
  int error = nmes_injected_error();
  if (error != 0) return error > 0 ? -error : 0;
#ifdef NMES_FAULT_INJECTION
  if (lines->is_simulated) return nmes_simulated_set(lines, active);
#endif
  if (lines->held == NULL) return -EBADF;
  return nmes_form_set(lines->held, lines->count, active ^ lines->inverted);
}

int nmes_lines_get(nmes_lines *lines, uint64_t *active) {
  int error = nmes_injected_read_error();
  if (error != 0) return -error;
#ifdef NMES_FAULT_INJECTION
  if (lines->is_simulated) return nmes_simulated_get(lines, active);
#endif
  if (lines->held == NULL) return -EBADF;
  uint64_t values = 0;
  int result = nmes_form_get(lines->held, lines->count, &values);
  if (result < 0) return result;
  uint64_t all = lines->count == 64 ? UINT64_MAX : nmes_bit(lines->count) - 1;
  *active = (values ^ lines->inverted) & all;
  return 0;
}

int nmes_lines_drain(nmes_lines *lines) {
  int error = nmes_injected_read_error();
  if (error != 0) return -error;
#ifdef NMES_FAULT_INJECTION
  if (lines->is_simulated) return nmes_simulated_drain(lines);
#endif
  if (lines->held == NULL) return -EBADF;
  return nmes_form_drain(lines);
}

int64_t nmes_lines_take_fall(nmes_lines *lines, uint64_t mask) {
  int64_t earliest = INT64_MAX;
  for (unsigned index = 0; index < lines->count; index++) {
    if (!(mask & nmes_bit(index))) continue;
    if (lines->line[index].fall < earliest) earliest = lines->line[index].fall;
    lines->line[index].fall = INT64_MAX;
  }
  return earliest;
}

uint32_t nmes_lines_count(const nmes_lines *lines, unsigned line) {
  return line < lines->count ? lines->line[line].count : 0;
}

int nmes_lines_descriptors(nmes_lines *lines, uint64_t mask, int *fds, int most) {
#ifdef NMES_FAULT_INJECTION
  if (lines->is_simulated) return 0;
#endif
  if (lines->held == NULL) return -EBADF;
  return nmes_form_descriptors(lines, mask, fds, most);
}

void nmes_lines_release(nmes_lines *lines) {
  if (lines == NULL) return;
  if (lines->held != NULL) nmes_form_release(lines->held);
  free(lines);
}
