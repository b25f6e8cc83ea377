/* The processes that descend from this one, found in /proc. */

#define _GNU_SOURCE
#include "descendants.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The processes of the machine, as the last look has found them. */
static struct process {
    pid_t pid, parent, session;
} processes[1 << 16];
static int process_count, ours_count;

static int number_of(const char *text) {
    int number = 0;
    if (*text == 0) return -1;
    for (; *text != 0; text += 1) {
        if (*text < '0' || *text > '9' || number > 100000000) return -1;
        number = number * 10 + (*text - '0');
    }
    return number;
}

/* Reads parent and session from /proc/PID/stat. */
static int look_at(int folder, const char *name, struct process *process) {
    char path[32], text[512];
    size_t length = strlen(name);
    if (length > 16) return 0;
    memcpy(path, name, length);
    memcpy(path + length, "/stat", 6);
    int file = openat(folder, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return 0;
    text[count] = 0;
    /* The name of the program is in brackets and may hold any, so the last one counts. */
    char *next = strrchr(text, ')');
    /* ") S ", where Z is one that has ended and is not reaped. */
    if (next == NULL || strlen(next) < 4 || next[2] == 'Z') return 0;
    next += 4;
    process->parent = (pid_t)strtol(next, &next, 10);
    strtol(next, &next, 10); /* the group */
    process->session = (pid_t)strtol(next, &next, 10);
    return 1;
}

/* Finds all processes that descend from this one. */
static void look(void) {
    process_count = 0;
    int folder = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    static char block[1 << 15] __attribute__((aligned(16)));
    for (;;) {
        long length = syscall(SYS_getdents64, folder, block, sizeof block);
        if (length <= 0) break;
        for (long at = 0; at < length;) {
            /* struct linux_dirent64: inode 8, offset 8, length 2, type 1, then the name */
            unsigned short size;
            memcpy(&size, block + at + 16, sizeof size);
            const char *name = block + at + 19;
            at += size;
            int pid = number_of(name);
            if (pid <= 0 || process_count == sizeof processes / sizeof processes[0]) continue;
            struct process *process = &processes[process_count];
            process->pid = pid;
            if (look_at(folder, name, process)) process_count += 1;
        }
    }
    close(folder);
    /* Those that are ours come first; each of them is asked once for its children. */
    ours_count = 0;
    for (int asked = -1; asked < ours_count; asked += 1) {
        pid_t parent = asked < 0 ? getpid() : processes[asked].pid;
        for (int index = ours_count; index < process_count; index += 1) {
            if (processes[index].parent != parent) continue;
            struct process child = processes[index];
            processes[index] = processes[ours_count];
            processes[ours_count++] = child;
        }
    }
}

int descendants_signal(int number, pid_t session) {
    int found = 0;
    look();
    for (int index = 0; index < ours_count; index += 1) {
        if (session != DESCENDANTS_ANY_SESSION && processes[index].session != session) continue;
        found = 1;
        kill(processes[index].pid, number);
    }
    return found;
}
