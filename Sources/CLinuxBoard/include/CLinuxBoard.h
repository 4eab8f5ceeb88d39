// Decides: which system calls a real board's pins, PWM channels and converters may cost, and
// in which of them the real-time thread takes part.
// Leaves to others: when they are made and what the values mean (LinuxBoard).
//
// The system calls behind the calls marked NMES_REAL_TIME, which are all that the loop's
// thread makes of a board besides those of CRealTime.h:
//
//   ioctl    GPIO line values, set and get    nmes_lines_set, nmes_lines_get
//   read     GPIO edge events, non-blocking   nmes_lines_drain
//   pwrite   one number into a sysfs file     nmes_attribute_write
//   pread    one number out of a sysfs file   nmes_attribute_read
//
// At opening and closing also: openat, close, fcntl, fstat, newfstatat, readlink, getdents64,
// access, write, sched_setaffinity. When a machine is examined, before any session: faccessat2,
// prlimit64, sched_getaffinity, geteuid, getegid, getgroups.
//
// libgpiod 1.6 and 2.x both make their value and event calls without allocating: they work on
// structures on the stack and on the buffers that were made with the request.
//
// Every call answers 0 (or a count) when it succeeds and -errno when it fails, unless it says
// otherwise. No call retries for ever.

#ifndef NMES_CLINUXBOARD_H
#define NMES_CLINUXBOARD_H

#include <stddef.h>
#include <stdint.h>

#if defined(__swift__) || defined(__clang__)
// A promise to Swift's performance checks: the call neither allocates nor locks.
#define NMES_REAL_TIME \
  __attribute__((swift_attr("@_noAllocation"), swift_attr("@_noLocks")))
#else
#define NMES_REAL_TIME
#endif

// MARK: - GPIO lines

/// The most lines of one request; the kernel's own bound.
#define NMES_LINES_MOST 64
/// Room for a line's, chip's or consumer's name.
#define NMES_NAME_SIZE 64

/// What a line is asked for.
enum {
  /// Driven.
  NMES_LINE_OUTPUT = 0,
  /// Read; no edges.
  NMES_LINE_LEVEL = 1,
  /// Read, and both edges are reported with the kernel's time.
  NMES_LINE_WATCHED = 2,
  /// Read, and its edges towards active are counted.
  NMES_LINE_COUNTED = 3,
};

/// What pulls an input that nobody drives. Outputs are driven and have none.
enum { NMES_BIAS_NONE = 0, NMES_BIAS_UP = 1, NMES_BIAS_DOWN = 2 };

/// What became of a request.
enum {
  NMES_LINES_HELD = 0,
  /// No chip has the label.
  NMES_LINES_NO_CHIP = 1,
  /// Two chips have the label.
  NMES_LINES_CHIP_TWICE = 2,
  /// A chip may not be opened, and no other has the label.
  NMES_LINES_DENIED = 3,
  /// The chip has no line of the name.
  NMES_LINES_NO_LINE = 4,
  /// The chip has two lines of the name.
  NMES_LINES_LINE_TWICE = 5,
  /// Somebody else holds the line.
  NMES_LINES_BUSY = 6,
  /// The kernel or the library refused, see nmes_lines_error.
  NMES_LINES_REFUSED = 7,
};

/// The lines of one request: either all outputs or all inputs, on one chip.
typedef struct nmes_lines nmes_lines;

/// The label of the chip `dev`/gpiochip`number`, into `label`. -ENOENT when there is none,
/// -EACCES when it may not be opened. Numbers are for listing only: a chip is asked for by label.
int nmes_chip_label(const char *dev, unsigned number, char *label, size_t size);

/// The numbers of chips end below this.
#define NMES_CHIPS_MOST 256

/// An empty request; NULL without memory.
nmes_lines *nmes_lines_new(void);

/// Adds a line; an output begins inactive. Answers the line's index.
int nmes_lines_add(nmes_lines *lines, const char *name, int kind, int is_active_low, int bias);

/// Finds the chip by label and the lines by name under `dev`, and takes them. Answers one of
/// NMES_LINES_*.
int nmes_lines_request(
    nmes_lines *lines, const char *dev, const char *label, const char *consumer);

/// The index of the line that a request failed at, or -1.
int nmes_lines_failed(const nmes_lines *lines);
/// The error number behind a failed request.
int nmes_lines_error(const nmes_lines *lines);
/// Who holds the line that was busy.
const char *nmes_lines_consumer(const nmes_lines *lines);

/// Drives all lines in one call: bit n is whether line n is active.
NMES_REAL_TIME int nmes_lines_set(nmes_lines *lines, uint64_t active);

/// Reads all lines back, of outputs what the kernel drives.
NMES_REAL_TIME int nmes_lines_get(nmes_lines *lines, uint64_t *active);

/// Takes what edge events wait, at most NMES_EVENTS_MOST a descriptor. Answers their number.
NMES_REAL_TIME int nmes_lines_drain(nmes_lines *lines);
#define NMES_EVENTS_MOST 256

/// When, on CLOCK_MONOTONIC, the earliest edge away from active came on any line of `mask`
/// since this was asked last; INT64_MAX for none.
NMES_REAL_TIME int64_t nmes_lines_take_fall(nmes_lines *lines, uint64_t mask);

/// How many edges towards active a counted line has had since the request.
NMES_REAL_TIME uint32_t nmes_lines_count(const nmes_lines *lines, unsigned line);

/// The descriptors that become readable when a line of `mask` has an edge, at most `most`.
/// Answers their number, or -E2BIG.
int nmes_lines_descriptors(nmes_lines *lines, uint64_t mask, int *fds, int most);

/// Gives the lines back as they are, and frees the request. NULL is allowed.
void nmes_lines_release(nmes_lines *lines);

// MARK: - Numbers in sysfs files

/// How an attribute is opened.
enum { NMES_ATTRIBUTE_READ = 0, NMES_ATTRIBUTE_WRITE = 1, NMES_ATTRIBUTE_BOTH = 2 };

/// Opens an attribute. Answers the descriptor.
int nmes_attribute_open(const char *path, int mode);

/// Writes a decimal number in one call at the file's start.
NMES_REAL_TIME int nmes_attribute_write(int fd, int64_t value);

/// Reads a decimal number in one call from the file's start. -EILSEQ when it is not one.
NMES_REAL_TIME int nmes_attribute_read(int fd, int64_t *value);

/// Writes a word.
int nmes_attribute_write_text(int fd, const char *text);

/// Reads the first line, without its end. -E2BIG when it does not fit.
int nmes_attribute_read_text(int fd, char *text, size_t size);

/// Closes a descriptor.
int nmes_attribute_close(int fd);

// MARK: - Folders

/// The names in a folder.
typedef struct nmes_folder nmes_folder;

/// Opens a folder; NULL with *error set when it cannot be.
nmes_folder *nmes_folder_open(const char *path, int *error);
/// The next name but "." and ".."; 1 for one, 0 at the end.
int nmes_folder_next(nmes_folder *folder, char *name, size_t size);
/// Closes the folder.
void nmes_folder_close(nmes_folder *folder);

/// Where a path leads after every link, into `resolved`.
int nmes_path_resolve(const char *path, char *resolved, size_t size);

/// Whether the path exists.
int nmes_path_exists(const char *path);

// MARK: - The machine

/// Asks the kernel to wake within `microseconds` for as long as the descriptor stays open:
/// `path` is /dev/cpu_dma_latency. Answers the descriptor.
int nmes_latency_hold(const char *path, int32_t microseconds);

/// Keeps the calling thread on one processor.
int nmes_keep_on_processor(int processor);

/// Reads a whole file of at most `size` - 1 bytes into `text` and ends it. Answers the count;
/// -E2BIG when it does not fit. For files of /proc, which have no size of their own.
int nmes_file_read(const char *path, char *text, size_t size);

/// Whether this process may open a path for reading, and for writing where `is_written`. 0 or
/// -errno.
int nmes_path_permits(const char *path, int is_written);

/// Which limit of this process: what may be locked, and the highest real-time priority.
enum { NMES_LIMIT_MEMORY = 0, NMES_LIMIT_PRIORITY = 1 };
/// The soft limit into `value`; -1 is none. 0 or -errno.
int nmes_process_limit(int which, int64_t *value);

/// The processors on which this thread may run, bit n of place n / 64 for processor n, at most
/// 64 * `count`. 0 or -errno.
int nmes_processors_allowed(uint64_t *bits, size_t count);

/// The effective user.
unsigned nmes_user(void);
/// The groups of this process, the effective one first; answers their number, or -errno.
int nmes_groups(unsigned *groups, int most);

// MARK: - Looking at chips without taking lines

/// A chip that is looked at. The kernel's own interface, which both forms of libgpiod rest on.
typedef struct nmes_chip nmes_chip;

/// What is seen of a line.
typedef struct {
  char name[NMES_NAME_SIZE];
  char consumer[NMES_NAME_SIZE];
  int is_used;
} nmes_line_seen;

/// Opens `dev`/gpiochip`number`; NULL with *error set.
nmes_chip *nmes_chip_open(const char *dev, unsigned number, int *error);
/// The chip's label.
const char *nmes_chip_name(const nmes_chip *chip);
/// How many lines it has.
unsigned nmes_chip_lines(const nmes_chip *chip);
/// What a line shows. 0 or -errno.
int nmes_chip_line(const nmes_chip *chip, unsigned offset, nmes_line_seen *seen);
/// Closes it.
void nmes_chip_close(nmes_chip *chip);

/// What an error number means, into `text`.
void nmes_error_text(int error, char *text, size_t size);

#endif
