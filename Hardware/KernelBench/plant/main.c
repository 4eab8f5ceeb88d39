/*
 * Decides: how the plant runs: the order of changes, what the converters read, the options.
 * Leaves to others: the laws (supply, channel), the pins (pins), the schedule (faults).
 *
 * The board of the bench and what is connected to it. It shares no code with the product and
 * runs above the loop's priority: it sleeps until a pin moves or something of its own is due.
 */
#include "channel.h"
#include "faults.h"
#include "journal.h"
#include "pins.h"
#include "supply.h"
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define NEVER INT64_MAX
#define CHANNELS 2
#define PRIORITY 98
/* Converters are refreshed so often while current flows, and while electrodes discharge. */
#define REFRESH 200000
#define SLOW_REFRESH 1000000
/* From a moved contact to the comparison of every pin with what the wires told. */
#define COMPARE_AFTER 500000

static struct supply supply;
static struct channel channels[CHANNELS];
static bool stuck, noisy;
static int32_t codes[NMES_CONVERTERS];
static int64_t refresh_at = NEVER, compare_at = NEVER;
static volatile sig_atomic_t ending;
static long wakes;

static void on_signal(int number) {
  (void)number;
  ending = 1;
}

static void advance_channels(int64_t to) {
  for (int i = 0; i < CHANNELS; i++) channel_advance(&channels[i], &supply, to);
}

static void follow_supply(void) {
  for (int i = 0; i < CHANNELS; i++) channel_follow_supply(&channels[i], &supply);
}

static void apply_fault(enum fault fault, bool on, int64_t at) {
  journal(at, "fault %s %s", fault_name(fault), on ? "on" : "off");
  double runaway = on ? 1.5 * supply_threshold(&supply) : 0;
  switch (fault) {
    case FAULT_ESTOP: supply_set_chain(&supply, on, at); break;
    case FAULT_HIGH_VOLTAGE_LOST: supply.voltage_lost = on; break;
    case FAULT_WELDED_RELAY: supply.welded = on; break;
    case FAULT_DETECTOR_DEAD:
      supply.detector_dead = on;
      if (on) supply.detector_at = NEVER;
      break;
    case FAULT_STUCK_ADC: stuck = on; break;
    case FAULT_NOISY_ADC: noisy = on; break;
    case FAULT_OVER_CURRENT:
      for (int i = 0; i < CHANNELS; i++) channels[i].runaway = runaway;
      break;
    case FAULT_LEAD_OFF:
      for (int i = 0; i < CHANNELS; i++) channels[i].lead_off = on;
      break;
    case FAULT_SHORT:
      for (int i = 0; i < CHANNELS; i++) channels[i].shorted = on;
      break;
    case FAULT_STUCK_SWITCH:
      for (int i = 0; i < CHANNELS; i++) channels[i].stuck = on;
      break;
    case FAULT_COUNT: break;
  }
}

/* The comparator acts on the current itself, however it came about. */
static void compare_current(int64_t at) {
  for (int i = 0; i < CHANNELS; i++)
    if (fabs(channel_current(&channels[i], &supply)) > supply_threshold(&supply))
      supply_trip_comparator(&supply, at);
}

static int64_t next_event(void) {
  int64_t next = supply_next(&supply);
  int64_t fault = faults_next();
  if (fault < next) next = fault;
  for (int i = 0; i < CHANNELS; i++)
    if (channel_next(&channels[i]) < next) next = channel_next(&channels[i]);
  return next;
}

/* Lets the board act until `to`: each of its own events at its own time. */
static void advance(int64_t to) {
  for (int64_t at = next_event(); at <= to; at = next_event()) {
    bool contact = supply.contact;
    advance_channels(at);
    faults_advance(at, apply_fault);
    supply_advance(&supply, at);
    follow_supply();
    compare_current(at);
    if (contact != supply.contact) {
      compare_at = at + COMPARE_AFTER;
      if (supply.contact) faults_contact_closed();
    }
  }
  advance_channels(to);
  compare_current(to);
  follow_supply();
}

static void set_line(enum line line, bool level, int64_t at) {
  switch (line) {
    case LINE_CH1_POSITIVE: case LINE_CH1_NEGATIVE:
    case LINE_CH2_POSITIVE: case LINE_CH2_NEGATIVE: {
      struct channel *c = &channels[line / 2];
      bool began = level && !c->pin[line % 2];
      channel_set_pin(c, line % 2, level);
      if (began) faults_phase_began(at);
      break;
    }
    case LINE_RELAY_COIL:
      if (supply.coil && !level) faults_coil_released(at);
      supply_set_coil(&supply, level, at);
      break;
    case LINE_HEARTBEAT: supply_set_heartbeat(&supply, level, at); break;
    case LINE_RANGE_0: supply.range = (supply.range & 2) | level; break;
    case LINE_RANGE_1: supply.range = (supply.range & 1) | (unsigned)level << 1; break;
    default: break;
  }
}

static double duty[CHANNELS];

static void take_change(const struct nmes_change *change) {
  int64_t at = change->at;
  switch (change->kind) {
    case NMES_LINE: set_line(change->index, change->value, at); break;
    case NMES_PWM:
      if (change->index >= CHANNELS) return;
      duty[change->index] = change->period ? (double)change->value / change->period : 0;
      break;
    default: journal(at, "lost changes=%llu", (unsigned long long)change->value); return;
  }
  for (int i = 0; i < CHANNELS; i++) {
    double amplitude = duty[i] * supply_full_scale(&supply);
    if (amplitude != channels[i].target) channel_set_amplitude(&channels[i], amplitude);
  }
  follow_supply();
}

/* Sixteen bits, which stop at their ends as a converter does. */
static int32_t code_of(double value) {
  if (value > INT16_MAX) return INT16_MAX;
  if (value < INT16_MIN) return INT16_MIN;
  return (int32_t)lround(value);
}

/*
 * Currents of 10 uA a count, voltages of 10 mV, the comparator's threshold of 10 uA. Currents are
 * noisy by a count. A stuck converter repeats one code.
 */
static void convert(void) {
  for (int i = 0; i < CHANNELS; i++) {
    double current = channel_current(&channels[i], &supply);
    double voltage = channel_voltage(&channels[i], &supply);
    if (!stuck) codes[2 * i] = code_of(current * 100);
    if (!stuck) codes[2 * i + 1] = code_of(voltage * 100);
    pins_set_code(2 * i, codes[2 * i], stuck ? 0 : noisy ? 500 : 1);
    pins_set_code(2 * i + 1, codes[2 * i + 1], 0);
  }
  if (!stuck) codes[2 * CHANNELS] = code_of(supply_threshold(&supply) * 100);
  pins_set_code(2 * CHANNELS, codes[2 * CHANNELS], 0);
}

/* A wake-up takes the processor from the loop: none while nothing changes. */
static void plan_refresh(int64_t at) {
  refresh_at = NEVER;
  for (int i = 0; i < CHANNELS; i++) {
    bool conducts = channel_current(&channels[i], &supply) != 0;
    if (!channel_is_moving(&channels[i], &supply)) continue;
    int64_t next = at + (conducts ? REFRESH : SLOW_REFRESH);
    if (next < refresh_at) refresh_at = next;
  }
}

/* The wires tell what was asked of the pins; gpio-sim tells what they are. A pin that changes
 * between the two readings differs once; what is wrong differs the next time as well. */
static void compare_pins(int64_t at) {
  static bool differed[FIRST_INPUT];
  bool told[FIRST_INPUT] = {
    channels[0].pin[0], channels[0].pin[1], channels[1].pin[0], channels[1].pin[1],
    supply.coil, supply.heartbeat, false, supply.range & 1, supply.range >> 1 & 1,
  };
  for (int line = 0; line < FIRST_INPUT; line++) {
    bool differs = line != LINE_INDICATOR && pins_level(line) != told[line] && !pins_are_gone();
    if (differs && differed[line]) journal(at, "mismatch %s pin=%d", line_name(line), !told[line]);
    differed[line] = differs;
  }
}

/* The state that an earlier process left. */
static void read_pins(void) {
  int64_t at = now_ns();
  supply.range = pins_level(LINE_RANGE_0) | (unsigned)pins_level(LINE_RANGE_1) << 1;
  supply.heartbeat = pins_level(LINE_HEARTBEAT);
  supply.coil = pins_level(LINE_RELAY_COIL);
  supply_begin(&supply, at);
  for (int i = 0; i < CHANNELS; i++) {
    channel_begin(&channels[i], i + 1, at);
    for (int side = 0; side < 2; side++)
      channel_set_pin(&channels[i], side, pins_level(2 * i + side));
  }
}

static void run(void) {
  struct nmes_change changes[16];
  while (!ending) {
    wakes++;
    supply_drive_lines(&supply);
    convert();
    int64_t wake = next_event();
    if (refresh_at < wake) wake = refresh_at;
    if (compare_at < wake) wake = compare_at;
    int count = pins_wait(wake, changes, 16);
    for (int i = 0; i < count; i++) {
      advance((int64_t)changes[i].at);
      take_change(&changes[i]);
    }
    int64_t now = now_ns();
    advance(now);
    plan_refresh(now);
    if (compare_at <= now && count == 0) {
      compare_at = NEVER;
      compare_pins(now);
    }
  }
}

static void take_processor(void) {
  struct sched_param priority = {.sched_priority = PRIORITY};
  if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0) give_up("SCHED_FIFO");
  if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) give_up("mlockall");
  struct sigaction action = {.sa_handler = on_signal};
  if (sigaction(SIGTERM, &action, NULL) != 0) give_up("sigaction");
}

static _Noreturn void usage(const char *what) {
  fprintf(stderr,
    "plant: %s\n"
    "usage: plant --chip FOLDER --log FILE [--fault NAME@MS[+MS]]...\n"
    "             [--trips N --names NAME,... --skip PHASES --window US --seed N]\n"
    "faults:", what);
  for (int i = 0; i < FAULT_COUNT; i++) fprintf(stderr, " %s", fault_name(i));
  fprintf(stderr, "\n");
  exit(2);
}

int main(int count, char **arguments) {
  static const struct option options[] = {
    {"chip", 1, 0, 'c'}, {"log", 1, 0, 'l'}, {"fault", 1, 0, 'f'}, {"trips", 1, 0, 't'},
    {"names", 1, 0, 'n'}, {"skip", 1, 0, 'k'}, {"window", 1, 0, 'w'}, {"seed", 1, 0, 's'},
    {0, 0, 0, 0},
  };
  struct trips trips = {.window = 1000000, .seed = 1, .kinds = 1u << FAULT_ESTOP};
  const char *chip = NULL, *log = NULL;
  for (int option; (option = getopt_long(count, arguments, "", options, NULL)) != -1;) {
    switch (option) {
      case 'c': chip = optarg; break;
      case 'l': log = optarg; break;
      case 'f': if (!faults_add(optarg)) usage(optarg); break;
      case 't': trips.count = atoi(optarg); break;
      case 'n': if (!faults_set_kinds(&trips, optarg)) usage(optarg); break;
      case 'k': trips.skip = atoi(optarg); break;
      case 'w': trips.window = atoll(optarg) * 1000; break;
      case 's': trips.seed = strtoull(optarg, NULL, 10); break;
      default: usage("an option is not known");
    }
  }
  if (!chip || !log || trips.window <= 0) usage("--chip and --log must be given");
  journal_open(log);
  pins_open(chip);
  read_pins();
  faults_begin(&trips, now_ns());
  journal(now_ns(), "begin seed=%llu", (unsigned long long)trips.seed);
  take_processor();
  supply_drive_lines(&supply);
  convert();
  FILE *ready = fopen("/tmp/plant.ready", "w");
  if (!ready || fclose(ready) != 0) give_up("/tmp/plant.ready");
  struct timespec started;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &started);
  long long before = started.tv_sec * 1000000000ll + started.tv_nsec;
  run();
  advance(now_ns());
  for (int i = 0; i < CHANNELS; i++) channel_end(&channels[i]);
  struct timespec used;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  long long cost = (used.tv_sec * 1000000000ll + used.tv_nsec - before) / (wakes ? wakes : 1);
  journal(now_ns(), "cost wakes=%ld ns_each=%lld", wakes, cost);
  journal(now_ns(), "end");
  return journal_close();
}
