/*
 * Decides: how the bench is tried without the product: square pulses, done well or badly.
 * Leaves to others: everything a real controller must do besides (it has no interlock but the
 * three fault lines, no log and no self-check). It drives nothing but the simulated board.
 *
 *   driver WAY [PULSES]      WAY: good, or one defect that the judge must find
 *
 * Exit status: 0 done or stopped, 3 tripped.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { POSITIVE, NEGATIVE = 1, COIL = 4, BEAT = 5, OUTPUTS = 9, FAULTS = 3 };

/* The pulse, in ns; guest/controller-driver.sh has the same. */
static const int64_t width = 20000000, gap = 100000, period = 50000000;
static const int64_t beat_period = 4000000;
/* Spinning to a deadline begins so long before it. */
static const int64_t spin = 50000;

enum way {
  GOOD, LATE_TRIP, DEAF, OVERLAP, SHORT_GAP, UNBALANCED, WIDE, BEATS_ON, KEEPS_COIL, SLOW_STOP,
  SLOW_BEAT, KEEPS_AMPLITUDE, WAYS
};
static const char *const ways[WAYS] = {
  "good", "late-trip", "deaf", "overlap", "short-gap", "unbalanced", "wide", "beats-on",
  "keeps-coil", "slow-stop", "slow-beat", "keeps-amplitude",
};
static enum way way;

static int outputs, faults, stops, duty_file;
static uint64_t levels;
static int64_t next_beat;

static _Noreturn void give_up(const char *what) {
  fprintf(stderr, "driver: %s: %s\n", what, strerror(errno));
  exit(2);
}

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void set(uint64_t mask, uint64_t bits) {
  struct gpio_v2_line_values values = {.mask = mask, .bits = bits};
  levels = (levels & ~mask) | (bits & mask);
  if (ioctl(outputs, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) != 0) give_up("setting lines");
}

static int chip_with_label(const char *label) {
  char path[64];
  for (int i = 0; i < 16; i++) {
    struct gpiochip_info info;
    snprintf(path, sizeof path, "/dev/gpiochip%d", i);
    int chip = open(path, O_RDWR);
    if (chip < 0) continue;
    if (ioctl(chip, GPIO_GET_CHIPINFO_IOCTL, &info) == 0 && !strcmp(info.label, label))
      return chip;
    close(chip);
  }
  errno = ENODEV;
  give_up(label);
}

static int request(int chip, unsigned first, unsigned count, uint64_t flags) {
  struct gpio_v2_line_request request = {.num_lines = count, .consumer = "driver"};
  for (unsigned i = 0; i < count; i++) request.offsets[i] = first + i;
  request.config.flags = flags;
  if (ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) != 0) give_up("requesting lines");
  return request.fd;
}

static void write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY);
  if (file < 0 || write(file, text, strlen(text)) < 0) {
    if (errno != EBUSY) give_up(path);
  }
  close(file);
}

static void set_duty(const char *nanoseconds) {
  if (pwrite(duty_file, nanoseconds, strlen(nanoseconds), 0) < 0) give_up("duty_cycle");
}

static void open_pwm(void) {
  write_file("/sys/class/pwm/pwmchip0/export", "0");
  write_file("/sys/class/pwm/pwmchip0/pwm0/period", "100000");
  duty_file = open("/sys/class/pwm/pwmchip0/pwm0/duty_cycle", O_WRONLY);
  if (duty_file < 0) give_up("duty_cycle");
  set_duty("0");
  write_file("/sys/class/pwm/pwmchip0/pwm0/enable", "1");
}

static void beat(void) {
  int64_t now = now_ns();
  if (now < next_beat) return;
  set(1 << BEAT, ~levels & 1 << BEAT);
  next_beat = now + (way == SLOW_BEAT ? 7000000 : beat_period);
}

static void sleep_for(int64_t ns) {
  struct timespec t = {ns / 1000000000, ns % 1000000000};
  while (nanosleep(&t, &t) != 0 && errno == EINTR) {}
}

/* Everything off: phases and coil in one request. */
static _Noreturn void drop(int status) {
  if (status == 3 && way == LATE_TRIP) sleep_for(2000000);
  if (status == 0 && way == SLOW_STOP) sleep_for(3000000);
  uint64_t mask = way == KEEPS_COIL ? 0xf : 0xf | 1 << COIL;
  set(mask, 0);
  if (way != KEEPS_AMPLITUDE) set_duty("0");
  if (way == BEATS_ON)
    for (int i = 0; i < 10; i++) {
      sleep_for(beat_period);
      beat();
    }
  exit(status);
}

/* Until `deadline`: sleeps, beats, and drops at once on a fault or a signal. */
static void wait_until(int64_t deadline) {
  for (;;) {
    int64_t now = now_ns();
    if (now >= deadline) return;
    int64_t wake = deadline - spin < next_beat ? deadline - spin : next_beat;
    int64_t wait = wake > now ? wake - now : 0;
    struct timespec t = {wait / 1000000000, wait % 1000000000};
    struct pollfd watched[2] = {{faults, POLLIN, 0}, {stops, POLLIN, 0}};
    if (ppoll(watched, way == DEAF ? 0 : 2, &t, NULL) < 0) give_up("ppoll");
    if (watched[0].revents) drop(3);
    if (watched[1].revents) drop(0);
    beat();
  }
}

static void pulse(void) {
  int64_t start = now_ns();
  int64_t lead = width + (way == WIDE ? 60000 : 0);
  int64_t recovery = width - (way == UNBALANCED ? 100000 : 0);
  int64_t pause = way == SHORT_GAP ? 20000 : gap;
  set(3, 1 << POSITIVE);
  int64_t began = now_ns();
  wait_until(began + lead);
  set(3, way == OVERLAP ? 3 : 0);
  int64_t ended = now_ns();
  wait_until(ended + pause);
  set(3, 1 << NEGATIVE);
  int64_t back = now_ns();
  wait_until(back + recovery + (ended - began - lead));
  set(3, 0);
  wait_until(start + period);
}

static void open_board(void) {
  int chip = chip_with_label("nmes-bench");
  outputs = request(chip, 0, OUTPUTS, GPIO_V2_LINE_FLAG_OUTPUT);
  faults = request(chip, OUTPUTS, FAULTS,
    GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_FALLING);
  open_pwm();
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0) give_up("sigprocmask");
  stops = signalfd(-1, &signals, 0);
  if (stops < 0) give_up("signalfd");
  struct sched_param priority = {.sched_priority = 80};
  if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0) give_up("SCHED_FIFO");
  if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) give_up("mlockall");
}

int main(int count, char **arguments) {
  int pulses = count > 2 ? atoi(arguments[2]) : 10;
  if (count < 2) return 2;
  while (strcmp(ways[way], arguments[1])) {
    if (++way == WAYS) {
      fprintf(stderr, "driver: no way is called %s\n", arguments[1]);
      return 2;
    }
  }
  open_board();
  set(3 << 7, 2 << 7); /* the 80 mA range */
  beat();
  wait_until(now_ns() + 10000000);
  set(1 << COIL, 1 << COIL);
  wait_until(now_ns() + 10000000);
  set_duty("50000"); /* 40 mA */
  wait_until(now_ns() + 1000000);
  for (int i = 0; i < pulses; i++) pulse();
  drop(0);
}
