/*
 * Decides: the laws of one channel, and its account of what the electrodes received.
 * Leaves to others: when pins and supply change.
 */
#include "channel.h"
#include "journal.h"
#include <math.h>

#define NEVER INT64_MAX
/* The amplitude filter: 20 us. Within 0.1 % after 7 time constants. */
#define TAU 20e-3
#define SETTLED 0.8
/* The output stage's voltage. */
#define COMPLIANCE 80.0
/* Half of the voltage converter's step: nearer to its end a change is not seen. */
#define UNSEEN 0.005
/* Integration in steps of at most 50 us; the electrodes' own time constant is 600 us. */
#define STEP 50000

void channel_begin(struct channel *c, int number, int64_t at) {
  *c = (struct channel){
    .number = number, .series = 0.120, .parallel = 0.140, .capacitance = 4.5,
    .dead_time = 50000, .waits_until = NEVER, .at = at,
    .off_at = {INT64_MIN / 2, INT64_MIN / 2},
  };
}

static bool flows(const struct channel *c, const struct supply *s) {
  return c->conducting != 0 && s->contact && supply_is_on(s);
}

double channel_current(const struct channel *c, const struct supply *s) {
  if (!flows(c, s) || c->lead_off) return 0;
  double wanted = c->runaway != 0 ? c->runaway : c->target + c->transient;
  double series = c->shorted ? 0.010 : c->series;
  double back = c->shorted ? 0 : c->polarisation * c->conducting;
  double most = (COMPLIANCE - back) / series;
  return (wanted < most ? wanted : most) * c->conducting;
}

double channel_voltage(const struct channel *c, const struct supply *s) {
  if (!s->contact) return 0;
  if (c->lead_off) return flows(c, s) ? COMPLIANCE * c->conducting : 0;
  double current = channel_current(c, s);
  return c->shorted ? current * 0.010 : current * c->series + c->polarisation;
}

/* One step of at most STEP, in ms: midpoint for the transient, exact for the electrodes. */
static void flow(struct channel *c, const struct supply *s, double step) {
  double decay = c->transient == 0 || step >= SETTLED ? 0 : exp(-step / TAU);
  double before = c->transient;
  double charge = 0;
  if (flows(c, s)) {
    /* The mean of the transient over the step, so that charge is exact within compliance. */
    c->transient = before == 0 ? 0 : before * (1 - decay) * TAU / step;
    double mean = channel_current(c, s);
    c->transient = before;
    charge = mean * step * 1000; /* mA x ms = uC, in nC */
    c->phase_charge += charge;
    if (fabs(mean) > c->phase_peak) c->phase_peak = fabs(mean);
  }
  c->transient = before * decay;
  if (fabs(c->transient) < 1e-9) c->transient = 0;
  double mean = charge / step / 1000;
  double rest = mean * c->parallel;
  if (c->polarisation != rest) {
    double relax = exp(-step / (c->parallel * c->capacitance));
    c->polarisation = rest + (c->polarisation - rest) * relax;
    if (fabs(c->polarisation - rest) < 1e-6) c->polarisation = rest;
  }
}

void channel_advance(struct channel *c, const struct supply *s, int64_t to) {
  /* At rest nothing changes, however long it lasts. */
  bool still = !flows(c, s) && c->transient == 0 && c->polarisation == 0;
  while (c->at < to && !still) {
    int64_t end = to - c->at > STEP ? c->at + STEP : to;
    flow(c, s, (end - c->at) * 1e-6);
    c->at = end;
    still = !flows(c, s) && c->transient == 0 && c->polarisation == 0;
  }
  if (c->at < to) c->at = to;
}

void channel_set_amplitude(struct channel *c, double milliamperes) {
  c->transient += c->target - milliamperes;
  c->target = milliamperes;
}

static void begin_account(struct channel *c) {
  c->phase_from = c->at;
  c->phase_charge = 0;
  c->phase_peak = 0;
}

/* What the electrodes received since current began to flow. */
static void end_account(struct channel *c) {
  if (c->phase_charge == 0) return;
  c->received[c->phase_charge < 0] += fabs(c->phase_charge);
  journal(c->at, "phase ch=%d from=%lld charge_fC=%lld peak_uA=%d", c->number,
    (long long)c->phase_from, (long long)llround(c->phase_charge * 1e6),
    (int)lround(c->phase_peak * 1000));
  begin_account(c);
}

static void conduct(struct channel *c, int sign) {
  if (sign == c->conducting) return;
  if (c->conducting != 0) {
    end_account(c);
    c->off_at[c->conducting < 0] = c->at;
  }
  c->conducting = sign;
  begin_account(c);
}

static void follow_pins(struct channel *c) {
  c->waits_until = NEVER;
  if (c->stuck && c->conducting != 0) return;
  if (c->pin[0] == c->pin[1]) {
    if (c->pin[0]) journal(c->at, "overlap ch=%d", c->number);
    conduct(c, 0); /* both on: the switches' interlock lets neither conduct */
    return;
  }
  int side = c->pin[1];
  int64_t free_at = c->off_at[!side] + c->dead_time;
  if (c->conducting == (side ? 1 : -1)) {
    conduct(c, 0);
    free_at = c->at + c->dead_time;
  }
  if (free_at > c->at) {
    conduct(c, 0);
    c->waits_until = free_at;
  } else {
    conduct(c, side ? -1 : 1);
  }
}

void channel_set_pin(struct channel *c, int side, bool level) {
  if (c->pin[side] == level) return;
  c->pin[side] = level;
  follow_pins(c);
}

void channel_follow_supply(struct channel *c, const struct supply *s) {
  if (c->waits_until <= c->at) follow_pins(c);
  if (!flows(c, s)) end_account(c);
}

bool channel_is_moving(const struct channel *c, const struct supply *s) {
  double rest = channel_current(c, s) * c->parallel;
  return c->transient != 0 || fabs(c->polarisation - rest) > UNSEEN;
}

int64_t channel_next(const struct channel *c) { return c->waits_until; }

void channel_end(struct channel *c) {
  end_account(c);
  journal(c->at, "received ch=%d positive_nC=%.3f negative_nC=%.3f", c->number,
    c->received[0], c->received[1]);
}
