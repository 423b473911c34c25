/* Loaded before libc (LD_PRELOAD): each fsync and fdatasync copies the file, as it is then, into $DURABLE_FOLDER.
   What lies there is what a disk holds after a power cut that loses everything not yet synced. A file that is removed
   or renamed is so at once, as file systems with a journal order it before the syncs that follow. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void keep(int descriptor) {
  const char *folder = getenv("DURABLE_FOLDER");
  char link[64], path[4096], copy[8300], buffer[65536];
  struct stat status;
  if (!folder || fstat(descriptor, &status) || !S_ISREG(status.st_mode)) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return;
  path[length] = 0;
  snprintf(copy, sizeof copy, "%s/%s", folder, strrchr(path, '/') + 1);
  int is_write_only = (fcntl(descriptor, F_GETFL) & O_ACCMODE) == O_WRONLY;
  /* else read by the same descriptor: closing another one of this file would release SQLite's locks */
  int in = is_write_only ? open(path, O_RDONLY) : descriptor;
  int out = open(copy, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  off_t at = 0;
  for (ssize_t n; (n = pread(in, buffer, sizeof buffer, at)) > 0; at += n)
    if (write(out, buffer, n) != n) abort();
  close(out);
  if (is_write_only) close(in);
}

static void find_copy(char *copy, size_t size, const char *path) {
  const char *folder = getenv("DURABLE_FOLDER"), *name = strrchr(path, '/');
  snprintf(copy, size, "%s/%s", folder ? folder : "/nowhere", name ? name + 1 : path);
}

int unlink(const char *path) {
  int (*real)(const char *) = dlsym(RTLD_NEXT, "unlink");
  char copy[8300];
  find_copy(copy, sizeof copy, path);
  real(copy);
  return real(path);
}

int rename(const char *path, const char *target) {
  int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
  char copy[8300], renamed[8300];
  find_copy(copy, sizeof copy, path);
  find_copy(renamed, sizeof renamed, target);
  real(copy, renamed);
  return real(path, target);
}

int fsync(int descriptor) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
  int result = real(descriptor);
  keep(descriptor);
  return result;
}

int fdatasync(int descriptor) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
  int result = real(descriptor);
  keep(descriptor);
  return result;
}
