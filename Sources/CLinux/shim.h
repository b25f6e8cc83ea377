/* Linux calls that Swift's Glibc module leaves out; imported by Reactor alone.
   No header that the Glibc module covers belongs here: its types would then have two owners. */
#pragma once
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

/* Declared in headers that Glibc covers, behind _GNU_SOURCE. */
int renameat2(int from, const char *name, int to, const char *path, unsigned int flags);
int memfd_create(const char *name, unsigned int flags);
