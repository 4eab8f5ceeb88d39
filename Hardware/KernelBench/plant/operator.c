/*
 * Decides: how an operator leads sessions of the daemon to a STOP, and with what the daemon is
 * loaded meanwhile. Each STOP is told in the kernel's trace before it is sent.
 * Leaves to others: what must follow (judge), the sockets (wire.c), the disk (stalling.c).
 *
 *   operator FOLDER COUNT LOADED FIRST [MARKS]
 *   FOLDER   the daemon's sockets
 *   COUNT    sessions that are stopped, each by the next of three ways
 *   LOADED   so many of them, the last ones, under load: 200 monitors that read, one that never
 *            does, 10000 commands before the STOP on its connection, and a disk that stands still
 *   FIRST    the number of the first session; instants are drawn from it
 *   MARKS    the file that each STOP is told in, if it is not the kernel's trace
 *
 *   operator FOLDER during|beside SECONDS FIRST
 *   The load alone for so long: during a session, which is stopped at the end, or with none.
 */
#define _GNU_SOURCE
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000LL
#define MONITORS 200
#define COMMANDS 10000
#define STALL "/tmp/stall"
#define STALLED "/tmp/stalled"

enum way { STOP_SOCKET, CONTROL, MONITOR, WAYS };
static const char *const way_names[WAYS] = {"stop.sock", "control.sock", "monitor.sock"};

static const char *folder;
static struct wire control, watcher;
static struct wire *monitors;
static int marker = -1;
static long requests;
static char lease[64], answers[4096];
/* When the disk moves again; 0: it does. */
static long long stall_end;
static long busy, stalls, replies[WAYS];
/* From a STOP to its reply, which says that the outputs are inactive. */
static long long *took[WAYS], slowest;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void path_of(char *path, const char *name) { snprintf(path, 108, "%s/%s", folder, name); }

static void open_socket(struct wire *wire, const char *name) {
  char path[108];
  path_of(path, name);
  wire_open(wire, path);
}

/* Everything, however long it takes; what comes meanwhile is taken and, but for control, dropped. */
static void put(struct wire *wire, const char *text) {
  size_t gone = 0, count = strlen(text);
  while (gone < count) {
    size_t part = wire_write(wire, text + gone, count - gone);
    gone += part;
    wire_fill(wire);
    if (part == 0) usleep(100);
  }
}

/* The disk stands still until a time, and no longer. */
static void stall_until(long long end) {
  close(open(STALL, O_CREAT | O_WRONLY, 0600));
  stall_end = end;
}
static void move_disk(void) {
  if (stall_end == 0 || now() < stall_end) return;
  unlink(STALL);
  stall_end = 0;
}

/* Sleeps, while every monitor but the idle one reads and forgets. */
static void rest(long long ns) {
  long long end = now() + ns;
  for (;;) {
    move_disk();
    if (monitors)
      for (int i = 0; i < MONITORS; i++) {
        wire_fill(&monitors[i]);
        monitors[i].held = 0;
      }
    long long left = end - now();
    if (left <= 0) return;
    usleep(left > 10 * MS ? 10000 : left / 1000 + 1);
  }
}

/* Asks on the control connection and answers the reply, or ends the program at a refusal. */
static char *ask(const char *method, const char *parameters) {
  char line[8192], wanted[32];
  long id = ++requests;
  snprintf(line, sizeof line, "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"%s\"%s%s}\n", id, method,
           parameters ? ",\"params\":" : "", parameters ? parameters : "");
  snprintf(wanted, sizeof wanted, "\"id\":%ld,", id);
  put(&control, line);
  for (long long end = now() + 5000 * MS; now() < end; rest(MS)) {
    wire_fill(&control);
    for (char *reply; (reply = wire_line(&control));) {
      if (!strstr(reply, wanted)) {
        if (strstr(reply, "\"busy\"")) busy++;
        continue;
      }
      if (!strstr(reply, "\"error\"")) return reply;
      if (strstr(reply, "\"busy\"")) {
        /* Behind what is still queued: once more. */
        rest(10 * MS);
        put(&control, line);
        continue;
      }
      fprintf(stderr, "operator: %s: %s\n", method, reply);
      exit(1);
    }
  }
  errno = ETIMEDOUT;
  fail(method);
  return NULL;
}

static void renew(void) {
  char parameters[128];
  snprintf(parameters, sizeof parameters, "{\"lease\":\"%s\"}", lease);
  ask("lease.renew", parameters);
}

/* Renews until the state is (or is no more) the named one; bounded. */
static void wait_for(const char *state, bool is_wanted) {
  char wanted[64];
  snprintf(wanted, sizeof wanted, "\"state\":\"%s\"", state);
  for (long long end = now() + 8000 * MS; now() < end; rest(50 * MS)) {
    renew();
    if ((strstr(ask("status.get", NULL), wanted) != NULL) == is_wanted) return;
  }
  errno = ETIMEDOUT;
  fail(state);
}

/* The text between KEY and the next quote. */
static void text_after(const char *reply, const char *key, char *text, size_t size) {
  const char *place = strstr(reply, key);
  if (!place || !strchr(place + strlen(key), '"')) {
    errno = EPROTO;
    fail(key);
  }
  place += strlen(key);
  snprintf(text, size, "%.*s", (int)(strchr(place, '"') - place), place);
}

static void take_lead(void) {
  text_after(ask("lease.take", NULL), "\"lease\":\"", lease, sizeof lease);
  const char *reply = ask("session.questions", NULL);
  size_t length = 0;
  for (; (reply = strstr(reply, "\"id\":\"")); reply += 6) {
    char id[64];
    text_after(reply, "\"id\":\"", id, sizeof id);
    length += snprintf(answers + length, sizeof answers - length, "%s\"%s\":false",
                       length ? "," : "", id);
    if (length >= sizeof answers) {
      errno = EMSGSIZE;
      fail("questions");
    }
  }
}

static void lead(long session) {
  char parameters[8192];
  snprintf(parameters, sizeof parameters,
           "{\"protocol\":\"large-muscle-tetanic\",\"patient\":\"B%ld\",\"muscle\":\"quadriceps\","
           "\"electrodeAreas\":[\"180 cm2\"]}", session);
  ask("session.load", parameters);
  ask("session.selfCheck", NULL);
  wait_for("self-check", false);
  snprintf(parameters, sizeof parameters, "{\"answers\":{%s},\"skin\":\"ok\"}", answers);
  ask("session.arm", parameters);
  ask("session.start", NULL);
  ask("amplitude.target", "{\"amplitude\":\"10 mA\"}");
}

/* Lets the logger stand still in a write, which a command brings about. From here on dose is not
 * durable, and a session goes on for less than a second (SR-43). */
static void stall_disk(long long time) {
  stall_until(now() + time);
  ask("amplitude.target", "{\"amplitude\":\"10 mA\"}");
  for (long long end = now() + 100 * MS; now() < end && access(STALLED, F_OK) != 0;) usleep(1000);
}

/* Counts what was answered busy, and forgets the rest. */
static void take_replies(struct wire *wire) {
  size_t before;
  do {
    wire_fill(wire);
    before = wire->held;
    for (char *reply; (reply = wire_line(wire));)
      if (strstr(reply, "\"busy\"")) busy++;
  } while (before == LONGEST_LINE);
}

/* All but the STOP of a connection that is full of commands, the lease renewed among them. */
static void queue_commands(struct wire *wire) {
  static char lines[COMMANDS * 80];
  size_t count = 0, gone = 0;
  for (int i = 0; i < COMMANDS; i++) {
    bool is_renewal = i % 1000 == 999;
    count += snprintf(lines + count, sizeof lines - count,
                      "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"%s\"%s%s%s}\n", ++requests,
                      is_renewal ? "lease.renew" : "status.get",
                      is_renewal ? ",\"params\":{\"lease\":\"" : "", is_renewal ? lease : "",
                      is_renewal ? "\"}" : "");
  }
  long long began = now();
  while (gone < count) {
    gone += wire_write(wire, lines + gone, count - gone);
    if (gone == count) break;
    /* Full: replies are taken, for a daemon that cannot answer keeps them. */
    take_replies(wire);
    move_disk();
    usleep(200);
  }
  long long time = now() - began;
  if (time > slowest) slowest = time;
}

static void wait_to_read(struct wire *wire, int most_ms) {
  struct pollfd polled = {.fd = wire->socket, .events = POLLIN};
  poll(&polled, 1, most_ms);
}

/* Above the loop while it is told and sent, since a loop that spins lets nobody else act. */
static void set_priority(int priority) {
  struct sched_param wanted = {.sched_priority = priority};
  if (sched_setscheduler(0, priority ? SCHED_FIFO : SCHED_OTHER, &wanted) != 0) fail("SCHED_FIFO");
}

/* The reply says that the outputs are inactive, or the program ends. */
static void ended(enum way way, const char *reply, long long told) {
  if (!reply || !strstr(reply, "\"inactive\":true")) {
    fprintf(stderr, "operator: STOP by %s: %s\n", way_names[way], reply ? reply : "no reply");
    exit(1);
  }
  took[way][replies[way]++] = now() - told;
}

static void stop(enum way way, bool is_loaded) {
  static const char line[] = "{\"jsonrpc\":\"2.0\",\"id\":\"stop\",\"method\":\"stop\"}\n";
  char text[64];
  struct wire *wire = way == CONTROL ? &control : &watcher;
  int length =
      snprintf(text, sizeof text, "stop %s%s\n", way_names[way], is_loaded ? " loaded" : "");
  set_priority(97);
  if (write(marker, text, length) != length) fail("marks");
  long long told = now();
  /* Then STOP has acted, though its reply may come behind many. */
  if (stall_end > 0) stall_end = told + 20 * MS;
  if (way == STOP_SOCKET) {
    static struct wire one;
    open_socket(&one, "stop.sock");
    if (wire_write(&one, "!", 1) != 1) fail("stop.sock");
    set_priority(0);
    /* One reply, and the connection is done. */
    wait_to_read(&one, 5000);
    char reply[256] = "";
    if (recv(one.socket, reply, sizeof reply - 1, 0) <= 0) fail("the reply by stop.sock");
    ended(way, reply, told);
    wire_close(&one);
    return;
  }
  size_t gone = wire_write(wire, line, sizeof line - 1);
  set_priority(0);
  while (gone < sizeof line - 1) {
    take_replies(wire);
    gone += wire_write(wire, line + gone, sizeof line - 1 - gone);
  }
  for (long long end = now() + 5000 * MS; now() < end; wait_to_read(wire, is_loaded ? 5 : 1000)) {
    move_disk();
    wire_fill(wire);
    for (char *reply; (reply = wire_line(wire));) {
      if (strstr(reply, "\"busy\"")) busy++;
      if (!strstr(reply, "\"id\":\"stop\"")) continue;
      return ended(way, reply, told);
    }
  }
  ended(way, NULL, told);
}

static int compare(const void *one, const void *other) {
  long long a = *(const long long *)one, b = *(const long long *)other;
  return (a > b) - (a < b);
}

static void load_up(void) {
  static const char watch[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status.subscribe\"}\n";
  monitors = calloc(MONITORS, sizeof *monitors);
  if (!monitors) fail("memory");
  struct wire *made = monitors;
  monitors = NULL;
  for (int i = 0; i < MONITORS; i++) {
    open_socket(&made[i], "monitor.sock");
    put(&made[i], watch);
    if (i % 20 == 0) renew();
  }
  monitors = made;
}

/* A connection on which replies wait and nobody reads. The daemon may close it, and then it comes
 * again. */
static void ask_and_never_read(void) {
  static const char line[] =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status.subscribe\"}\n"
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"session.questions\"}\n";
  static struct wire idler = {.socket = -1};
  if (idler.socket >= 0) wire_close(&idler);
  open_socket(&idler, "monitor.sock");
  for (int i = 0; i < 100; i++)
    if (send(idler.socket, line, sizeof line - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
}

/* The load, again each second; the disk stands still for a tenth of it. */
static int load_for(long seconds, long session, bool is_during) {
  load_up();
  if (is_during) {
    lead(session);
    wait_for("running", true);
  }
  for (long second = 0; second < seconds; second++) {
    long long began = now();
    renew();
    if (is_during) stall_disk(100 * MS);
    else stall_until(now() + 100 * MS);
    ask_and_never_read();
    queue_commands(&control);
    while (now() - began < 1000 * MS) {
      rest(MS);
      take_replies(&control);
    }
  }
  rest(200 * MS);
  if (is_during) stop(MONITOR, true);
  printf("%ld s of load %s; %ld commands answered busy\n", seconds,
         is_during ? "during a session" : "with no session", busy);
  return 0;
}

int main(int count, char **arguments) {
  if (count != 5 && count != 6) {
    fprintf(stderr, "usage: operator FOLDER COUNT LOADED FIRST [MARKS]\n");
    return 2;
  }
  folder = arguments[1];
  bool is_during = !strcmp(arguments[2], "during"), is_load = !strcmp(arguments[2], "beside");
  long sessions = is_during || is_load ? 1 : atol(arguments[2]);
  long loaded = atol(arguments[3]), first = atol(arguments[4]);
  unsigned drawn = first;
  const char *marks = count == 6 ? arguments[5] : "/sys/kernel/tracing/trace_marker";
  marker = open(marks, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (marker < 0) fail(marks);
  for (int way = 0; way < WAYS; way++) {
    took[way] = calloc(sessions > 0 ? sessions : 1, sizeof *took[way]);
    if (!took[way]) fail("memory");
  }
  open_socket(&control, "control.sock");
  open_socket(&watcher, "monitor.sock");
  take_lead();
  if (is_during || is_load) return load_for(loaded, first, is_during);
  for (long session = 0; session < sessions; session++) {
    bool is_loaded = session >= sessions - loaded;
    enum way way = session % WAYS;
    if (is_loaded && !monitors) load_up();
    lead(first + session);
    wait_for("running", true);
    drawn = drawn * 1103515245 + 12345;
    long long left = drawn / 65536 % 600 * MS;
    for (; left > 200 * MS; left -= 200 * MS) {
      rest(200 * MS);
      renew();
    }
    rest(left);
    if (is_loaded) {
      stall_disk(800 * MS);
      ask_and_never_read();
      queue_commands(&control);
      if (access(STALLED, F_OK) == 0) stalls++;
    }
    stop(way, is_loaded);
    wait_for("completed", true);
    rest(60 * MS);
  }
  printf("%ld stops, %ld of them loaded, %ld with the disk still; %ld commands answered busy\n",
         sessions, loaded, stalls, busy);
  if (loaded > 0)
    printf("%d commands sent in %lld ms at most, until the last found room\n", COMMANDS,
           slowest / MS);
  for (int way = 0; way < WAYS; way++) {
    long all = replies[way];
    if (all == 0) continue;
    qsort(took[way], all, sizeof *took[way], compare);
    printf("STOP by %s to its reply: %lld us at the median, %lld at the 99th percentile, %lld at "
           "worst of %ld\n", way_names[way], took[way][all / 2] / 1000,
           took[way][(all * 99 + 99) / 100 - 1] / 1000, took[way][all - 1] / 1000, all);
  }
  if (loaded > 0) printf("the reply by control.sock comes behind those to its commands\n");
  return stalls == loaded ? 0 : 1;
}
