// Decides: in builds for tests, which write or reading fails, and what lines in memory show.
// Leaves to others: when (tests). Empty in release builds.

#include "injection.h"
#include "simulated_lines.h"

#ifdef NMES_FAULT_INJECTION

#include <string.h>

#define NMES_NOTES_MOST 256
#define NMES_EDGES_MOST 64

#define NMES_TEST_CHIP "test-chip"

// One thread's test; nothing of it is shared.
static _Thread_local struct {
  int is_on;
  int fails_in;
  int fails_with;
  int read_fails_in;
  int read_fails_with;
  uint64_t held_low;
  uint64_t stuck_high;
  int notes;
  int targets[NMES_NOTES_MOST];
  int64_t values[NMES_NOTES_MOST];
  uint64_t inputs;
  uint64_t outputs;
  int edges;
  struct {
    unsigned line;
    int is_active;
    int64_t time;
  } edge[NMES_EDGES_MOST];
} test;

void nmes_test_begin(void);
void nmes_test_end(void);
void nmes_test_fail_write(int nth, int error);
void nmes_test_fail_read(int nth, int error);
void nmes_test_hold_low(uint64_t mask);
void nmes_test_stick_high(uint64_t mask);
int nmes_test_writes(void);
int nmes_test_write_target(int index);
int64_t nmes_test_write_value(int index);
void nmes_test_forget_writes(void);
void nmes_test_inputs(uint64_t active);
void nmes_test_edge(unsigned line, int is_active, int64_t time);
uint64_t nmes_test_outputs(void);

void nmes_test_begin(void) {
  memset(&test, 0, sizeof test);
  test.is_on = 1;
}

void nmes_test_end(void) { memset(&test, 0, sizeof test); }

void nmes_test_fail_write(int nth, int error) {
  test.fails_in = nth;
  test.fails_with = error;
}

void nmes_test_fail_read(int nth, int error) {
  test.read_fails_in = nth;
  test.read_fails_with = error;
}

void nmes_test_hold_low(uint64_t mask) { test.held_low = mask; }

void nmes_test_stick_high(uint64_t mask) { test.stuck_high = mask; }

int nmes_test_writes(void) { return test.notes; }

int nmes_test_write_target(int index) { return test.targets[index % NMES_NOTES_MOST]; }

int64_t nmes_test_write_value(int index) { return test.values[index % NMES_NOTES_MOST]; }

void nmes_test_forget_writes(void) { test.notes = 0; }

void nmes_test_inputs(uint64_t active) { test.inputs = active; }

void nmes_test_edge(unsigned line, int is_active, int64_t time) {
  if (test.edges == NMES_EDGES_MOST) return;
  test.edge[test.edges].line = line;
  test.edge[test.edges].is_active = is_active;
  test.edge[test.edges].time = time;
  test.edges += 1;
}

uint64_t nmes_test_outputs(void) { return test.outputs; }

int nmes_injected_error(void) {
  if (test.fails_in == 0 || --test.fails_in > 0) return 0;
  return test.fails_with;
}

int nmes_injected_read_error(void) {
  if (test.read_fails_in == 0 || --test.read_fails_in > 0) return 0;
  return test.read_fails_with;
}

void nmes_note_write(int channel, int64_t value) {
  if (!test.is_on || test.notes == NMES_NOTES_MOST) return;
  test.targets[test.notes] = channel;
  test.values[test.notes] = value;
  test.notes += 1;
}

int nmes_simulated_is_chip(const char *label) {
  return test.is_on && strcmp(label, NMES_TEST_CHIP) == 0;
}

int nmes_simulated_request(nmes_lines *lines) {
  lines->is_simulated = 1;
  if (lines->line[0].kind == NMES_LINE_OUTPUT) test.outputs = 0;
  return NMES_LINES_HELD;
}

int nmes_simulated_set(nmes_lines *lines, uint64_t active) {
  (void)lines;
  test.outputs = active;
  return 0;
}

int nmes_simulated_get(nmes_lines *lines, uint64_t *active) {
  int is_output = lines->line[0].kind == NMES_LINE_OUTPUT;
  *active = is_output ? (test.outputs & ~test.held_low) | test.stuck_high : test.inputs;
  return 0;
}

int nmes_simulated_drain(nmes_lines *lines) {
  int count = test.edges;
  for (int place = 0; place < count; place++) {
    unsigned line = test.edge[place].line;
    if (line >= lines->count) continue;
    int is_low = (lines->inverted & nmes_bit(line)) != 0;
    int is_rising = test.edge[place].is_active != is_low;
    nmes_note_edge(lines, line, is_rising, test.edge[place].time, 1);
  }
  test.edges = 0;
  return count;
}

#endif
