/*
 * Decides: when the safety hardware acts and what its lines say.
 * Leaves to others: electrodes and converters.
 */
#include "supply.h"
#include "journal.h"
#include "pins.h"

#define NEVER INT64_MAX
/* From coil to contact, either way; SR-06 allows 5 ms. */
#define RELAY_DELAY 3000000
/* From the last heartbeat edge to the drop: 12 ms, of a declared 12 +- 3 ms. */
#define DETECTOR_TIME 12000000
/* From the broken chain to a supply that its monitor calls lost. */
#define SUPPLY_FALL 2000000
/* From the released coil to a comparator that may trip again. */
#define LATCH_RESET 50000000

/* Hardware/kernel-bench.yaml has the same figures. */
static const double full_scales[4] = {10, 25, 80, 250};
static const double thresholds[4] = {14, 33, 101, 312};

static void follow(struct supply *s, int64_t at) {
  bool wanted = s->welded || (s->coil && !s->dropped);
  s->contact_at = wanted == s->contact ? NEVER : at + RELAY_DELAY;
}

void supply_begin(struct supply *s, int64_t at) {
  s->contact_at = s->detector_at = s->voltage_at = s->unlatched_at = NEVER;
  s->voltage = true;
  if (s->coil) s->dropped = true; /* no heartbeat has been seen */
  journal(at, "supply on");
}

void supply_set_coil(struct supply *s, bool level, int64_t at) {
  if (s->coil == level) return;
  s->coil = level;
  s->dropped = level && !s->heartbeat_seen;
  s->unlatched_at = level ? NEVER : at + LATCH_RESET;
  journal(at, "coil %d", level);
  follow(s, at);
}

void supply_set_heartbeat(struct supply *s, bool level, int64_t at) {
  if (s->heartbeat == level) return;
  s->heartbeat = level;
  s->heartbeat_seen = true;
  s->detector_at = s->detector_dead ? NEVER : at + DETECTOR_TIME;
}

void supply_set_chain(struct supply *s, bool open, int64_t at) {
  s->chain_open = open;
  if (open) s->voltage_at = at + SUPPLY_FALL;
  else {
    s->voltage_at = NEVER;
    s->voltage = true;
  }
}

void supply_trip_comparator(struct supply *s, int64_t at) {
  if (s->latched) return;
  s->latched = true;
  journal(at, "comparator");
}

static void drop(struct supply *s, const char *why, int64_t at) {
  if (s->dropped || !s->coil) return;
  s->dropped = true;
  journal(at, "drop %s", why);
  follow(s, at);
}

void supply_advance(struct supply *s, int64_t at) {
  if (s->detector_at <= at) {
    int64_t acted = s->detector_at;
    s->detector_at = NEVER;
    s->heartbeat_seen = false;
    journal(acted, "detector");
    drop(s, "detector", acted);
  }
  if (s->voltage_at <= at) {
    s->voltage_at = NEVER;
    s->voltage = false;
  }
  if (s->unlatched_at <= at) {
    s->unlatched_at = NEVER;
    s->latched = false;
  }
  if (s->contact_at <= at) {
    s->contact = !s->contact;
    journal(s->contact_at, "contact %d", s->contact);
    s->contact_at = NEVER;
  }
}

static int64_t earlier(int64_t a, int64_t b) { return a < b ? a : b; }

int64_t supply_next(const struct supply *s) {
  return earlier(earlier(s->contact_at, s->unlatched_at), earlier(s->detector_at, s->voltage_at));
}

bool supply_is_on(const struct supply *s) {
  return !s->chain_open && !s->latched && !s->voltage_lost && s->voltage;
}

double supply_full_scale(const struct supply *s) { return full_scales[s->range & 3]; }

double supply_threshold(const struct supply *s) {
  return thresholds[s->range & 3];
}

void supply_drive_lines(const struct supply *s) {
  /* The lines that wake the loop go first. */
  pins_drive(LINE_ESTOP_CLOSED, !s->chain_open);
  pins_drive(LINE_OVER_CURRENT_CLEAR, !s->latched);
  pins_drive(LINE_HIGH_VOLTAGE_PRESENT, s->voltage && !s->voltage_lost);
  pins_drive(LINE_CONTACT_CLOSED, s->contact);
  pins_drive(LINE_HEARTBEAT_SEEN, s->heartbeat_seen);
}
