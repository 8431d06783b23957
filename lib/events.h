/*
 * The command of -x: one process that reads one facts line per event on its
 * standard input.  It can be slow or die; the daemon never waits for it.
 */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "priv.h"

struct events {
	int fd;        /* -1: no command */
	unsigned lost; /* lines that found the pipe full */
};

/* Starts a helper process that runs the command (sh -c) as `user`, and again a
 * second after it has ended.  To be called before privileges are dropped and
 * sockets opened, as it must have neither.  -1 with errno. */
int events_start(struct events *e, const char *command, const struct priv_user *user);
/* True if there is a command. */
bool events_wanted(const struct events *e);
/* A line without its newline; never blocks. */
void events_put(struct events *e, const char *line);
/* Takes the exit status of the helper process, should that have ended (SIGCHLD), and
 * says that `tool` is to be started again. */
void events_reap(const char *tool);
/* The command sees the end of its input. */
void events_close(struct events *e);

#endif
