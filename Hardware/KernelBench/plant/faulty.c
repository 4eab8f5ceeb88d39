/*
 * Decides: which of a controller's writes to its pins fails, without a change to the controller.
 * Leaves to others: what must follow (judge), when it is loaded (scenarios, by LD_PRELOAD).
 *
 *   FAULTY="KIND NTH COUNT HOW"
 *   KIND   rise: a write that begins a phase; drop: one that ends it; duty: an active time
 *   NTH    the nth such write, of a duty the first after so many phases have ended
 *   COUNT  so many writes of lines, or of active times, fail from there on; 0: all
 *   HOW    the error number that the caller sees; 0: the write is lost and passes for done
 *
 * The first failure is told in the kernel's trace. Lines are known by their request, in both
 * forms of the kernel's interface.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The phases are the chip's first lines, as guest/chip.sh makes it. */
#define PHASES 4
#define MOST 64

enum kind { RISE, DROP, DUTY, KINDS };
static const char *const names[KINDS] = {"rise", "drop", "duty"};

static enum kind kind;
static bool is_set, has_begun;
static long nth, left, seen, ended;
static bool is_endless;
static int how, marker = -1;
/* The outputs' request: its descriptor, its lines' offsets, and the phases that are on. */
static int outputs = -1;
static unsigned lines, offset[MOST];
static unsigned phases;

static int (*real_ioctl)(int, unsigned long, ...);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);

__attribute__((constructor)) static void begin(void) {
  char word[16];
  real_ioctl = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
  real_pwrite = (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  const char *text = getenv("FAULTY");
  if (!text) return;
  if (sscanf(text, "%15s %ld %ld %d", word, &nth, &left, &how) != 4) goto bad;
  for (kind = 0; kind < KINDS && strcmp(word, names[kind]); kind++) {}
  marker = open("/sys/kernel/tracing/trace_marker", O_WRONLY | O_CLOEXEC);
  if (kind == KINDS || nth < 1 || left < 0 || marker < 0) goto bad;
  is_endless = left == 0;
  is_set = true;
  return;
bad:
  fprintf(stderr, "faulty: FAULTY=\"%s\" is not understood\n", text);
  _exit(2);
}

/* Whether this write fails; the first that does is told. */
static bool fails(bool is_chosen) {
  if (!has_begun) {
    if (!is_chosen) return false;
    has_begun = true;
    dprintf(marker, "write-fails %s\n", names[kind]);
  }
  if (is_endless) return true;
  return left > 0 && left-- > 0;
}

static void note_request(int fd, unsigned count, const uint32_t *offsets) {
  outputs = fd;
  lines = count < MOST ? count : MOST;
  for (unsigned i = 0; i < lines; i++) offset[i] = offsets[i];
}

static bool lines_fail(unsigned wanted) {
  bool rises = wanted & ~phases, drops = phases & ~wanted;
  if (drops && !has_begun) ended++;
  bool is_kind = (kind == RISE && rises) || (kind == DROP && drops);
  bool does_fail = kind != DUTY && fails(is_kind && ++seen == nth);
  if (!does_fail) phases = wanted;
  return does_fail;
}

static unsigned phases_of(const struct gpiohandle_data *data) {
  unsigned on = 0;
  for (unsigned i = 0; i < lines; i++)
    if (offset[i] < PHASES && data->values[i]) on |= 1u << offset[i];
  return on;
}

static unsigned phases_of_v2(const struct gpio_v2_line_values *values) {
  unsigned on = phases;
  for (unsigned i = 0; i < lines; i++) {
    if (offset[i] >= PHASES || !(values->mask >> i & 1)) continue;
    on &= ~(1u << offset[i]);
    if (values->bits >> i & 1) on |= 1u << offset[i];
  }
  return on;
}

static int answer(void) {
  if (how == 0) return 0;
  errno = how;
  return -1;
}

int ioctl(int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  if (is_set && fd == outputs) {
    if (request == GPIOHANDLE_SET_LINE_VALUES_IOCTL && lines_fail(phases_of(argument)))
      return answer();
    if (request == GPIO_V2_LINE_SET_VALUES_IOCTL && lines_fail(phases_of_v2(argument)))
      return answer();
  }
  int result = real_ioctl(fd, request, argument);
  if (!is_set || result != 0) return result;
  if (request == GPIO_GET_LINEHANDLE_IOCTL) {
    struct gpiohandle_request *made = argument;
    if (made->flags & GPIOHANDLE_REQUEST_OUTPUT)
      note_request(made->fd, made->lines, made->lineoffsets);
  }
  if (request == GPIO_V2_GET_LINE_IOCTL) {
    struct gpio_v2_line_request *made = argument;
    if (made->config.flags & GPIO_V2_LINE_FLAG_OUTPUT)
      note_request(made->fd, made->num_lines, made->offsets);
  }
  return result;
}

/* Whether the descriptor is a PWM channel's active time. */
static bool is_duty(int fd) {
  char link[64], path[256];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return false;
  path[length] = 0;
  const char *name = strrchr(path, '/');
  return name && !strcmp(name, "/duty_cycle");
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  if (is_set && kind == DUTY && (has_begun || ended >= nth) && is_duty(fd) && fails(true))
    return answer() < 0 ? -1 : (ssize_t)count;
  return real_pwrite(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  return pwrite(fd, bytes, count, at);
}
