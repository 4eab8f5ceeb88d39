// Decides: how the calls of CRealTime.h are made on Linux.
// Leaves to others: when they are made.

#define _GNU_SOURCE
#include "CRealTime.h"

#include <alloca.h>
#include <errno.h>
#include <link.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define NMES_MOST_DESCRIPTORS 8
#define NMES_MOST_STACK (1024 * 1024)

int64_t nmes_clock_now(void) {
  struct timespec now;
  // CLOCK_MONOTONIC and a valid pointer: the call cannot fail.
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// The index of the first ready descriptor plus one, or 0.
static int first_ready(const struct pollfd *polled, int count) {
  for (int index = 0; index < count; index++) {
    if (polled[index].revents != 0) return index + 1;
  }
  return 0;
}

int nmes_wait_until(int64_t deadline_ns, const int *fds, int nfds, int64_t spin_ns) {
  if (nfds < 0 || nfds > NMES_MOST_DESCRIPTORS || spin_ns < 0) return -EINVAL;
  struct pollfd polled[NMES_MOST_DESCRIPTORS];
  for (int index = 0; index < nfds; index++) {
    polled[index] = (struct pollfd){.fd = fds[index], .events = POLLIN | POLLPRI};
  }
  const struct timespec at_once = {0, 0};
  int was_polled = 0;
  for (;;) {
    int64_t left = deadline_ns - nmes_clock_now();
    if (left <= 0 && (was_polled || nfds == 0)) return 0;
    struct timespec sleep = at_once;
    if (left > spin_ns) {
      int64_t time = left - spin_ns;
      sleep.tv_sec = (time_t)(time / 1000000000);
      sleep.tv_nsec = (long)(time % 1000000000);
    } else if (nfds == 0) {
      continue;  // spin on the clock alone
    }
    int ready = ppoll(polled, (nfds_t)nfds, &sleep, NULL);
    was_polled = 1;
    // A signal shortens the sleep; the loop goes on with what is left.
    if (ready < 0 && errno != EINTR) return -errno;
    if (ready > 0) return first_ready(polled, nfds);
  }
}

// Threads that this one makes are ordinary again: a library's workers would otherwise stand
// between the sockets and STOP, or above the log.
int nmes_set_fifo(int priority) {
  const struct sched_param parameters = {.sched_priority = priority};
  return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) == 0 ? 0 : -errno;
}

int nmes_lock_memory(void) {
  return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0 ? 0 : -errno;
}

// What is mapped read-only from a file, with no relocation in it, so that its pages are those of
// the file. Data that was written, or relocated, would be lost.
static int give_back_text(struct dl_phdr_info *object, size_t size, void *answer) {
  (void)size;
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (ElfW(Half) index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[index];
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W)) continue;
    uintptr_t begin = (object->dlpi_addr + part->p_vaddr) / page * page;
    uintptr_t end = (object->dlpi_addr + part->p_vaddr + part->p_filesz) / page * page;
    if (end <= begin || madvise((void *)begin, end - begin, MADV_DONTNEED) == 0) continue;
    if (*(int *)answer == 0) *(int *)answer = -errno;
  }
  return 0;
}

int nmes_give_back_text(void) {
  int answer = 0;
  (void)dl_iterate_phdr(give_back_text, &answer);
  return answer;
}

__attribute__((noinline)) int nmes_prefault_stack(int64_t bytes) {
  if (bytes < 0 || bytes > NMES_MOST_STACK) return -EINVAL;
  if (bytes == 0) return 0;
  volatile unsigned char *stack = alloca((size_t)bytes);
  for (int64_t offset = 0; offset < bytes; offset += 1024) stack[offset] = 0;
  return 0;
}

int nmes_stop_signals_open(void) {
  sigset_t signals;
  // A set on the stack and numbers that exist: these calls cannot fail.
  (void)sigemptyset(&signals);
  (void)sigaddset(&signals, SIGINT);
  (void)sigaddset(&signals, SIGTERM);
  (void)sigaddset(&signals, SIGHUP);
  (void)sigaddset(&signals, SIGQUIT);
  int error = pthread_sigmask(SIG_BLOCK, &signals, NULL);
  if (error != 0) return -error;
  int fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
  return fd >= 0 ? fd : -errno;
}

int nmes_stop_signals_take(int fd) {
  struct signalfd_siginfo signal;
  for (;;) {
    if (read(fd, &signal, sizeof signal) == (ssize_t)sizeof signal) return (int)signal.ssi_signo;
    if (errno == EAGAIN) return 0;
    if (errno != EINTR) return -errno;
  }
}

int nmes_clock_is_synchronised(void) {
  struct timex query = {.modes = 0};
  int state = adjtimex(&query);
  if (state < 0) return -errno;
  return state != TIME_ERROR && (query.status & STA_UNSYNC) == 0;
}

int nmes_event_create(void) {
  int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return fd >= 0 ? fd : -errno;
}

int nmes_event_signal(int fd) {
  const uint64_t one = 1;
  for (;;) {
    if (write(fd, &one, sizeof one) == (ssize_t)sizeof one) return 0;
    if (errno == EAGAIN) return 0;
    if (errno != EINTR) return -errno;
  }
}

int nmes_event_drain(int fd) {
  uint64_t count;
  for (;;) {
    if (read(fd, &count, sizeof count) == (ssize_t)sizeof count) return 0;
    if (errno == EAGAIN) return 0;
    if (errno != EINTR) return -errno;
  }
}

int nmes_event_close(int fd) { return close(fd) == 0 ? 0 : -errno; }
