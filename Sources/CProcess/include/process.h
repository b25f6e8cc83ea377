/* What must be C: code between fork and exec, and code in signal handlers.
   Imported by Reactor alone. Nothing in here allocates memory, takes a lock or calls anything that signal-safety(7) leaves out. */
#pragma once
#include <stdint.h>
#include <sys/types.h>

/* MARK: The keeper: a process that stands between kctl and the commands that it runs. */

/* What kctl asks of the keeper. */
enum {
    keeper_start_command = 1,  /* value: flags below; comes with four descriptors */
    keeper_signal_command = 2, /* value: a signal, to the command's own process */
    keeper_signal_all = 3,     /* value: a signal, to everything that the command has started too */
};

/* How a command is started. */
enum {
    keeper_own_group = 1,   /* it leads a process group; otherwise it is in kctl's */
    keeper_leaves_agents = 2, /* what has left its session may live on when it succeeds */
};

/* What the keeper tells. */
enum {
    keeper_has_started = 1, /* value: the process */
    keeper_has_failed = 2,  /* value: errno */
    keeper_has_ended = 3,   /* value: the status as of wait(2); nothing it has started lives */
};

/* One message, in either direction. */
struct keeper_message {
    int32_t kind;
    int32_t value;
};

/* Starts a keeper; returns 0 or errno. The socket is close-on-exec and keeps messages apart. */
int keeper_start(int *socket, pid_t *pid);

/* Sends a message with `count` descriptors, at most four; returns 0 or errno. */
int keeper_send(int socket, struct keeper_message message, const int *descriptors, int count);

/* Receives a message without descriptors; returns 0, or errno: EAGAIN when there is none and
   `waits` is 0, ECONNRESET when the keeper is gone. */
int keeper_receive(int socket, struct keeper_message *message, int waits);

/* MARK: Signals */

/* Has a signal written to `descriptor` as one byte, its number, in place of its default action.
   When it is `insistent`, the second such signal gives the process three seconds to end, and the
   third ends it at once. Returns 0 or errno. */
int signals_collect(int number, int descriptor, int insistent);

/* Gives a signal its default action back, if it is collected to `descriptor`. */
void signals_release(int number, int descriptor);

/* Forgets how many insistent signals have come. */
void signals_forget(void);

/* MARK: Crashes */

/* Has one line written to standard error before the process ends by a fault: `before`, the signal's
   name, then `own` for the main thread and `other` for any other. Called again, it changes the
   texts. The texts live as long as the process. */
void crashes_explain(const char *before, const char *own, const char *other);
