// Decides: the plain C loop that the real-time loop's wake-ups are compared with.
// Leaves to others: percentiles and printing (Tests/Benchmarks).

#ifndef NMES_PLAIN_LOOP_H
#define NMES_PLAIN_LOOP_H

#include <stdint.h>

/// Waits `count` times for absolute deadlines `period_ns` apart, with the same wait as the
/// loop (sleep to `spin_ns` before the deadline, then spin), and stores each lateness in ns.
/// Answers 0, or -errno.
int nmes_plain_loop(int64_t period_ns, int64_t spin_ns, int32_t count, int64_t *lateness);

#endif
