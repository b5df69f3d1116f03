/*
 * stop-at: runs a program and everything it starts, counts the steps by which they change the disk or send to the
 * network, and kills them before step N, as SIGKILL, an OOM killer or a power cut does. The program needs no hooks.
 *
 *     stop-at N WHOM LOG DIRECTORY… -- COMMAND ARGUMENT…
 *
 * N     1 is the first step; 0 counts only
 * WHOM  all   every process of the run dies at once
 *       one   only the process that is about to take the step
 *       once  all; and the file DIRECTORY[0]/.stop-at, which must be there to stop anything, is removed first
 * LOG   a line a step: number, program, system call, inode, size of the file so far, path
 *
 * With STOP_AT_RECORD=FILE all that is written to a file or to an internet socket is kept in FILE, and for each program
 * that is started its arguments and its environment: a line `W BYTES PATH`, `W BYTES socket:ADDRESS:PORT` or
 * `X BYTES PROGRAM`, then so many bytes.
 *
 * A step is a system call that changes what is below one of the directories, or sends on an internet socket. Writes
 * to pipes are none: they change nothing that outlives the run. Linux 5.6 or newer. Exits as COMMAND does, or 137.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <linux/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum kind { FD, PATH, AT, AT_OPEN, OPEN, WHOLE };
/* `first` is the argument with the descriptor, the path, or the directory's descriptor before a path. */
static const struct call { long number; const char *name; enum kind kind; int first; } calls[] = {
  { SYS_write, "write", FD, 0 }, { SYS_pwrite64, "write", FD, 0 }, { SYS_writev, "write", FD, 0 },
  { SYS_pwritev, "write", FD, 0 }, { SYS_sendfile, "write", FD, 0 }, { SYS_copy_file_range, "write", FD, 2 },
  { SYS_sendto, "send", FD, 0 }, { SYS_sendmsg, "send", FD, 0 },
  { SYS_ftruncate, "truncate", FD, 0 }, { SYS_truncate, "truncate", PATH, 0 },
  { SYS_fsync, "fsync", FD, 0 }, { SYS_fdatasync, "fsync", FD, 0 }, { SYS_sync, "sync", WHOLE, 0 },
  { SYS_syncfs, "sync", WHOLE, 0 },
  { SYS_openat, "create", AT_OPEN, 0 },
  { SYS_renameat, "rename", AT, 2 }, { SYS_renameat2, "rename", AT, 2 }, { SYS_linkat, "link", AT, 2 },
  { SYS_symlinkat, "symlink", AT, 1 }, { SYS_unlinkat, "unlink", AT, 0 }, { SYS_mkdirat, "mkdir", AT, 0 },
  { SYS_fchmodat, "chmod", AT, 0 }, { SYS_fchownat, "chown", AT, 0 },
  { SYS_fchmod, "chmod", FD, 0 }, { SYS_fchown, "chown", FD, 0 },
#ifdef SYS_open
  { SYS_open, "create", OPEN, 0 }, { SYS_creat, "create", PATH, 0 }, { SYS_rename, "rename", PATH, 1 },
  { SYS_link, "link", PATH, 1 }, { SYS_symlink, "symlink", PATH, 1 }, { SYS_unlink, "unlink", PATH, 0 },
  { SYS_rmdir, "rmdir", PATH, 0 }, { SYS_mkdir, "mkdir", PATH, 0 }, { SYS_chmod, "chmod", PATH, 0 },
  { SYS_chown, "chown", PATH, 0 }, { SYS_lchown, "chown", PATH, 0 },
#endif
};
enum { CALLS = sizeof calls / sizeof *calls, MOST = 4096 };

static char *const *watched;
static int watchedCount;
static pid_t known[MOST];
static int knownCount;

static void fail(const char *what) { perror(what); exit(125); }

static void filter(void) {
  struct sock_filter program[2 * CALLS + 3];
  int at = 0;
  program[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (int i = 0; i < CALLS; i++) {
    program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, 0, 1);
    program[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
  }
  program[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog whole = { at, program };
  if (geteuid() != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) fail("no_new_privs");
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole)) fail("seccomp");
}

static int isWatched(const char *path) {
  for (int i = 0; i < watchedCount; i++) {
    size_t length = strlen(watched[i]);
    if (!strncmp(path, watched[i], length) && (path[length] == '/' || path[length] == 0)) return 1;
  }
  return 0;
}

static void linkOf(pid_t pid, const char *what, char *into, size_t size) {
  char name[64];
  snprintf(name, sizeof name, "/proc/%d/%s", pid, what);
  ssize_t length = readlink(name, into, size - 1);
  into[length < 0 ? 0 : length] = 0;
}

static void textAt(pid_t pid, unsigned long address, char *into, size_t size) {
  struct iovec here = { into, size - 1 }, there = { (void *)address, size - 1 };
  ssize_t length = process_vm_readv(pid, &here, 1, &there, 1, 0);
  if (length <= 0) { /* the string may end close to the end of its page */
    there.iov_len = here.iov_len = 4096 - (address & 4095) < size - 1 ? 4096 - (address & 4095) : size - 1;
    length = process_vm_readv(pid, &here, 1, &there, 1, 0);
  }
  into[length < 0 ? 0 : length] = 0;
}

static void pathAt(pid_t pid, int directory, unsigned long address, char *into, size_t size) {
  char text[4096], base[4096], what[32];
  textAt(pid, address, text, sizeof text);
  if (text[0] == '/') { snprintf(into, size, "%s", text); return; }
  snprintf(what, sizeof what, directory == AT_FDCWD ? "cwd" : "fd/%d", directory);
  linkOf(pid, what, base, sizeof base);
  snprintf(into, size, "%.2000s/%.2000s", base, text[0] == '.' && text[1] == '/' ? text + 2 : text);
}

/* Whether it is a socket of the internet that is connected; `peer` then says to whom. */
static int isInternet(pid_t pid, int fd, struct sockaddr_storage *peer) {
  socklen_t length = sizeof *peer;
  int process = syscall(SYS_pidfd_open, pid, 0);
  int copy = process < 0 ? -1 : syscall(SYS_pidfd_getfd, process, fd, 0);
  int result = copy >= 0 && !getpeername(copy, (struct sockaddr *)peer, &length) &&
    (peer->ss_family == AF_INET || peer->ss_family == AF_INET6);
  if (copy >= 0) close(copy);
  if (process >= 0) close(process);
  return result;
}

static pid_t processOf(pid_t thread) {
  char name[64], line[256];
  pid_t found = thread;
  snprintf(name, sizeof name, "/proc/%d/status", thread);
  FILE *file = fopen(name, "r");
  while (file && fgets(line, sizeof line, file)) if (sscanf(line, "Tgid: %d", &found) == 1) break;
  if (file) fclose(file);
  return found;
}

/* Whether the call that `pid` is about to make is a step; `path` and `info` tell of what. */
static int isStep(pid_t pid, const struct call *call, const __uint64_t *args, char *path, size_t size, struct stat *info) {
  char what[32];
  memset(info, 0, sizeof *info);
  snprintf(path, size, "-");
  int fd = (int)args[call->first];
  unsigned long address = args[call->first];
  switch (call->kind) {
  case WHOLE:
    return 1;
  case FD:
    snprintf(what, sizeof what, "fd/%d", fd);
    linkOf(pid, what, path, size);
    if (!strncmp(path, "socket:", 7)) {
      struct sockaddr_storage peer;
      return isInternet(processOf(pid), fd, &peer);
    }
    if (!isWatched(path)) return 0;
    snprintf(what, sizeof what, "/proc/%d/fd/%d", pid, fd);
    stat(what, info);
    return 1;
  case OPEN:
    if (!(args[1] & (O_CREAT | O_TRUNC))) return 0;
    /* fall through */
  case PATH:
    pathAt(pid, AT_FDCWD, address, path, size);
    break;
  case AT_OPEN:
    if (!(args[2] & (O_CREAT | O_TRUNC))) return 0;
    /* fall through */
  case AT:
    pathAt(pid, fd, args[call->first + 1], path, size);
    break;
  }
  if (!isWatched(path)) return 0;
  lstat(path, info);
  return 1;
}

static FILE *record;

static void keep(char kind, const char *label, const void *bytes, size_t length) {
  fprintf(record, "%c %zu %s\n", kind, length, label);
  fwrite(bytes, 1, length, record);
}

static void keepMemory(pid_t pid, const char *path, unsigned long address, size_t length) {
  char *copy = malloc(length + 1);
  struct iovec here = { copy, length }, there = { (void *)address, length };
  ssize_t got = copy ? process_vm_readv(pid, &here, 1, &there, 1, 0) : -1;
  if (got > 0) keep('W', path, copy, got);
  free(copy);
}

static void keepWritten(pid_t pid, long number, const __uint64_t *args, const char *path) {
  char name[128], host[INET6_ADDRSTRLEN] = "?";
  struct sockaddr_storage peer;
  if (!strncmp(path, "socket:", 7) && isInternet(processOf(pid), (int)args[0], &peer)) {
    struct sockaddr_in *four = (struct sockaddr_in *)&peer;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&peer;
    int isFour = peer.ss_family == AF_INET;
    inet_ntop(peer.ss_family, isFour ? (void *)&four->sin_addr : (void *)&six->sin6_addr, host, sizeof host);
    snprintf(name, sizeof name, "socket:%s:%d", host, ntohs(isFour ? four->sin_port : six->sin6_port));
    path = name;
  }
  if (number == SYS_write || number == SYS_pwrite64 || number == SYS_sendto) keepMemory(pid, path, args[1], args[2]);
  unsigned long list = args[1];
  size_t count = args[2];
  if (number == SYS_sendmsg) {
    struct msghdr message;
    struct iovec to = { &message, sizeof message }, from = { (void *)args[1], sizeof message };
    if (process_vm_readv(pid, &to, 1, &from, 1, 0) != sizeof message) return;
    list = (unsigned long)message.msg_iov;
    count = message.msg_iovlen;
  } else if (number != SYS_writev && number != SYS_pwritev) return;
  struct iovec parts[1024];
  if (count > 1024) count = 1024; /* as many as a call takes */
  struct iovec here = { parts, count * sizeof *parts }, there = { (void *)list, count * sizeof *parts };
  if (process_vm_readv(pid, &here, 1, &there, 1, 0) < 0) return;
  for (size_t i = 0; i < count; i++)
    if (parts[i].iov_len) keepMemory(pid, path, (unsigned long)parts[i].iov_base, parts[i].iov_len);
}

static void keepStarted(pid_t pid) {
  static char bytes[1 << 20];
  char name[64], program[4096];
  size_t length = 0;
  linkOf(pid, "exe", program, sizeof program);
  for (int i = 0; i < 2; i++) {
    snprintf(name, sizeof name, "/proc/%d/%s", pid, i ? "environ" : "cmdline");
    FILE *file = fopen(name, "r");
    if (!file) continue;
    length += fread(bytes + length, 1, sizeof bytes - length - 1, file);
    fclose(file);
    bytes[length++] = '\n';
  }
  keep('X', program, bytes, length);
}

static int endAll(pid_t root) {
  for (int i = 0; i < knownCount; i++) kill(known[i], SIGKILL);
  kill(root, SIGKILL);
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR;)
    if (pid > 0 && WIFSTOPPED(status)) { kill(pid, SIGKILL); ptrace(PTRACE_CONT, pid, 0, 0); }
  return 137;
}

int main(int count, char **args) {
  int dashes = 4;
  while (dashes < count && strcmp(args[dashes], "--")) dashes++;
  if (count < 7 || dashes >= count - 1) { fprintf(stderr, "stop-at N all|one|once LOG DIRECTORY… -- COMMAND…\n"); return 125; }
  long stopAt = atol(args[1]), steps = 0;
  const char *whom = args[2];
  watched = args + 4;
  watchedCount = dashes - 4;
  char armed[4096];
  snprintf(armed, sizeof armed, "%s/.stop-at", args[4]);
  FILE *log = fopen(args[3], "a");
  if (!log) fail(args[3]);
  fcntl(fileno(log), F_SETFD, FD_CLOEXEC);
  if (getenv("STOP_AT_RECORD")) {
    record = fopen(getenv("STOP_AT_RECORD"), "ae");
    if (!record) fail(getenv("STOP_AT_RECORD"));
    unsetenv("STOP_AT_RECORD");
  }

  pid_t root = fork();
  if (root == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    filter();
    execvp(args[dashes + 1], args + dashes + 1);
    fail(args[dashes + 1]);
  }
  int status, code = 125;
  waitpid(root, &status, 0);
  long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
    PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SETOPTIONS, root, 0, options)) fail("ptrace");
  ptrace(PTRACE_CONT, root, 0, 0);
  for (;;) {
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) { if (errno == EINTR) continue; break; }
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      for (int i = 0; i < knownCount; i++) if (known[i] == pid) known[i--] = known[--knownCount];
      if (pid == root) code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      continue;
    }
    int seen = 0;
    for (int i = 0; i < knownCount; i++) seen |= known[i] == pid;
    if (!seen && knownCount < MOST) known[knownCount++] = pid;
    int event = status >> 16, by = WSTOPSIG(status), deliver = 0;
    if (event == PTRACE_EVENT_SECCOMP) {
      struct __ptrace_syscall_info asked;
      char path[4200], comm[32] = "?", name[64];
      struct stat info;
      if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof asked, &asked) > 0) {
        const struct call *call = NULL;
        for (int i = 0; i < CALLS; i++) if (calls[i].number == (long)asked.seccomp.nr) call = &calls[i];
        if (call && isStep(pid, call, asked.seccomp.args, path, sizeof path, &info)) {
          steps++;
          if (record) keepWritten(pid, call->number, asked.seccomp.args, path);
          snprintf(name, sizeof name, "/proc/%d/comm", processOf(pid));
          FILE *file = fopen(name, "r");
          if (file) { if (fscanf(file, "%31[^\n]", comm) != 1) comm[0] = 0; fclose(file); }
          if (steps == stopAt && (strcmp(whom, "once") || unlink(armed) == 0)) {
            fprintf(log, "stopped %ld\t%s\t%s\t%lu\t%ld\t%s\n", steps, comm, call->name, (unsigned long)info.st_ino, (long)info.st_size, path);
            fflush(log);
            if (strcmp(whom, "one")) return endAll(root);
            kill(processOf(pid), SIGKILL);
          } else {
            fprintf(log, "%ld\t%s\t%s\t%lu\t%ld\t%s\n", steps, comm, call->name, (unsigned long)info.st_ino, (long)info.st_size, path);
            fflush(log);
          }
        }
      }
    } else if (event == PTRACE_EVENT_EXEC && record && pid != root) {
      keepStarted(pid);
    } else if (event == 0 && by != SIGTRAP && by != SIGSTOP) deliver = by;
    ptrace(PTRACE_CONT, pid, 0, deliver);
  }
  if (record) fclose(record);
  return code;
}
