// Decides: which system calls the real-time thread may make for time, waiting and memory.
// Leaves to others: what is waited for, and every line and converter (boards).
//
// The system calls behind the calls marked NMES_REAL_TIME, which are all that the thread makes
// once it has its priority and its memory, besides those of a board's own header:
//
//   clock_gettime   now, without entering the kernel   nmes_clock_now
//   ppoll           the wait                           nmes_wait_until
//   write           an eventfd is signalled            nmes_event_signal
//   read            what was signalled is taken        nmes_event_drain
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

/// Gives back what the process holds of program text and constants, its own and its libraries':
/// what is used again comes back by itself, from the page cache. For the end of a start, or of a
/// session, most of whose text is not called again soon. Locked memory stays: -EINVAL.
///
/// Answers 0, or -errno of the first part that was not given back.
int nmes_give_back_text(void);

/// Touches the next `bytes` of the calling thread's stack, at most 1 MiB.
int nmes_prefault_stack(int64_t bytes);

/// Makes a non-blocking eventfd, closed on exec. Answers the descriptor.
int nmes_event_create(void);

/// Signals an eventfd. A full counter counts as signalled.
NMES_REAL_TIME int nmes_event_signal(int fd);

/// Takes what was signalled. Answers 0 whether or not there was anything.
NMES_REAL_TIME int nmes_event_drain(int fd);

/// Keeps SIGINT, SIGTERM, SIGHUP and SIGQUIT from the calling thread and every thread that it
/// makes, and answers a non-blocking descriptor at which they wait, closed on exec.
int nmes_stop_signals_open(void);

/// Takes one signal that waits. Answers its number, or 0 when none does.
int nmes_stop_signals_take(int fd);

/// Whether the kernel's wall clock follows a time source: 1, 0, or -errno.
int nmes_clock_is_synchronised(void);

/// Closes a descriptor of one of these kinds.
int nmes_event_close(int fd);

// MARK: - Trying and measuring. Never in a session.

/// Tries SCHED_FIFO at `priority` and one processor (less than 0: none) on a thread of its own.
/// Each error is 0 or -errno. Answers 0, or -errno when there is no thread.
int nmes_try_thread(int priority, int processor, int *fifo_error, int *processor_error);

/// Locks memory as `nmes_lock_memory` does, and unlocks it.
int nmes_try_lock_memory(void);

/// The wake-ups of a loop that only waits.
typedef struct nmes_lateness nmes_lateness;

/// Lateness is counted by the microsecond up to here; the last place counts all that is later.
#define NMES_LATENESS_PLACES 10001
/// The longest measurement.
#define NMES_LATENESS_MOST_SECONDS 3600

/// Starts a thread that wakes every `period_ns` by absolute deadlines, with the wait of
/// `nmes_wait_until`, for `seconds`. It asks for SCHED_FIFO at `priority`, for locked memory and,
/// where `processor` is not less than 0, for one processor; it runs without what is refused.
/// `late_ns` is what counts as late. NULL with *error set when it cannot be started.
nmes_lateness *nmes_lateness_begin(
    int64_t seconds, int64_t period_ns, int64_t spin_ns, int64_t late_ns, int priority,
    int processor, int *error);

/// How many nanoseconds of the measurement are over.
int64_t nmes_lateness_elapsed(const nmes_lateness *lateness);

/// What a measurement found, beside its places.
typedef struct {
  /// Wake-ups.
  uint64_t wakeups;
  /// Deadlines that had passed before the loop could wait for them.
  uint64_t missed;
  /// The latest wake-up, in ns.
  int64_t worst_ns;
  /// The most wake-ups that were late within any second.
  uint64_t most_late;
  /// 0 or -errno, of SCHED_FIFO, of the locked memory and of the processor.
  int fifo_error;
  int memory_error;
  int processor_error;
} nmes_lateness_result;

/// Waits for the end of the measurement. `places` has room for NMES_LATENESS_PLACES counts, the
/// place being the lateness in microseconds. Frees the measurement. Answers 0 or -errno.
int nmes_lateness_end(
    nmes_lateness *lateness, nmes_lateness_result *result, uint64_t *places);

#endif
