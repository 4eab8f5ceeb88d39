/*
 * Decides: how a session of the daemon is led and stopped, each STOP told before it is sent, and
 * what the daemon can be loaded with meanwhile.
 * Leaves to others: when (operator.c, load.c), the connections (wire.c), the disk (stalling.c).
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>

#define MS 1000000LL
/* How many queue_commands sends. */
#define COMMANDS 10000
/* Where STOPs are told when nothing else is asked for. */
#define TRACE_MARKER "/sys/kernel/tracing/trace_marker"

enum way { STOP_SOCKET, CONTROL, MONITOR, WAYS };
extern const char *const way_names[WAYS];

/* Whatever cannot be done ends the program with a sentence. */

/* Connects to the sockets in FOLDER and takes the lead; STOPs are told in the file MARKS. */
void client_begin(const char *folder, const char *marks);
/* From the protocol to the start; its patient is called by the number. */
void lead(long session);
void renew(void);
/* Renews until the state is (or is no more) the named one; bounded. */
void wait_for(const char *state, bool is_wanted);
/* Tells a STOP and sends it; the time until the reply that the outputs are inactive. */
long long stop(enum way way, bool is_loaded);

long long now(void);
/* Sleeps, while every monitor but the idle one reads and forgets. */
void rest(long long ns);

/* The monitors that read, once. */
void load_up(void);
/* A connection on which replies wait and nobody reads. */
void ask_and_never_read(void);
/* All but the STOP of a connection that is full of commands; the time until the last found room. */
long long queue_commands(void);
/* Counts what was answered busy on that connection, and forgets the rest. */
void take_answers(void);
long busy_answers(void);
/* The disk stands still until a time, and no longer. */
void stall_until(long long end);
/* The same for so long, beginning with a write that a command brings about. */
void stall_disk(long long time);
/* Whether a write of the daemon waits for the disk. */
bool disk_is_still(void);

#endif
