// Decides: how sysfs files and folders are read and written.
// Leaves to others: which ones and in which order (LinuxBoard).

#define _GNU_SOURCE
#include "CLinuxBoard.h"
#include "injection.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A call that a signal interrupts is made again at most this often.
#define NMES_MOST_TRIES 4
#define NMES_NUMBER_SIZE 24

int nmes_attribute_open(const char *path, int mode) {
  int flags = mode == NMES_ATTRIBUTE_READ    ? O_RDONLY
              : mode == NMES_ATTRIBUTE_WRITE ? O_WRONLY
                                             : O_RDWR;
  int fd = open(path, flags | O_CLOEXEC);
  return fd >= 0 ? fd : -errno;
}

static int write_bytes(int fd, const char *bytes, size_t count) {
  int error = nmes_injected_error();
  if (error != 0) return error > 0 ? -error : 0;
  for (int attempt = 0; attempt < NMES_MOST_TRIES; attempt++) {
    ssize_t written = pwrite(fd, bytes, count, 0);
    if (written == (ssize_t)count) return 0;
    if (written >= 0) return -EIO;  // half a number is another number
    if (errno != EINTR) return -errno;
  }
  return -EINTR;
}

// The number and a line end, which makes a shorter number safe over a longer one in a plain file.
int nmes_attribute_write(int fd, int64_t value) {
  char bytes[NMES_NUMBER_SIZE];
  size_t start = sizeof bytes;
  bytes[--start] = '\n';
  uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
  do {
    bytes[--start] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (value < 0) bytes[--start] = '-';
  nmes_note_write(fd, value);
  return write_bytes(fd, bytes + start, sizeof bytes - start);
}

static ssize_t read_bytes(int fd, char *bytes, size_t size) {
  for (int attempt = 0; attempt < NMES_MOST_TRIES; attempt++) {
    ssize_t count = pread(fd, bytes, size, 0);
    if (count >= 0) return count;
    if (errno != EINTR) return -errno;
  }
  return -EINTR;
}

int nmes_attribute_read(int fd, int64_t *value) {
  int error = nmes_injected_read_error();
  if (error != 0) return -error;
  char bytes[NMES_NUMBER_SIZE];
  ssize_t count = read_bytes(fd, bytes, sizeof bytes);
  if (count < 0) return (int)count;
  ssize_t place = 0;
  int is_negative = count > 0 && bytes[0] == '-';
  if (is_negative) place = 1;
  ssize_t first = place;
  int64_t number = 0;
  for (; place < count && bytes[place] >= '0' && bytes[place] <= '9'; place++) {
    int64_t digit = bytes[place] - '0';
    if (__builtin_mul_overflow(number, 10, &number)) return -ERANGE;
    if (__builtin_sub_overflow(number, digit, &number)) return -ERANGE;
  }
  if (place == first) return -EILSEQ;
  if (place < count && bytes[place] != '\n') return -EILSEQ;
  // The digits were taken off zero, because the smallest number has no positive counterpart.
  if (!is_negative && __builtin_sub_overflow(0, number, &number)) return -ERANGE;
  *value = number;
  return 0;
}

int nmes_attribute_write_text(int fd, const char *text) {
  char bytes[NMES_NAME_SIZE];
  size_t count = strlen(text);
  if (count + 1 > sizeof bytes) return -E2BIG;
  memcpy(bytes, text, count);
  bytes[count] = '\n';
  return write_bytes(fd, bytes, count + 1);
}

int nmes_attribute_read_text(int fd, char *text, size_t size) {
  if (size == 0) return -EINVAL;
  ssize_t count = read_bytes(fd, text, size);
  if (count < 0) return (int)count;
  char *end = memchr(text, '\n', (size_t)count);
  if (end == NULL && (size_t)count == size) return -E2BIG;
  *(end != NULL ? end : text + count) = '\0';
  return 0;
}

int nmes_attribute_close(int fd) { return close(fd) == 0 ? 0 : -errno; }

struct nmes_folder {
  DIR *stream;
};

nmes_folder *nmes_folder_open(const char *path, int *error) {
  nmes_folder *folder = malloc(sizeof *folder);
  if (folder == NULL) {
    *error = ENOMEM;
    return NULL;
  }
  folder->stream = opendir(path);
  if (folder->stream == NULL) {
    *error = errno;
    free(folder);
    return NULL;
  }
  *error = 0;
  return folder;
}

int nmes_folder_next(nmes_folder *folder, char *name, size_t size) {
  for (;;) {
    errno = 0;
    struct dirent *entry = readdir(folder->stream);
    if (entry == NULL) return errno == 0 ? 0 : -errno;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    size_t count = strlen(entry->d_name);
    if (count + 1 > size) return -E2BIG;
    memcpy(name, entry->d_name, count + 1);
    return 1;
  }
}

void nmes_folder_close(nmes_folder *folder) {
  if (folder == NULL) return;
  (void)closedir(folder->stream);  // a folder that was only read: nothing can be lost
  free(folder);
}

int nmes_path_resolve(const char *path, char *resolved, size_t size) {
  char *whole = realpath(path, NULL);
  if (whole == NULL) return -errno;
  size_t count = strlen(whole);
  int result = count + 1 > size ? -E2BIG : 0;
  if (result == 0) memcpy(resolved, whole, count + 1);
  free(whole);
  return result;
}

int nmes_path_exists(const char *path) { return access(path, F_OK) == 0; }

int nmes_latency_hold(const char *path, int32_t microseconds) {
  if (microseconds < 0) return -EINVAL;
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -errno;
  if (write(fd, &microseconds, sizeof microseconds) == (ssize_t)sizeof microseconds) return fd;
  int error = errno != 0 ? errno : EIO;
  (void)close(fd);  // the refusal is what is reported
  return -error;
}

int nmes_keep_on_processor(int processor) {
  if (processor < 0 || processor >= CPU_SETSIZE) return -EINVAL;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((size_t)processor, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : -errno;
}

void nmes_error_text(int error, char *text, size_t size) {
  if (size == 0) return;
  char buffer[128];
  // The GNU form answers where the text is, in the buffer or elsewhere.
  const char *found = strerror_r(error, buffer, sizeof buffer);
  (void)snprintf(text, size, "%s", found);
}
