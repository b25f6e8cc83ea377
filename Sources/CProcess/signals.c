/* Signal handlers: for the loop, for a second signal and for a crash.
   Signals become bytes in a pipe; a second one insists on the end; a crash is told in one line. */

#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SIGNALS 65

static _Atomic int sinks[SIGNALS];     /* the descriptor plus one; 0 for none */
static _Atomic int insisting[SIGNALS]; /* whether it counts below */
static _Atomic int insisted;           /* how many have come */
static _Atomic int last;               /* the one that ends the process */
static _Atomic int64_t last_time;      /* when it came, in nanoseconds; 0 for never */

/* timeout(1) sends its signal to its child and to the group that the child is in: two, meant as one,
   and so are those of a key that is held down. */
static const int64_t twin_time = 100 * 1000 * 1000;

/* How long an orderly end may take once a second signal has come. */
static const struct itimerval patience = {{0, 0}, {3, 0}};

/* Ends the process by a signal as if it had never been handled. */
static void end_by(int number) {
    signal(number, SIG_DFL);
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, number);
    sigprocmask(SIG_UNBLOCK, &mask, NULL);
    kill(getpid(), number);
}

static void time_is_over(int number) {
    (void)number;
    end_by(atomic_load(&last));
}

/* Says whether a signal is the same as the one just before it. */
static int is_twin(int number) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t time = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    int64_t before = atomic_load(&last_time);
    if (before != 0 && number == atomic_load(&last) && time - before < twin_time) return 1;
    atomic_store(&last_time, time);
    atomic_store(&last, number);
    return 0;
}

static void note(int number) {
    int saved = errno;
    if (atomic_load(&insisting[number]) && is_twin(number)) {
        errno = saved;
        return;
    }
    int sink = atomic_load(&sinks[number]) - 1;
    unsigned char byte = (unsigned char)number;
    /* A full pipe holds more signals than anybody needs to hear of. */
    if (sink >= 0) (void)!write(sink, &byte, 1);
    if (atomic_load(&insisting[number])) {
        int count = atomic_fetch_add(&insisted, 1) + 1;
        if (count == 2) {
            struct sigaction action;
            memset(&action, 0, sizeof action);
            action.sa_handler = time_is_over;
            sigaction(SIGALRM, &action, NULL);
            sigset_t mask;
            sigemptyset(&mask);
            sigaddset(&mask, SIGALRM);
            sigprocmask(SIG_UNBLOCK, &mask, NULL);
            setitimer(ITIMER_REAL, &patience, NULL);
        } else if (count > 2) {
            end_by(number);
        }
    }
    errno = saved;
}

int signals_collect(int number, int descriptor, int insistent) {
    if (number < 1 || number >= SIGNALS) return EINVAL;
    atomic_store(&sinks[number], descriptor + 1);
    atomic_store(&insisting[number], insistent);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    if (sigaction(number, &action, NULL) != 0) return errno;
    /* It may have been blocked by whoever started us. */
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, number);
    return pthread_sigmask(SIG_UNBLOCK, &mask, NULL);
}

void signals_release(int number, int descriptor) {
    if (number < 1 || number >= SIGNALS) return;
    int expected = descriptor + 1;
    if (atomic_compare_exchange_strong(&sinks[number], &expected, 0)) signal(number, SIG_DFL);
}

void signals_forget(void) {
    static const struct itimerval never;
    atomic_store(&insisted, 0);
    atomic_store(&last_time, 0);
    setitimer(ITIMER_REAL, &never, NULL);
}

/* MARK: Crashes */

static const struct {
    int number;
    const char *name;
} faults[] = {
    {SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"},   {SIGILL, "SIGILL"},
    {SIGFPE, "SIGFPE"},   {SIGTRAP, "SIGTRAP"}, {SIGABRT, "SIGABRT"},
};
enum { fault_count = sizeof faults / sizeof faults[0] };

static struct sigaction before_us[fault_count];
static const char *_Atomic text_before;
static const char *_Atomic text_own;
static const char *_Atomic text_other;
static _Atomic int has_told;

static void explain(int number, siginfo_t *information, void *context) {
    (void)context;
    int index = 0;
    while (index < fault_count - 1 && faults[index].number != number) index += 1;
    if (!atomic_exchange(&has_told, 1)) {
        const char *own = atomic_load(&text_own), *other = atomic_load(&text_other);
        const char *parts[] = {
            atomic_load(&text_before),
            faults[index].name,
            syscall(SYS_gettid) == getpid() ? own : other,
        };
        struct iovec pieces[3];
        for (int part = 0; part < 3; part += 1) {
            pieces[part].iov_base = (void *)parts[part];
            pieces[part].iov_len = strlen(parts[part]);
        }
        (void)!writev(STDERR_FILENO, pieces, 3);
    }
    /* Whoever was asked before us goes on: a back-trace, or the end with this very signal. */
    sigaction(number, &before_us[index], NULL);
    /* A fault comes again by itself where it happened; what was sent has to be sent again. */
    if (number == SIGABRT || information->si_code <= 0) raise(number);
}

void crashes_explain(const char *before, const char *own, const char *other) {
    int is_first = atomic_load(&text_before) == NULL;
    atomic_store(&text_before, before);
    atomic_store(&text_own, own);
    atomic_store(&text_other, other);
    if (!is_first) return;
    /* A stack that has run over cannot be written to. */
    static char stack[1 << 16];
    stack_t other_stack;
    memset(&other_stack, 0, sizeof other_stack);
    other_stack.ss_sp = stack;
    other_stack.ss_size = sizeof stack;
    sigaltstack(&other_stack, NULL);
    for (int index = 0; index < fault_count; index += 1) {
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_sigaction = explain;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
        sigemptyset(&action.sa_mask);
        sigaction(faults[index].number, &action, &before_us[index]);
    }
}
