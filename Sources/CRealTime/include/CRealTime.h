// Decides: which system calls the real-time thread may make for time, waiting and memory.
// Leaves to others: what is waited for, and every line and converter (boards).
//
// Every call answers 0 (or a count) when it succeeds and -errno when it fails.

#ifndef NMES_CREALTIME_H
#define NMES_CREALTIME_H

#include <stdint.h>

#if defined(__swift__) || defined(__clang__)
// A promise to Swift's performance checks: the call neither allocates nor locks.
#define NMES_REAL_TIME \
  __attribute__((swift_attr("@_noAllocation"), swift_attr("@_noLocks")))
#else
#define NMES_REAL_TIME
#endif

/// CLOCK_MONOTONIC, in nanoseconds.
NMES_REAL_TIME int64_t nmes_clock_now(void);

/// Waits until `deadline_ns` on CLOCK_MONOTONIC, or until one of at most 8 descriptors has
/// something to read or an exceptional condition. Sleeps until `spin_ns` before the deadline,
/// then polls the descriptors without sleeping.
///
/// Answers 0 at the deadline, 1 + the index of the first ready descriptor, or -errno.
NMES_REAL_TIME int nmes_wait_until(int64_t deadline_ns, const int *fds, int nfds, int64_t spin_ns);

/// Gives the calling thread SCHED_FIFO at `priority`.
int nmes_set_fifo(int priority);

/// Locks the process's memory as it is touched (MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT).
int nmes_lock_memory(void);

/// Touches the next `bytes` of the calling thread's stack, at most 1 MiB.
int nmes_prefault_stack(int64_t bytes);

/// Makes a non-blocking eventfd, closed on exec. Answers the descriptor.
int nmes_event_create(void);

/// Signals an eventfd. A full counter counts as signalled.
NMES_REAL_TIME int nmes_event_signal(int fd);

/// Takes what was signalled. Answers 0 whether or not there was anything.
NMES_REAL_TIME int nmes_event_drain(int fd);

/// Whether the kernel's wall clock follows a time source: 1, 0, or -errno.
int nmes_clock_is_synchronised(void);

/// Closes an eventfd.
int nmes_event_close(int fd);

#endif
