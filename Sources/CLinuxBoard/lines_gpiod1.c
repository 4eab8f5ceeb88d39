// Decides: how lines are held through libgpiod 1.6 (Debian 12).
// Leaves to others: labels, names and meaning (lines.c), libgpiod 2.x (lines_gpiod2.c).
//
// All outputs are one request, and one call sets or gets them. The kernel's first interface gives
// each line with edges a descriptor of its own, so that inputs are requested one by one, each
// with its own pull; an input costs a call to get and, with edges, one to drain.

#define _GNU_SOURCE
#include "lines.h"

#include <gpiod.h>

#ifdef GPIOD_LINE_BULK_MAX_LINES

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NMES_EVENTS_A_READ 16

struct nmes_held {
  struct gpiod_chip *chip;
  struct gpiod_line_bulk outputs;
  // NULL for outputs.
  struct gpiod_line *input[NMES_LINES_MOST];
};

static int has_edges(const nmes_lines *lines, unsigned index) {
  int kind = lines->line[index].kind;
  return kind == NMES_LINE_WATCHED || kind == NMES_LINE_COUNTED;
}

int nmes_form_label(const char *path, char *label, size_t size) {
  struct gpiod_chip *chip = gpiod_chip_open(path);
  if (chip == NULL) return errno != 0 ? -errno : -ENOTTY;
  int count = snprintf(label, size, "%s", gpiod_chip_label(chip));
  gpiod_chip_close(chip);
  return count >= 0 && (size_t)count < size ? 0 : -E2BIG;
}

static int refused(nmes_lines *lines, int line) {
  lines->error = errno != 0 ? errno : EIO;
  lines->failed = line;
  return lines->error == EBUSY ? NMES_LINES_BUSY : NMES_LINES_REFUSED;
}

static int find_lines(nmes_lines *lines, struct gpiod_chip *chip) {
  uint64_t found = 0;
  unsigned total = gpiod_chip_num_lines(chip);
  for (unsigned offset = 0; offset < total; offset++) {
    struct gpiod_line *line = gpiod_chip_get_line(chip, offset);
    if (line == NULL) return refused(lines, -1);
    int result = nmes_match_line(
        lines, &found, offset, gpiod_line_name(line), gpiod_line_is_used(line),
        gpiod_line_consumer(line));
    if (result != NMES_LINES_HELD) return result;
  }
  for (unsigned index = 0; index < lines->count; index++) {
    if (found & nmes_bit(index)) continue;
    lines->failed = (int)index;
    return NMES_LINES_NO_LINE;
  }
  return NMES_LINES_HELD;
}

static int input_type(const nmes_lines *lines, unsigned index) {
  if (!has_edges(lines, index)) return GPIOD_LINE_REQUEST_DIRECTION_INPUT;
  if (lines->line[index].kind == NMES_LINE_WATCHED) return GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES;
  return lines->inverted & nmes_bit(index) ? GPIOD_LINE_REQUEST_EVENT_FALLING_EDGE
                                           : GPIOD_LINE_REQUEST_EVENT_RISING_EDGE;
}

static int request_input(
    nmes_lines *lines, nmes_held *held, unsigned index, const char *consumer) {
  struct gpiod_line *line = gpiod_chip_get_line(held->chip, lines->line[index].offset);
  if (line == NULL) return refused(lines, (int)index);
  int bias = lines->line[index].bias;
  struct gpiod_line_request_config config = {
      .consumer = consumer,
      .request_type = input_type(lines, index),
      .flags = bias == NMES_BIAS_UP     ? GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP
               : bias == NMES_BIAS_DOWN ? GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN
                                        : 0};
  if (gpiod_line_request(line, &config, 0) < 0) return refused(lines, (int)index);
  held->input[index] = line;
  if (!has_edges(lines, index)) return NMES_LINES_HELD;
  int fd = gpiod_line_event_get_fd(line);
  int flags = fd >= 0 ? fcntl(fd, F_GETFL) : -1;
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) return refused(lines, (int)index);
  return NMES_LINES_HELD;
}

static int request_outputs(nmes_lines *lines, nmes_held *held, const char *consumer) {
  int inactive[NMES_LINES_MOST];
  gpiod_line_bulk_init(&held->outputs);
  for (unsigned index = 0; index < lines->count; index++) {
    struct gpiod_line *line = gpiod_chip_get_line(held->chip, lines->line[index].offset);
    if (line == NULL) return refused(lines, (int)index);
    gpiod_line_bulk_add(&held->outputs, line);
    inactive[index] = (lines->inverted & nmes_bit(index)) != 0;
  }
  int result = gpiod_line_request_bulk_output(&held->outputs, consumer, inactive);
  return result < 0 ? refused(lines, -1) : NMES_LINES_HELD;
}

static int request_all(nmes_lines *lines, nmes_held *held, const char *consumer) {
  if (lines->line[0].kind == NMES_LINE_OUTPUT) return request_outputs(lines, held, consumer);
  for (unsigned index = 0; index < lines->count; index++) {
    int result = request_input(lines, held, index, consumer);
    if (result != NMES_LINES_HELD) return result;
  }
  return NMES_LINES_HELD;
}

int nmes_form_request(nmes_lines *lines, const char *path, const char *consumer) {
  nmes_held *held = calloc(1, sizeof *held);
  if (held == NULL) {
    lines->error = ENOMEM;
    return NMES_LINES_REFUSED;
  }
  held->chip = gpiod_chip_open(path);
  int result = held->chip == NULL ? refused(lines, -1) : find_lines(lines, held->chip);
  if (result == NMES_LINES_HELD) result = request_all(lines, held, consumer);
  if (result == NMES_LINES_HELD) {
    lines->held = held;
  } else {
    nmes_form_release(held);
  }
  return result;
}

int nmes_form_set(nmes_held *held, unsigned count, uint64_t values) {
  int each[NMES_LINES_MOST];
  for (unsigned index = 0; index < count; index++) each[index] = (values >> index) & 1;
  return gpiod_line_set_value_bulk(&held->outputs, each) < 0 ? -errno : 0;
}

int nmes_form_get(nmes_held *held, unsigned count, uint64_t *values) {
  int each[NMES_LINES_MOST];
  uint64_t bits = 0;
  if (held->input[0] == NULL && gpiod_line_get_value_bulk(&held->outputs, each) < 0) return -errno;
  for (unsigned index = 0; index < count; index++) {
    int value = held->input[0] == NULL ? each[index] : gpiod_line_get_value(held->input[index]);
    if (value < 0) return -errno;
    if (value) bits |= nmes_bit(index);
  }
  *values = bits;
  return 0;
}

static int drain_line(nmes_lines *lines, unsigned index, int fd) {
  struct gpiod_line_event events[NMES_EVENTS_A_READ];
  int total = 0;
  while (total < NMES_EVENTS_MOST) {
    int count = gpiod_line_event_read_fd_multiple(fd, events, NMES_EVENTS_A_READ);
    if (count < 0) return errno == EAGAIN || errno == EINTR ? total : -errno;
    for (int place = 0; place < count; place++) {
      int64_t time = (int64_t)events[place].ts.tv_sec * 1000000000 + events[place].ts.tv_nsec;
      int is_rising = events[place].event_type == GPIOD_LINE_EVENT_RISING_EDGE;
      nmes_note_edge(lines, index, is_rising, time, 1);
    }
    total += count;
    if (count < NMES_EVENTS_A_READ) break;
  }
  return total;
}

int nmes_form_drain(nmes_lines *lines) {
  int total = 0;
  for (unsigned index = 0; index < lines->count; index++) {
    if (!has_edges(lines, index)) continue;
    int result = drain_line(lines, index, gpiod_line_event_get_fd(lines->held->input[index]));
    if (result < 0) return result;
    total += result;
  }
  return total;
}

int nmes_form_descriptors(nmes_lines *lines, uint64_t mask, int *fds, int most) {
  int count = 0;
  for (unsigned index = 0; index < lines->count; index++) {
    if (!(mask & nmes_bit(index)) || !has_edges(lines, index)) continue;
    if (count == most) return -E2BIG;
    fds[count++] = gpiod_line_event_get_fd(lines->held->input[index]);
  }
  return count;
}

void nmes_form_release(nmes_held *held) {
  // Closing the chip releases every line that was requested through it.
  if (held->chip != NULL) gpiod_chip_close(held->chip);
  free(held);
}

#endif
