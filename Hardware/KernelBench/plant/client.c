/*
 * Decides: what is said on the operator's connection, how a STOP goes by each of its three
 * ways, and the parts of a load.
 * Leaves to others: when (operator.c, load.c), the connections (wire.c), the disk (stalling.c).
 */
#define _GNU_SOURCE
#include "client.h"
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

#define MONITORS 200
#define RENEWAL (250 * MS)
#define STALL "/tmp/stall"
#define STALLED "/tmp/stalled"

const char *const way_names[WAYS] = {"stop.sock", "control.sock", "monitor.sock"};

static const char *folder;
static struct wire control, watcher;
static struct wire *monitors;
static int marker = -1;
static long requests, busy;
static long long renewed_at;
static char lease[64], answers[4096];
/* When the disk moves again; 0: it does. */
static long long stall_end;

long long now(void) {
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

/* Everything, however long it takes; what comes meanwhile is kept, as far as there is room. */
static void put(struct wire *wire, const char *text) {
  size_t gone = 0, count = strlen(text);
  while (gone < count) {
    size_t part = wire_write(wire, text + gone, count - gone);
    gone += part;
    wire_fill(wire);
    if (part == 0) usleep(100);
  }
}

void stall_until(long long end) {
  close(open(STALL, O_CREAT | O_WRONLY, 0600));
  stall_end = end;
}

bool disk_is_still(void) { return access(STALLED, F_OK) == 0; }

static void move_disk(void) {
  if (stall_end == 0 || now() < stall_end) return;
  unlink(STALL);
  stall_end = 0;
}

void rest(long long ns) {
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

/* As a console does, whatever it waits for: the daemon sees it as it reads, long before it answers
 * behind what is queued. */
static void keep_lease(void) {
  char line[160];
  if (!lease[0] || now() - renewed_at < RENEWAL) return;
  renewed_at = now();
  snprintf(line, sizeof line,
           "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"lease.renew\","
           "\"params\":{\"lease\":\"%s\"}}\n",
           ++requests, lease);
  put(&control, line);
}

/* Asks on the control connection and answers the reply, or ends the program at a refusal. */
static char *ask(const char *method, const char *parameters) {
  char line[8192], wanted[32];
  long id = ++requests;
  snprintf(line, sizeof line, "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"%s\"%s%s}\n", id,
           method, parameters ? ",\"params\":" : "", parameters ? parameters : "");
  snprintf(wanted, sizeof wanted, "\"id\":%ld,", id);
  put(&control, line);
  for (long long end = now() + 5000 * MS; now() < end; rest(MS)) {
    keep_lease();
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
      fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, method, reply);
      exit(1);
    }
  }
  errno = ETIMEDOUT;
  fail(method);
}

void renew(void) {
  char parameters[128];
  snprintf(parameters, sizeof parameters, "{\"lease\":\"%s\"}", lease);
  ask("lease.renew", parameters);
}

void wait_for(const char *state, bool is_wanted) {
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

void lead(long session) {
  char parameters[8192];
  snprintf(parameters, sizeof parameters,
           "{\"protocol\":\"large-muscle-tetanic\",\"patient\":\"B%ld\",\"muscle\":\"quadriceps\","
           "\"electrodeAreas\":[\"180 cm2\"]}", session);
  ask("session.load", parameters);
  ask("session.selfCheck", NULL);
  wait_for("checked", true);
  snprintf(parameters, sizeof parameters, "{\"answers\":{%s},\"skin\":\"ok\"}", answers);
  ask("session.arm", parameters);
  ask("session.start", NULL);
  ask("amplitude.target", "{\"amplitude\":\"10 mA\"}");
}

void client_begin(const char *sockets, const char *marks) {
  folder = sockets;
  marker = open(marks, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (marker < 0) fail(marks);
  open_socket(&control, "control.sock");
  open_socket(&watcher, "monitor.sock");
  take_lead();
}

/* Lets the logger stand still in a write, which a command brings about. From here on dose is not
 * durable, and a session goes on for less than a second (SR-43). */
void stall_disk(long long time) {
  stall_until(now() + time);
  ask("amplitude.target", "{\"amplitude\":\"10 mA\"}");
  for (long long end = now() + 100 * MS; now() < end && !disk_is_still();) usleep(1000);
}

static void take_replies(struct wire *wire) {
  size_t before;
  do {
    wire_fill(wire);
    before = wire->held;
    for (char *reply; (reply = wire_line(wire));)
      if (strstr(reply, "\"busy\"")) busy++;
  } while (before == LONGEST_LINE);
}

void take_answers(void) { take_replies(&control); }

long busy_answers(void) { return busy; }

/* Questions and commands in turn. An arming without an answer waits in the queue of commands, is
 * refused, which is on record, and changes nothing. */
long long queue_commands(void) {
  static char lines[COMMANDS * 128];
  size_t count = 0, gone = 0;
  for (int i = 0; i < COMMANDS; i++) {
    count += snprintf(lines + count, sizeof lines - count,
                      "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":%s}\n", ++requests,
                      i % 2 == 1 ? "\"session.arm\",\"params\":{\"answers\":{}}"
                                 : "\"status.get\"");
  }
  long long began = now();
  while (gone < count) {
    gone += wire_write(&control, lines + gone, count - gone);
    if (gone == count) break;
    /* Full: replies are taken, for a daemon that cannot answer keeps them. */
    take_answers();
    move_disk();
    usleep(200);
  }
  return now() - began;
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
static long long ended(enum way way, const char *reply, long long told) {
  if (!reply || !strstr(reply, "\"inactive\":true")) {
    fprintf(stderr, "%s: STOP by %s: %s\n", program_invocation_short_name, way_names[way],
            reply ? reply : "no reply");
    exit(1);
  }
  return now() - told;
}

long long stop(enum way way, bool is_loaded) {
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
    long long took = ended(way, reply, told);
    wire_close(&one);
    return took;
  }
  size_t gone = wire_write(wire, line, sizeof line - 1);
  set_priority(0);
  while (gone < sizeof line - 1) {
    take_replies(wire);
    gone += wire_write(wire, line + gone, sizeof line - 1 - gone);
  }
  for (long long end = now() + 5000 * MS; now() < end; wait_to_read(wire, is_loaded ? 5 : 1000)) {
    move_disk();
    keep_lease();
    wire_fill(wire);
    for (char *reply; (reply = wire_line(wire));) {
      if (strstr(reply, "\"busy\"")) busy++;
      if (!strstr(reply, "\"id\":\"stop\"")) continue;
      return ended(way, reply, told);
    }
  }
  return ended(way, NULL, told);
}

void load_up(void) {
  static const char watch[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status.subscribe\"}\n";
  if (monitors) return;
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

/* The daemon may close it, and then it comes again. */
void ask_and_never_read(void) {
  static const char line[] =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status.subscribe\"}\n"
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"session.questions\"}\n";
  static struct wire idler = {.socket = -1};
  if (idler.socket >= 0) wire_close(&idler);
  open_socket(&idler, "monitor.sock");
  for (int i = 0; i < 100; i++)
    if (send(idler.socket, line, sizeof line - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
}
