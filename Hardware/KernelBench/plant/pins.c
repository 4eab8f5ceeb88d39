/*
 * Decides: how pins are reached: changes and codes by /dev/nmes-wires, inputs by gpio-sim.
 * Leaves to others: everything that happens at them.
 */
#include "pins.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int wires;
static struct nmes_page *page;
static int value_files[LINE_COUNT];
static int pull_files[LINE_COUNT];
static bool driven[LINE_COUNT];
static bool is_gone;

static const char *const names[LINE_COUNT] = {
  "ch1-positive", "ch1-negative", "ch2-positive", "ch2-negative", "relay-coil", "heartbeat",
  "indicator", "range-0", "range-1", "estop-closed", "over-current-clear",
  "high-voltage-present", "contact-closed", "heartbeat-seen",
};

const char *line_name(enum line line) { return names[line]; }

int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

_Noreturn void give_up(const char *what) {
  fprintf(stderr, "plant: %s: %s\n", what, strerror(errno));
  exit(2);
}

/* The kernel lets go of a chip: its files answer so from then on. Anything else is a mistake. */
static void lose(enum line line) {
  if (errno != ENODEV) give_up(names[line]);
  is_gone = true;
}

static int open_file(const char *folder, int line, const char *file, int mode) {
  char path[256];
  snprintf(path, sizeof path, "%s/sim_gpio%d/%s", folder, line, file);
  int descriptor = open(path, mode);
  if (descriptor < 0) give_up(path);
  return descriptor;
}

void pins_open(const char *chip_folder) {
  wires = open("/dev/nmes-wires", O_RDWR);
  if (wires < 0) give_up("/dev/nmes-wires");
  page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, wires, 0);
  if (page == MAP_FAILED) give_up("the page of /dev/nmes-wires");
  for (int line = 0; line < LINE_COUNT; line++) {
    value_files[line] = open_file(chip_folder, line, "value", O_RDONLY);
    if (line < FIRST_INPUT) continue;
    pull_files[line] = open_file(chip_folder, line, "pull", O_WRONLY);
    driven[line] = pins_level(line);
  }
}

int pins_wait(int64_t wake_at, struct nmes_change *changes, int most) {
  page->wake_at = wake_at == INT64_MAX ? 0 : (uint64_t)wake_at;
  ssize_t size = read(wires, changes, most * sizeof *changes);
  if (size >= 0) return (int)(size / (ssize_t)sizeof *changes);
  if (errno != EINTR) give_up("waiting at the wires");
  return 0;
}

void pins_set_code(int converter, int32_t code, int32_t noise) {
  *(volatile int32_t *)&page->code[converter] = code;
  *(volatile int32_t *)&page->noise[converter] = noise;
}

void pins_drive(enum line line, bool level) {
  if (driven[line] == level || is_gone) return;
  driven[line] = level;
  const char *pull = level ? "pull-up" : "pull-down";
  ssize_t size = (ssize_t)strlen(pull);
  if (pwrite(pull_files[line], pull, size, 0) != size) lose(line);
}

bool pins_are_gone(void) { return is_gone; }

bool pins_level(enum line line) {
  char text[4];
  if (pread(value_files[line], text, sizeof text, 0) < 1) {
    lose(line);
    return false;
  }
  return text[0] == '1';
}
