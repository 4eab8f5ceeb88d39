// Decides: what the two forms of libgpiod have in common here.
// Leaves to others: each form's own calls (lines_gpiod1.c, lines_gpiod2.c).

#ifndef NMES_LINES_H
#define NMES_LINES_H

#include "CLinuxBoard.h"

struct nmes_line {
  char name[NMES_NAME_SIZE];
  int kind;
  int bias;
  unsigned offset;
  // Edges towards active since the request.
  uint32_t count;
  // The earliest edge away from active that nobody has taken yet.
  int64_t fall;
};

/// What a form of libgpiod keeps of a request.
typedef struct nmes_held nmes_held;

struct nmes_lines {
  unsigned count;
  struct nmes_line line[NMES_LINES_MOST];
  // Bit n: line n is active when it is low.
  uint64_t inverted;
  int failed;
  int error;
  char consumer[NMES_NAME_SIZE];
  nmes_held *held;
#ifdef NMES_FAULT_INJECTION
  int is_simulated;
#endif
};

static inline uint64_t nmes_bit(unsigned line) { return (uint64_t)1 << line; }

/// Notes an edge; `is_rising` at the pin.
static inline void nmes_note_edge(
    nmes_lines *lines, unsigned line, int is_rising, int64_t time, uint32_t count) {
  int is_active = is_rising != ((lines->inverted & nmes_bit(line)) != 0);
  if (is_active) {
    lines->line[line].count += count;
  } else if (time < lines->line[line].fall) {
    lines->line[line].fall = time;
  }
}

/// The chip's label. 0 or -errno.
int nmes_form_label(const char *path, char *label, size_t size);
/// Looks the lines up on the chip and requests them. Answers NMES_LINES_*.
int nmes_form_request(nmes_lines *lines, const char *path, const char *consumer);
/// Values at the pins; bit n is line n.
int nmes_form_set(nmes_held *held, unsigned count, uint64_t values);
int nmes_form_get(nmes_held *held, unsigned count, uint64_t *values);
int nmes_form_drain(nmes_lines *lines);
int nmes_form_descriptors(nmes_lines *lines, uint64_t mask, int *fds, int most);
void nmes_form_release(nmes_held *held);

/// Compares a line of the chip with those that are wanted. Answers NMES_LINES_HELD or a refusal.
int nmes_match_line(
    nmes_lines *lines, uint64_t *found, unsigned offset, const char *name, int is_used,
    const char *consumer);

#endif
