/*
 * A stand-in for a system clock that is wrong, which no namespace can have: every program of a lab host is loaded with
 * this, by its /etc/ld.so.preload. The clock, and the times of files as the clock would have stamped them, are off by
 * the seconds in /etc/wrong-clock; times that a program sets are put right on their way to the disk. No time is before
 * 1970.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long offset(void) {
  static int known = 0;
  static long long seconds = 0;
  if (!known) {
    char text[32] = {0};
    int file = open("/etc/wrong-clock", O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      if (read(file, text, sizeof text - 1) > 0) seconds = atoll(text);
      close(file);
    }
    known = 1;
  }
  return seconds;
}

static long long shifted(long long seconds) {
  long long at = seconds + offset();
  return at < 0 ? 0 : at;
}

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

int clock_gettime(clockid_t id, struct timespec *at) {
  int result = REAL(int, clock_gettime, clockid_t, struct timespec *)(id, at);
  if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) at->tv_sec = shifted(at->tv_sec);
  return result;
}

int timespec_get(struct timespec *at, int base) {
  int result = REAL(int, timespec_get, struct timespec *, int)(at, base);
  if (result == TIME_UTC) at->tv_sec = shifted(at->tv_sec);
  return result;
}

int gettimeofday(struct timeval *at, void *zone) {
  int result = REAL(int, gettimeofday, struct timeval *, void *)(at, zone);
  if (result == 0) at->tv_sec = shifted(at->tv_sec);
  return result;
}

time_t time(time_t *at) {
  time_t now = shifted(REAL(time_t, time, time_t *)(NULL));
  if (at != NULL) *at = now;
  return now;
}

static int stamped(int result, struct stat *of) {
  if (result == 0) {
    of->st_atim.tv_sec = shifted(of->st_atim.tv_sec);
    of->st_mtim.tv_sec = shifted(of->st_mtim.tv_sec);
    of->st_ctim.tv_sec = shifted(of->st_ctim.tv_sec);
  }
  return result;
}

#define STAT(name) \
  int name(const char *path, struct stat *of) { return stamped(REAL(int, name, const char *, struct stat *)(path, of), of); }
#define FSTAT(name) \
  int name(int file, struct stat *of) { return stamped(REAL(int, name, int, struct stat *)(file, of), of); }
#define FSTATAT(name)                                                                                       \
  int name(int folder, const char *path, struct stat *of, int flags) {                                      \
    return stamped(REAL(int, name, int, const char *, struct stat *, int)(folder, path, of, flags), of);    \
  }
#undef stat64
#undef lstat64
#undef fstat64
#undef fstatat64
STAT(stat)
STAT(lstat)
FSTAT(fstat)
FSTATAT(fstatat)
/* On 64-bit machines the same under another name; the headers know another type for them. */
int stat64(const char *, struct stat64 *) __attribute__((alias("stat")));
int lstat64(const char *, struct stat64 *) __attribute__((alias("lstat")));
int fstat64(int, struct stat64 *) __attribute__((alias("fstat")));
int fstatat64(int, const char *, struct stat64 *, int) __attribute__((alias("fstatat")));

int statx(int folder, const char *path, int flags, unsigned mask, struct statx *of) {
  int result = REAL(int, statx, int, const char *, int, unsigned, struct statx *)(folder, path, flags, mask, of);
  if (result == 0) {
    of->stx_atime.tv_sec = shifted(of->stx_atime.tv_sec);
    of->stx_mtime.tv_sec = shifted(of->stx_mtime.tv_sec);
    of->stx_ctime.tv_sec = shifted(of->stx_ctime.tv_sec);
  }
  return result;
}

static const struct timespec *true_times(const struct timespec given[2], struct timespec put[2]) {
  if (given == NULL) return NULL;
  for (int index = 0; index < 2; index++) {
    put[index] = given[index];
    if (given[index].tv_nsec != UTIME_NOW && given[index].tv_nsec != UTIME_OMIT) put[index].tv_sec -= offset();
  }
  return put;
}

int utimensat(int folder, const char *path, const struct timespec given[2], int flags) {
  struct timespec put[2];
  return REAL(int, utimensat, int, const char *, const struct timespec *, int)(folder, path, true_times(given, put), flags);
}

int futimens(int file, const struct timespec given[2]) {
  struct timespec put[2];
  return REAL(int, futimens, int, const struct timespec *)(file, true_times(given, put));
}
