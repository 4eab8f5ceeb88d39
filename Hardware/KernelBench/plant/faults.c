/*
 * Decides: the schedule of faults, fixed or random from a seed.
 * Leaves to others: their effect.
 */
#include "faults.h"
#include "journal.h"
#include <stdio.h>
#include <string.h>

#define NEVER INT64_MAX
#define MOST 16
/* A trip's cause goes this long after the coil was released. */
#define HOLD 30000000
/* A random trip waits for up to so many phases more than `skip`. */
#define SPREAD 6

static const char *const names[FAULT_COUNT] = {
  "estop", "over-current", "high-voltage-lost", "lead-off", "short", "stuck-adc", "noisy-adc",
  "welded-relay", "detector-dead", "stuck-switch",
};

struct scheduled { enum fault fault; int64_t begins, ends; bool on; };
static struct scheduled list[MOST];
static int used;

static struct trips trips;
static int made, phases_left;
static enum fault trip_fault;
static bool trip_is_on;
static int64_t trip_at = NEVER, trip_ends = NEVER;
static uint64_t state;

const char *fault_name(enum fault fault) { return names[fault]; }

static int find(const char *name, size_t length) {
  for (int i = 0; i < FAULT_COUNT; i++)
    if (strlen(names[i]) == length && !strncmp(names[i], name, length)) return i;
  return -1;
}

bool faults_add(const char *text) {
  double begins = 0, lasts = 0;
  const char *at = strchr(text, '@');
  if (!at || used == MOST) return false;
  int fault = find(text, at - text);
  int fields = sscanf(at, "@%lf+%lf", &begins, &lasts);
  if (fault < 0 || fields < 1 || begins < 0 || lasts < 0) return false;
  int64_t from = begins * 1e6;
  list[used++] = (struct scheduled){fault, from, fields == 2 ? from + lasts * 1e6 : NEVER, false};
  return true;
}

bool faults_set_kinds(struct trips *t, const char *text) {
  t->kinds = 0;
  while (*text) {
    size_t length = strcspn(text, ",");
    int fault = find(text, length);
    if (fault < 0) return false;
    t->kinds |= 1u << fault;
    text += length + (text[length] == ',');
  }
  return t->kinds != 0;
}

/* A number from 0 to below `bound`, from the seed: xorshift64*. */
static uint64_t random_below(uint64_t bound) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (state * 0x2545F4914F6CDD1Dull >> 11) % bound;
}

void faults_begin(const struct trips *t, int64_t at) {
  trips = *t;
  state = trips.seed * 0x9E3779B97F4A7C15ull + 1;
  for (int i = 0; i < used; i++) {
    list[i].begins += at;
    if (list[i].ends != NEVER) list[i].ends += at;
  }
}

void faults_contact_closed(void) {
  if (made < trips.count && !trip_is_on)
    phases_left = trips.skip + 1 + (int)random_below(SPREAD);
}

void faults_phase_began(int64_t at) {
  if (phases_left == 0 || --phases_left > 0) return;
  do trip_fault = random_below(FAULT_COUNT); while (!(trips.kinds >> trip_fault & 1));
  trip_at = at + random_below(trips.window);
}

void faults_coil_released(int64_t at) {
  phases_left = 0;
  if (trip_is_on) trip_ends = at + HOLD;
  else trip_at = NEVER;
}

int64_t faults_next(void) {
  int64_t next = trip_at < trip_ends ? trip_at : trip_ends;
  for (int i = 0; i < used; i++) {
    int64_t due = list[i].on ? list[i].ends : list[i].begins;
    if (due < next) next = due;
  }
  return next;
}

void faults_advance(int64_t at, void (*apply)(enum fault, bool, int64_t)) {
  for (int i = 0; i < used; i++) {
    struct scheduled *s = &list[i];
    if (!s->on && s->begins <= at) {
      s->on = true;
      s->begins = NEVER;
      apply(s->fault, true, at);
    } else if (s->on && s->ends <= at) {
      s->on = false;
      s->ends = NEVER;
      apply(s->fault, false, at);
    }
  }
  if (trip_at <= at) {
    trip_at = NEVER;
    trip_is_on = true;
    made++;
    journal(at, "trip n=%d", made);
    apply(trip_fault, true, at);
  }
  if (trip_ends <= at) {
    trip_ends = NEVER;
    trip_is_on = false;
    apply(trip_fault, false, at);
  }
}
