/* The processes that descend from this one; not for Swift. */
#pragma once
#include <sys/types.h>

/* Sends a signal, or nothing when it is 0, to all of them, or to those of one session. Returns
   whether there was any. Allocates nothing. */
int descendants_signal(int number, pid_t session);
