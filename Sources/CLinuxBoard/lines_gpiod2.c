// Decides: how lines are held through libgpiod 2.x (Debian 13).
// Leaves to others: labels, names and meaning (lines.c), libgpiod 1.6 (lines_gpiod1.c).

#define _GNU_SOURCE
#include "lines.h"

#include <gpiod.h>

#ifndef GPIOD_LINE_BULK_MAX_LINES

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#define NMES_EVENTS_A_READ 64

struct nmes_held {
  struct gpiod_line_request *request;
  // Made once; NULL for outputs.
  struct gpiod_edge_event_buffer *events;
  // How many edges the kernel has numbered on each counted line.
  unsigned long numbered[NMES_LINES_MOST];
};

int nmes_form_label(const char *path, char *label, size_t size) {
  struct gpiod_chip *chip = gpiod_chip_open(path);
  if (chip == NULL) return errno != 0 ? -errno : -ENOTTY;
  struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
  int result = info != NULL ? 0 : -errno;
  if (info != NULL) {
    int count = snprintf(label, size, "%s", gpiod_chip_info_get_label(info));
    if (count < 0 || (size_t)count >= size) result = -E2BIG;
    gpiod_chip_info_free(info);
  }
  gpiod_chip_close(chip);
  return result;
}

static int refused(nmes_lines *lines) {
  lines->error = errno != 0 ? errno : EIO;
  return lines->error == EBUSY ? NMES_LINES_BUSY : NMES_LINES_REFUSED;
}

static int find_lines(nmes_lines *lines, struct gpiod_chip *chip) {
  struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
  if (info == NULL) return refused(lines);
  size_t total = gpiod_chip_info_get_num_lines(info);
  gpiod_chip_info_free(info);
  uint64_t found = 0;
  for (unsigned offset = 0; offset < total; offset++) {
    struct gpiod_line_info *line = gpiod_chip_get_line_info(chip, offset);
    if (line == NULL) return refused(lines);
    int result = nmes_match_line(
        lines, &found, offset, gpiod_line_info_get_name(line), gpiod_line_info_is_used(line),
        gpiod_line_info_get_consumer(line));
    gpiod_line_info_free(line);
    if (result != NMES_LINES_HELD) return result;
  }
  for (unsigned index = 0; index < lines->count; index++) {
    if (found & nmes_bit(index)) continue;
    lines->failed = (int)index;
    return NMES_LINES_NO_LINE;
  }
  return NMES_LINES_HELD;
}

static int add_settings(
    const nmes_lines *lines, unsigned index, struct gpiod_line_settings *settings,
    struct gpiod_line_config *config) {
  int is_low = (lines->inverted & nmes_bit(index)) != 0;
  enum gpiod_line_edge edge = GPIOD_LINE_EDGE_NONE;
  gpiod_line_settings_reset(settings);
  switch (lines->line[index].kind) {
    case NMES_LINE_OUTPUT:
      if (gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT) < 0) return -1;
      // Polarity is settled in lines.c for both forms of the library: this is the pin's level.
      if (gpiod_line_settings_set_output_value(
              settings, is_low ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE) < 0)
        return -1;
      return gpiod_line_config_add_line_settings(config, &lines->line[index].offset, 1, settings);
    case NMES_LINE_WATCHED: edge = GPIOD_LINE_EDGE_BOTH; break;
    case NMES_LINE_COUNTED: edge = is_low ? GPIOD_LINE_EDGE_FALLING : GPIOD_LINE_EDGE_RISING; break;
    default: break;
  }
  if (gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT) < 0) return -1;
  if (gpiod_line_settings_set_edge_detection(settings, edge) < 0) return -1;
  if (lines->line[index].bias != NMES_BIAS_NONE) {
    enum gpiod_line_bias bias = lines->line[index].bias == NMES_BIAS_UP ? GPIOD_LINE_BIAS_PULL_UP
                                                                        : GPIOD_LINE_BIAS_PULL_DOWN;
    if (gpiod_line_settings_set_bias(settings, bias) < 0) return -1;
  }
  if (gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC) < 0) return -1;
  return gpiod_line_config_add_line_settings(config, &lines->line[index].offset, 1, settings);
}

// Values are passed in the order of the request: it must be the order of our lines.
static int check_order(const nmes_lines *lines, struct gpiod_line_request *request) {
  unsigned offsets[NMES_LINES_MOST];
  size_t count = gpiod_line_request_get_requested_offsets(request, offsets, NMES_LINES_MOST);
  if (count != lines->count) return -1;
  for (unsigned index = 0; index < lines->count; index++) {
    if (offsets[index] != lines->line[index].offset) return -1;
  }
  return 0;
}

static int make_ready(nmes_lines *lines, nmes_held *held) {
  if (check_order(lines, held->request) < 0) {
    errno = EPROTO;
    return refused(lines);
  }
  if (lines->line[0].kind == NMES_LINE_OUTPUT) return NMES_LINES_HELD;
  held->events = gpiod_edge_event_buffer_new(NMES_EVENTS_A_READ);
  if (held->events == NULL) return refused(lines);
  int fd = gpiod_line_request_get_fd(held->request);
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) return refused(lines);
  return NMES_LINES_HELD;
}

static int request_all(
    nmes_lines *lines, nmes_held *held, struct gpiod_chip *chip, const char *consumer) {
  int result = NMES_LINES_HELD;
  struct gpiod_line_settings *settings = gpiod_line_settings_new();
  struct gpiod_line_config *config = gpiod_line_config_new();
  struct gpiod_request_config *request = gpiod_request_config_new();
  if (settings == NULL || config == NULL || request == NULL) {
    errno = ENOMEM;
    result = refused(lines);
  }
  for (unsigned index = 0; result == NMES_LINES_HELD && index < lines->count; index++) {
    if (add_settings(lines, index, settings, config) < 0) {
      lines->failed = (int)index;
      result = refused(lines);
    }
  }
  if (result == NMES_LINES_HELD) {
    gpiod_request_config_set_consumer(request, consumer);
    gpiod_request_config_set_event_buffer_size(request, NMES_EVENTS_MOST);
    held->request = gpiod_chip_request_lines(chip, request, config);
    result = held->request == NULL ? refused(lines) : make_ready(lines, held);
  }
  if (request != NULL) gpiod_request_config_free(request);
  if (config != NULL) gpiod_line_config_free(config);
  if (settings != NULL) gpiod_line_settings_free(settings);
  return result;
}

int nmes_form_request(nmes_lines *lines, const char *path, const char *consumer) {
  nmes_held *held = calloc(1, sizeof *held);
  if (held == NULL) {
    lines->error = ENOMEM;
    return NMES_LINES_REFUSED;
  }
  struct gpiod_chip *chip = gpiod_chip_open(path);
  int result = chip == NULL ? refused(lines) : find_lines(lines, chip);
  if (result == NMES_LINES_HELD) result = request_all(lines, held, chip, consumer);
  if (chip != NULL) gpiod_chip_close(chip);
  if (result == NMES_LINES_HELD) {
    lines->held = held;
  } else {
    nmes_form_release(held);
  }
  return result;
}

int nmes_form_set(nmes_held *held, unsigned count, uint64_t values) {
  enum gpiod_line_value each[NMES_LINES_MOST];
  for (unsigned index = 0; index < count; index++) {
    each[index] = (values >> index) & 1 ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
  }
  return gpiod_line_request_set_values(held->request, each) < 0 ? -errno : 0;
}

int nmes_form_get(nmes_held *held, unsigned count, uint64_t *values) {
  enum gpiod_line_value each[NMES_LINES_MOST];
  if (gpiod_line_request_get_values(held->request, each) < 0) return -errno;
  uint64_t bits = 0;
  for (unsigned index = 0; index < count; index++) {
    if (each[index] == GPIOD_LINE_VALUE_ACTIVE) bits |= nmes_bit(index);
  }
  *values = bits;
  return 0;
}

static void note(nmes_lines *lines, struct gpiod_edge_event *event) {
  unsigned offset = gpiod_edge_event_get_line_offset(event);
  for (unsigned index = 0; index < lines->count; index++) {
    if (lines->line[index].offset != offset) continue;
    // The kernel numbers the edges of a line: what did not fit its queue is counted too.
    unsigned long number = gpiod_edge_event_get_line_seqno(event);
    uint32_t fresh = (uint32_t)(number - lines->held->numbered[index]);
    lines->held->numbered[index] = number;
    int is_rising = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
    nmes_note_edge(
        lines, index, is_rising, (int64_t)gpiod_edge_event_get_timestamp_ns(event), fresh);
    return;
  }
}

int nmes_form_drain(nmes_lines *lines) {
  if (lines->held->events == NULL) return 0;
  int total = 0;
  while (total < NMES_EVENTS_MOST) {
    int count = gpiod_line_request_read_edge_events(
        lines->held->request, lines->held->events, NMES_EVENTS_A_READ);
    if (count < 0) return errno == EAGAIN || errno == EINTR ? total : -errno;
    for (int place = 0; place < count; place++) {
      note(lines, gpiod_edge_event_buffer_get_event(
                      lines->held->events, (unsigned long)place));
    }
    total += count;
    if (count < NMES_EVENTS_A_READ) break;
  }
  return total;
}

int nmes_form_descriptors(nmes_lines *lines, uint64_t mask, int *fds, int most) {
  if (mask == 0) return 0;
  if (most < 1) return -E2BIG;
  fds[0] = gpiod_line_request_get_fd(lines->held->request);
  return 1;
}

void nmes_form_release(nmes_held *held) {
  if (held->events != NULL) gpiod_edge_event_buffer_free(held->events);
  if (held->request != NULL) gpiod_line_request_release(held->request);
  free(held);
}

#endif
