// Decides: what stands for GPIO lines in builds for tests.
// Leaves to others: the test that drives them. Release builds know nothing of this.

#ifndef NMES_SIMULATED_LINES_H
#define NMES_SIMULATED_LINES_H

#ifdef NMES_FAULT_INJECTION
#include "lines.h"

int nmes_simulated_is_chip(const char *label);
int nmes_simulated_request(nmes_lines *lines);
int nmes_simulated_set(nmes_lines *lines, uint64_t active);
int nmes_simulated_get(nmes_lines *lines, uint64_t *active);
int nmes_simulated_drain(nmes_lines *lines);
#endif

#endif
