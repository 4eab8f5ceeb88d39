/*
 * Decides: how the plant tells what happened: one line an event, time first, in ns.
 * Leaves to others: which events there are; what they show (judge).
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdint.h>

void journal_open(const char *path);
/* Kept in memory: a file is not written while the loop needs the processor. */
__attribute__((format(printf, 2, 3))) void journal(int64_t at, const char *format, ...);
/* Writes everything; answers 0, or 1 when lines did not fit. */
int journal_close(void);

#endif
