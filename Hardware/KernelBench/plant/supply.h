/*
 * Decides: what the channels share: chain, high voltage, comparator, relay, pulse detector.
 * Leaves to others: the current (channel), when something breaks (faults).
 */
#ifndef SUPPLY_H
#define SUPPLY_H

#include <stdbool.h>
#include <stdint.h>

struct supply {
  /* Set by faults. */
  bool chain_open, voltage_lost, welded, detector_dead;
  /* Pins. */
  bool coil, heartbeat;
  unsigned range; /* 0 to 3 */
  /* Derived. */
  bool contact;         /* the output relay conducts */
  bool dropped;         /* hardware holds the relay open until the coil is released */
  bool latched;         /* the comparator */
  bool heartbeat_seen;
  int64_t contact_at;   /* when the contact follows; INT64_MAX for never */
  int64_t unlatched_at; /* when the comparator's latch resets */
  int64_t detector_at;  /* when the detector drops the relay */
  int64_t voltage_at;   /* when the supply has fallen after the chain opened */
  bool voltage;
};

void supply_begin(struct supply *s, int64_t at);
void supply_set_coil(struct supply *s, bool level, int64_t at);
void supply_set_heartbeat(struct supply *s, bool level, int64_t at);
void supply_set_chain(struct supply *s, bool open, int64_t at);
void supply_trip_comparator(struct supply *s, int64_t at);
/* Takes whatever is due at `at`. */
void supply_advance(struct supply *s, int64_t at);
int64_t supply_next(const struct supply *s);
/* Whether the output stage has power. */
bool supply_is_on(const struct supply *s);
double supply_full_scale(const struct supply *s);  /* mA */
double supply_threshold(const struct supply *s);   /* mA */
/* Drives the input lines. */
void supply_drive_lines(const struct supply *s);

#endif
