/* The keeper: a small process between kctl and the commands that it runs.
 *
 * 1. It ends with kctl, however kctl ends: the socket between them closes. Before it ends, it kills
 *    everything that a command has started.
 * 2. It is the reaper of what a command leaves behind, even of what has left the command's group or
 *    session; so it knows all of it, and reports the command's end only when none of it lives.
 * 3. It is made by fork alone, perhaps beside other threads: it allocates nothing and takes no lock.
 * 4. It stands in a process group of its own and takes no signal, so that what is meant for kctl's
 *    group does not end it before its work is done.
 */

#define _GNU_SOURCE
#include "process.h"

#include "descendants.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long what a command has left behind has to end, in milliseconds. */
#define GRACE 1000

/* What is kept. */
static struct {
    int socket;
    int children;    /* a signalfd */
    pid_t owner_group;
    pid_t command;   /* 0: none */
    int flags;
    int status;
    char has_ended;  /* the command's own process has */
    char is_told;    /* to end: SIGTERM has been sent */
    char is_killing;
    char is_over;    /* kctl is gone */
    int pause;       /* between two kills, in milliseconds */
    int64_t kill_at; /* milliseconds; 0: never */
} keep;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* MARK: Descriptors */

static void close_from(unsigned int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
    /* Linux before 5.9. */
    struct rlimit limit;
    unsigned int end = 1 << 16;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < end) end = limit.rlim_cur;
    for (unsigned int number = first; number < end; number += 1) close((int)number);
}

/* MARK: Signals and reports */

/* Sends a signal to everything that the command has started; with `same_session`, only to what is in
   its session still. Returns whether there was anything. */
static int signal_all(int number, int same_session) {
    /* All at once where it can be, in case something there starts more and more. The number is the
       command's own until it has been reaped. */
    if (keep.flags & keeper_own_group && keep.command > 0 && !keep.has_ended)
        kill(-keep.command, number);
    return descendants_signal(number, same_session ? getsid(0) : DESCENDANTS_ANY_SESSION);
}

static void tell(int kind, int value) {
    struct keeper_message message = {kind, value};
    (void)keeper_send(keep.socket, message, NULL, 0);
}

/* MARK: Starting */

/* Runs in the child: everything is made ready, and the program is started. Returns errno. */
static int become(char *const *words, char *const *variables, const int *streams, int report) {
    pid_t group = keep.flags & keeper_own_group ? 0 : keep.owner_group;
    if (setpgid(0, group) != 0 && group == 0) return errno;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int number = 0; number < 3; number += 1)
        if (dup2(streams[number], number) < 0) return errno;
    /* The pipe for errno closes by itself when the program is there. */
    if (dup3(report, 3, O_CLOEXEC) < 0 && report != 3) return errno;
    close_from(4);
    for (int number = 1; number < 65; number += 1) {
        struct sigaction action;
        if (number == SIGKILL || number == SIGSTOP) continue;
        if (sigaction(number, NULL, &action) != 0 || action.sa_handler == SIG_DFL) continue;
        /* What the user has kctl ignore (SIGHUP by nohup), the command ignores too. */
        if (action.sa_handler == SIG_IGN && number != SIGPIPE && number != SIGINT
            && number != SIGTERM)
            continue;
        signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe(words[0], words, variables);
    return errno;
}

/* Points into the block at its texts. */
static char *point(char **list, int count, char *next, const char *end) {
    for (int index = 0; index < count; index += 1) {
        if (next >= end) return NULL;
        list[index] = next;
        char *zero = memchr(next, 0, (size_t)(end - next));
        if (zero == NULL) return NULL;
        next = zero + 1;
    }
    list[count] = NULL;
    return next;
}

/* Starts what the first descriptor describes: the numbers of words and of variables, then both. */
static int start(const int *descriptors) {
    struct stat facts;
    int32_t counts[2];
    if (fstat(descriptors[0], &facts) != 0) return errno;
    size_t size = (size_t)facts.st_size;
    if (size < sizeof counts) return EINVAL;
    char *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptors[0], 0);
    if (block == MAP_FAILED) return errno;
    memcpy(counts, block, sizeof counts);
    size_t room = ((size_t)counts[0] + (size_t)counts[1] + 2) * sizeof(char *);
    char **lists = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (lists == MAP_FAILED) {
        munmap(block, size);
        return ENOMEM;
    }
    char **words = lists, **variables = lists + counts[0] + 1;
    char *next = point(words, counts[0], block + sizeof counts, block + size);
    int ends[2] = {-1, -1}, code = EINVAL;
    if (next != NULL && (counts[1] == 0 || point(variables, counts[1], next, block + size) != NULL)
        && counts[0] > 0)
        code = pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno;
    if (code == 0) {
        /* It runs in our memory until the program is there, which is quick; it changes none of it. */
        pid_t pid = vfork();
        if (pid == 0) {
            int failure = become(words, variables, descriptors + 1, ends[1]);
            (void)!write(3, &failure, sizeof failure);
            _exit(127);
        }
        if (pid < 0) code = errno;
        close(ends[1]);
        if (pid > 0) {
            /* In both, so that a signal to the group finds it whoever is first. */
            if (keep.flags & keeper_own_group) setpgid(pid, pid);
            ssize_t count;
            do count = read(ends[0], &code, sizeof code);
            while (count < 0 && errno == EINTR);
            if (count == sizeof code) {
                waitpid(pid, NULL, 0);
            } else {
                code = 0;
                keep.command = pid;
            }
        }
        close(ends[0]);
    }
    munmap(lists, room);
    munmap(block, size);
    return code;
}

/* MARK: The loop */

static void begin(int flags, const int *descriptors, int count) {
    int code = EINVAL;
    if (count == 4 && keep.command == 0) {
        keep.flags = flags;
        keep.has_ended = keep.is_told = keep.is_killing = 0;
        keep.kill_at = 0;
        keep.pause = 10;
        code = start(descriptors);
    }
    for (int index = 0; index < count; index += 1) close(descriptors[index]);
    if (code == 0) tell(keeper_has_started, keep.command);
    else tell(keeper_has_failed, code);
}

/* Does what kctl asks for; returns 0 when kctl is gone. */
static int serve(void) {
    struct keeper_message message;
    struct iovec piece = {&message, sizeof message};
    union {
        char bytes[CMSG_SPACE(4 * sizeof(int))];
        struct cmsghdr aligned;
    } extra;
    struct msghdr header = {.msg_iov = &piece, .msg_iovlen = 1};
    header.msg_control = &extra;
    header.msg_controllen = sizeof extra;
    ssize_t count;
    do count = recvmsg(keep.socket, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return 1;
    if (count != sizeof message) return 0;
    int descriptors[4], found = 0;
    struct cmsghdr *part = CMSG_FIRSTHDR(&header);
    if (part != NULL && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS) {
        found = (int)((part->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(descriptors, CMSG_DATA(part), (size_t)found * sizeof(int));
    }
    switch (message.kind) {
    case keeper_start_command:
        begin(message.value, descriptors, found);
        break;
    case keeper_signal_command:
        if (keep.command > 0 && !keep.has_ended) kill(keep.command, message.value);
        break;
    case keeper_signal_all:
        if (keep.command == 0) break;
        if (message.value == SIGKILL) keep.is_killing = 1;
        else keep.is_told = 1;
        signal_all(message.value, 0);
        break;
    }
    return 1;
}

/* Takes the ends of processes; returns whether any is left. */
static int reap(void) {
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid > 0 && pid == keep.command) {
            keep.has_ended = 1;
            keep.status = status;
        }
        if (pid == 0) return 1;
        if (pid < 0 && errno != EINTR) return 0;
    }
}

/* Ends what a command has left behind, and tells of its end when nothing is left. */
static void settle(void) {
    int is_empty = !reap();
    if (keep.command == 0 || !keep.has_ended) {
        if (keep.is_killing && !is_empty) signal_all(SIGKILL, 0);
        return;
    }
    int stays = keep.flags & keeper_leaves_agents && keep.status == 0 && !keep.is_killing;
    if (!is_empty) {
        int is_due = keep.kill_at > 0 && keep.kill_at <= now();
        if (is_due) keep.is_killing = !stays;
        if (keep.is_killing || is_due) is_empty = !signal_all(SIGKILL, stays) && stays;
        else if (!keep.is_told) {
            keep.is_told = 1;
            keep.kill_at = now() + GRACE;
            is_empty = !signal_all(SIGTERM, stays) && stays;
        } else if (stays) {
            is_empty = !signal_all(0, stays);
        }
    }
    if (!is_empty) return;
    keep.command = 0;
    if (!keep.is_over) tell(keeper_has_ended, keep.status);
}

static void run(void) {
    struct pollfd polled[2] = {{keep.socket, POLLIN, 0}, {keep.children, POLLIN, 0}};
    for (;;) {
        int timeout = -1;
        /* What does not die at once is asked again: it may have started more. */
        if (keep.is_killing && keep.command > 0) {
            timeout = keep.pause;
            keep.pause = keep.pause < 500 ? keep.pause * 2 : 1000;
        }
        else if (keep.kill_at > 0 && keep.command > 0) {
            int64_t left = keep.kill_at - now();
            timeout = left < 10 ? 10 : (int)left;
        }
        poll(polled, 2, timeout);
        struct signalfd_siginfo information[8];
        while (read(keep.children, information, sizeof information) > 0) continue;
        if (!keep.is_over && polled[0].revents != 0 && !serve()) {
            keep.is_over = 1;
            polled[0].fd = -1;
            if (keep.command > 0) {
                keep.is_killing = 1;
                signal_all(SIGKILL, 0);
            }
        }
        settle();
        if (keep.is_over && keep.command == 0) _exit(0);
    }
}

/* MARK: kctl's side */

int keeper_start(int *socket, pid_t *pid) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return errno;
    pid_t group = getpgrp();
    sigset_t all, before;
    sigfillset(&all);
    /* Nothing may come between fork and the mask of the new process. */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    *pid = fork();
    int code = errno;
    if (*pid == 0) {
        setpgid(0, 0);
        signal(SIGCHLD, SIG_DFL);
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        prctl(PR_SET_NAME, "kctl-keeper");
        int nothing = open("/dev/null", O_RDWR);
        for (int number = 0; number < 3; number += 1) dup2(nothing, number);
        dup3(ends[1], 3, O_CLOEXEC);
        close_from(4);
        sigset_t child;
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        keep.socket = 3;
        keep.children = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
        keep.owner_group = group;
        run();
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (*pid < 0) {
        close(ends[0]);
        return code;
    }
    *socket = ends[0];
    return 0;
}

int keeper_send(int socket, struct keeper_message message, const int *descriptors, int count) {
    struct iovec piece = {&message, sizeof message};
    union {
        char bytes[CMSG_SPACE(4 * sizeof(int))];
        struct cmsghdr aligned;
    } extra;
    struct msghdr header = {.msg_iov = &piece, .msg_iovlen = 1};
    if (count > 0) {
        memset(&extra, 0, sizeof extra);
        header.msg_control = &extra;
        header.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
        struct cmsghdr *part = CMSG_FIRSTHDR(&header);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
        memcpy(CMSG_DATA(part), descriptors, (size_t)count * sizeof(int));
    }
    ssize_t sent;
    do sent = sendmsg(socket, &header, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? errno : 0;
}

int keeper_receive(int socket, struct keeper_message *message, int waits) {
    ssize_t count;
    do count = recv(socket, message, sizeof *message, waits ? 0 : MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    if (count < 0) return errno;
    return count == sizeof *message ? 0 : ECONNRESET;
}
