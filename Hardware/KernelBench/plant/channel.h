/*
 * Decides: what one channel's pins do to current: filter, switches, source, electrodes.
 * Leaves to others: supply and contact (supply), codes of the converters (main).
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <stdbool.h>
#include <stdint.h>
#include "supply.h"

struct channel {
  int number;            /* 1, 2: for the journal */
  /* Figures, set once. */
  double series, parallel, capacitance; /* kOhm, kOhm, uF */
  int64_t dead_time;     /* the switches' own, ns */
  /* Faults. */
  bool lead_off, shorted, stuck; /* stuck: the switch that conducts does not let go */
  double runaway;        /* mA; 0 for none */
  /* State. */
  bool pin[2];           /* positive, negative */
  double target, transient; /* of the amplitude filter, mA */
  int conducting;        /* +1, -1, 0 */
  int64_t waits_until;   /* dead time of the switches; INT64_MAX for none */
  int64_t off_at[2];
  int64_t at;            /* advanced to here */
  double polarisation;   /* V across the electrodes' capacitance */
  /* The phase that is conducting. */
  int64_t phase_from;
  double phase_charge;   /* nC */
  double phase_peak;     /* mA */
  /* Totals, nC. */
  double received[2];
};

void channel_begin(struct channel *c, int number, int64_t at);
void channel_advance(struct channel *c, const struct supply *s, int64_t to);
void channel_set_amplitude(struct channel *c, double milliamperes);
void channel_set_pin(struct channel *c, int side, bool level);
/* The supply has changed: current may begin or end. */
void channel_follow_supply(struct channel *c, const struct supply *s);
double channel_current(const struct channel *c, const struct supply *s); /* mA, signed */
double channel_voltage(const struct channel *c, const struct supply *s); /* V, signed */
/* Whether current or voltage are still changing by themselves. */
bool channel_is_moving(const struct channel *c, const struct supply *s);
/* When the switches let the waiting phase conduct; INT64_MAX for never. */
int64_t channel_next(const struct channel *c);
void channel_end(struct channel *c);

#endif
