// Decides: how a test makes a board's writes and readings fail, sees their order, and plays its
// lines.
// Leaves to others: the code behind it, which CLinuxBoard holds in debug builds only.
//
// Everything here is of the calling thread alone, so that tests may run side by side.

#ifndef NMES_BOARD_FAULTS_H
#define NMES_BOARD_FAULTS_H

#include <stdint.h>

/// The label of the chip whose lines live in memory, after nmes_test_begin.
#define NMES_TEST_CHIP "test-chip"

/// Begins anew: no fault, no writes noted, lines in memory, all inputs inactive.
void nmes_test_begin(void);
/// Ends it: the chip is gone.
void nmes_test_end(void);

/// Lets the `nth` write from now (1 is the next) fail with `error`, and no other.
void nmes_test_fail_write(int nth, int error);
/// The error of a write that is lost and passes for done.
#define NMES_TEST_LOST (-1)
/// Lets the `nth` reading from now (lines, edges, or a number of a file) fail with `error`.
void nmes_test_fail_read(int nth, int error);
/// Lets every reading of output lines miss the bits of `mask`.
void nmes_test_hold_low(uint64_t mask);
/// Lets every reading of output lines have the bits of `mask`.
void nmes_test_stick_high(uint64_t mask);

/// How many writes were noted; at most 256.
int nmes_test_writes(void);
/// The descriptor of a write, or -1 for the output lines.
int nmes_test_write_target(int index);
/// The value of a write.
int64_t nmes_test_write_value(int index);
/// Forgets the writes noted so far.
void nmes_test_forget_writes(void);

/// Sets the inputs' levels: bit n is input line n.
void nmes_test_inputs(uint64_t active);
/// Lets an input line have an edge at `time`.
void nmes_test_edge(unsigned line, int is_active, int64_t time);
/// What the outputs were driven to last.
uint64_t nmes_test_outputs(void);

#endif
