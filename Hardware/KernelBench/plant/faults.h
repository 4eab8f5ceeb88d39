/*
 * Decides: which faults there are by name and when each begins and ends.
 * Leaves to others: what a fault does (main applies it to supply and channels).
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdbool.h>
#include <stdint.h>

enum fault {
  FAULT_ESTOP, FAULT_OVER_CURRENT, FAULT_HIGH_VOLTAGE_LOST, FAULT_LEAD_OFF, FAULT_SHORT,
  FAULT_STUCK_ADC, FAULT_NOISY_ADC, FAULT_WELDED_RELAY, FAULT_DETECTOR_DEAD, FAULT_STUCK_SWITCH,
  FAULT_COUNT
};

const char *fault_name(enum fault fault);

/* "NAME@MS" or "NAME@MS+MS": begins so long after the plant's start, and lasts so long. */
bool faults_add(const char *text);
/* So many trips, each at a random instant of a pulse of a session, by one of the names. */
struct trips {
  int count;         /* how many; 0 for none */
  int skip;          /* phases of a session that pass before (the self-check's probes) */
  int64_t window;    /* ns from the chosen phase's begin in which it falls: a pulse period */
  uint64_t seed;
  unsigned kinds;    /* bits of enum fault */
};
bool faults_set_kinds(struct trips *trips, const char *names);
void faults_begin(const struct trips *trips, int64_t at);

/* The session's events that random trips are set by. */
void faults_phase_began(int64_t at);
void faults_contact_closed(void);
void faults_coil_released(int64_t at);

int64_t faults_next(void);
/* Takes what is due; calls back for each fault that begins or ends. */
void faults_advance(int64_t at, void (*apply)(enum fault, bool on, int64_t at));

#endif
