/* Signals as events of a descriptor (signalfd(2)). */
#ifndef SIGS_H
#define SIGS_H

#include <stdbool.h>

enum sigs_event { SIGS_NONE, SIGS_STOP, SIGS_RELOAD, SIGS_CHILD, SIGS_REPORT };

/* Blocks SIGTERM, SIGINT, SIGHUP, SIGCHLD and SIGUSR1 (SIGS_REPORT), ignores SIGPIPE,
 * SIGUSR2 and others that nobody waits for, and returns a non-blocking signalfd to
 * poll, or -1 with errno. */
int sigs_open(void);
/* The next event, SIGS_NONE when there is none left. */
enum sigs_event sigs_next(int fd);
/* Did SIGTERM, SIGINT or SIGHUP come?  For what has nothing to read again. */
bool sigs_ended(int fd);
/* Undoes the blocking in a child before it execs something else. */
void sigs_restore(void);

#endif
