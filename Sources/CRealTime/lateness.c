// Decides: how rights of a real-time thread are tried and how late its wake-ups come.
// Leaves to others: the wait itself (CRealTime.c), and which figures are good enough.

#define _GNU_SOURCE
#include "CRealTime.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define NMES_SECOND 1000000000
#define NMES_STACK (64 * 1024)

// 0 or -errno.
static int keep_on(int processor) {
  if (processor < 0) return 0;
  if (processor >= CPU_SETSIZE) return -EINVAL;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((size_t)processor, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : -errno;
}

struct trial {
  int priority;
  int processor;
  int fifo_error;
  int processor_error;
};

static void *try_rights(void *argument) {
  struct trial *trial = argument;
  trial->processor_error = keep_on(trial->processor);
  trial->fifo_error = nmes_set_fifo(trial->priority);
  return NULL;
}

int nmes_try_thread(int priority, int processor, int *fifo_error, int *processor_error) {
  struct trial trial = {.priority = priority, .processor = processor};
  pthread_t thread;
  int error = pthread_create(&thread, NULL, try_rights, &trial);
  if (error == 0) error = pthread_join(thread, NULL);
  if (error != 0) return -error;
  *fifo_error = trial.fifo_error;
  *processor_error = trial.processor_error;
  return 0;
}

int nmes_try_lock_memory(void) {
  int result = nmes_lock_memory();
  if (result < 0) return result;
  return munlockall() == 0 ? 0 : -errno;
}

// More in a second than this are not counted further.
#define NMES_LATE_MOST 1024

struct late {
  uint64_t first;
  uint64_t count;
  int64_t time[NMES_LATE_MOST];
};

struct nmes_lateness {
  pthread_t thread;
  int64_t length;
  int64_t period;
  int64_t spin;
  int64_t late;
  int priority;
  int processor;
  atomic_llong elapsed;
  int wait_error;
  struct late late_times;
  nmes_lateness_result result;
  uint64_t places[NMES_LATENESS_PLACES];
};

// The late wake-ups of the second that ends at `now`, this one among them.
static uint64_t late_in_second(nmes_lateness *lateness, int64_t now) {
  struct late *late = &lateness->late_times;
  while (late->count > 0 && now - late->time[late->first % NMES_LATE_MOST] >= NMES_SECOND) {
    late->first += 1;
    late->count -= 1;
  }
  if (late->count == NMES_LATE_MOST) return NMES_LATE_MOST;
  late->time[(late->first + late->count) % NMES_LATE_MOST] = now;
  late->count += 1;
  return late->count;
}

static void note(nmes_lateness *lateness, int64_t now, int64_t late_ns) {
  nmes_lateness_result *result = &lateness->result;
  result->wakeups += 1;
  if (late_ns > result->worst_ns) result->worst_ns = late_ns;
  int64_t place = late_ns / 1000;
  if (place >= NMES_LATENESS_PLACES) place = NMES_LATENESS_PLACES - 1;
  lateness->places[place] += 1;
  if (late_ns <= lateness->late) return;
  uint64_t count = late_in_second(lateness, now);
  if (count > result->most_late) result->most_late = count;
}

static void *measure(void *argument) {
  nmes_lateness *lateness = argument;
  nmes_lateness_result *result = &lateness->result;
  result->processor_error = keep_on(lateness->processor);
  result->memory_error = nmes_lock_memory();
  result->fifo_error = nmes_set_fifo(lateness->priority);
  (void)nmes_prefault_stack(NMES_STACK);  // only saves page faults; the figures show them
  int64_t start = nmes_clock_now();
  int64_t deadline = start;
  while (deadline - start < lateness->length) {
    deadline += lateness->period;
    int answer = nmes_wait_until(deadline, NULL, 0, lateness->spin);
    if (answer < 0) {
      lateness->wait_error = answer;
      break;
    }
    int64_t now = nmes_clock_now();
    note(lateness, now, now - deadline);
    // What has passed is not caught up, as in the loop.
    int64_t passed = (now - deadline) / lateness->period;
    result->missed += (uint64_t)passed;
    deadline += passed * lateness->period;
    atomic_store(&lateness->elapsed, now - start);
  }
  return NULL;
}

nmes_lateness *nmes_lateness_begin(
    int64_t seconds, int64_t period_ns, int64_t spin_ns, int64_t late_ns, int priority,
    int processor, int *error) {
  *error = EINVAL;
  if (seconds < 1 || seconds > NMES_LATENESS_MOST_SECONDS || period_ns < 1) return NULL;
  nmes_lateness *lateness = calloc(1, sizeof *lateness);
  if (lateness == NULL) {
    *error = ENOMEM;
    return NULL;
  }
  lateness->length = seconds * NMES_SECOND;
  lateness->period = period_ns;
  lateness->spin = spin_ns;
  lateness->late = late_ns;
  lateness->priority = priority;
  lateness->processor = processor;
  *error = pthread_create(&lateness->thread, NULL, measure, lateness);
  if (*error == 0) return lateness;
  free(lateness);
  return NULL;
}

int64_t nmes_lateness_elapsed(const nmes_lateness *lateness) {
  return atomic_load(&lateness->elapsed);
}

int nmes_lateness_end(
    nmes_lateness *lateness, nmes_lateness_result *result, uint64_t *places) {
  int error = pthread_join(lateness->thread, NULL);
  if (error != 0) return -error;  // it may still run: nothing is freed
  *result = lateness->result;
  memcpy(places, lateness->places, sizeof lateness->places);
  error = lateness->wait_error;
  free(lateness);
  // The next part of the program needs no locked memory.
  if (munlockall() != 0 && error == 0) error = -errno;
  return error;
}
