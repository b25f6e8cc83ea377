/* The processes that descend from this one; not for Swift. */
#pragma once
#include <sys/types.h>

/* No session has this number. 0 is one: getsid(0) and /proc say 0 where the session was begun outside
   this PID namespace, as a container's runtime does. */
#define DESCENDANTS_ANY_SESSION ((pid_t)-1)

/* Sends a signal, or nothing when it is 0, to all of them, or to those of one session. Returns
   whether there was any. Allocates nothing. */
int descendants_signal(int number, pid_t session);
