// Decides: which write or reading fails, in builds for tests.
// Leaves to others: what is tested. Release builds know nothing of this.

#ifndef NMES_INJECTION_H
#define NMES_INJECTION_H

#ifdef NMES_FAULT_INJECTION
#include <stdint.h>

/// The error of the next write, or 0; counts down to the write that was chosen. Less than zero:
/// the write is lost and passes for done.
int nmes_injected_error(void);
/// The error of the next reading, or 0; counts down as for writes.
int nmes_injected_read_error(void);
/// Keeps what was written, in order.
void nmes_note_write(int channel, int64_t value);
#define NMES_NOTE_LINES (-1)

#else
#define nmes_injected_error() 0
#define nmes_injected_read_error() 0
#define nmes_note_write(channel, value) ((void)0)
#endif

#endif
