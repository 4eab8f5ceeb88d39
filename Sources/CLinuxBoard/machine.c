// Decides: how this process's rights are asked of the kernel, and how chips are looked at.
// Leaves to others: what the answers mean (LinuxBoard/Doctor). Nothing here drives anything.

#define _GNU_SOURCE
#include "CLinuxBoard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int nmes_file_read(const char *path, char *text, size_t size) {
  if (size == 0) return -EINVAL;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -errno;
  size_t count = 0;
  int error = 0;
  // Each turn reads something or is the last: at most `size` turns.
  while (count < size) {
    ssize_t got = read(fd, text + count, size - count);
    if (got < 0) error = errno;
    if (got <= 0) break;
    count += (size_t)got;
  }
  (void)close(fd);  // it was only read: nothing can be lost
  if (error != 0) return -error;
  if (count == size) return -E2BIG;
  text[count] = '\0';
  return (int)count;
}

int nmes_path_permits(const char *path, int is_written) {
  int mode = R_OK | (is_written ? W_OK : 0);
  return faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0 ? 0 : -errno;
}

int nmes_process_limit(int which, int64_t *value) {
  struct rlimit limit;
  int resource = which == NMES_LIMIT_MEMORY ? RLIMIT_MEMLOCK : RLIMIT_RTPRIO;
  if (getrlimit(resource, &limit) != 0) return -errno;
  *value = limit.rlim_cur == RLIM_INFINITY ? -1 : (int64_t)limit.rlim_cur;
  return 0;
}

int nmes_processors_allowed(uint64_t *bits, size_t count) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return -errno;
  for (size_t place = 0; place < count; place++) bits[place] = 0;
  for (size_t processor = 0; processor < CPU_SETSIZE && processor < count * 64; processor++) {
    if (CPU_ISSET(processor, &set)) bits[processor / 64] |= (uint64_t)1 << (processor % 64);
  }
  return 0;
}

unsigned nmes_user(void) { return geteuid(); }

int nmes_groups(unsigned *groups, int most) {
  if (most < 1) return -EINVAL;
  groups[0] = getegid();
  int count = getgroups(most - 1, groups + 1);
  return count >= 0 ? count + 1 : -errno;
}

struct nmes_chip {
  int fd;
  struct gpiochip_info info;
};

nmes_chip *nmes_chip_open(const char *dev, unsigned number, int *error) {
  char path[256];
  int length = snprintf(path, sizeof path, "%s/gpiochip%u", dev, number);
  *error = ENAMETOOLONG;
  if (length < 0 || (size_t)length >= sizeof path) return NULL;
  struct stat info;
  if (lstat(path, &info) != 0) {
    *error = errno;
    return NULL;
  }
  // A link is a second name of a chip that is found by its own, as in nmes_chip_label.
  *error = ENOENT;
  if (S_ISLNK(info.st_mode)) return NULL;
  nmes_chip *chip = calloc(1, sizeof *chip);
  *error = ENOMEM;
  if (chip == NULL) return NULL;
  chip->fd = open(path, O_RDWR | O_CLOEXEC);
  if (chip->fd >= 0 && ioctl(chip->fd, GPIO_GET_CHIPINFO_IOCTL, &chip->info) == 0) {
    *error = 0;
    return chip;
  }
  *error = errno;
  if (chip->fd >= 0) (void)close(chip->fd);  // the refusal is what is reported
  free(chip);
  return NULL;
}

const char *nmes_chip_name(const nmes_chip *chip) { return chip->info.label; }

unsigned nmes_chip_lines(const nmes_chip *chip) { return chip->info.lines; }

int nmes_chip_line(const nmes_chip *chip, unsigned offset, nmes_line_seen *seen) {
  struct gpio_v2_line_info info = {.offset = offset};
  if (ioctl(chip->fd, GPIO_V2_GET_LINEINFO_IOCTL, &info) != 0) return -errno;
  (void)snprintf(seen->name, sizeof seen->name, "%.*s", (int)sizeof info.name, info.name);
  (void)snprintf(
      seen->consumer, sizeof seen->consumer, "%.*s", (int)sizeof info.consumer, info.consumer);
  seen->is_used = (info.flags & GPIO_V2_LINE_FLAG_USED) != 0;
  return 0;
}

void nmes_chip_close(nmes_chip *chip) {
  if (chip == NULL) return;
  (void)close(chip->fd);  // a chip that was only looked at
  free(chip);
}
