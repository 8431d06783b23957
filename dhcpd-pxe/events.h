/*
 * The command of -x: one process that reads a facts line an event on its
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

/* Starts a helper process that starts the command (sh -c) as `user`, and
 * again a second after it has ended.  To be called before rights are given up
 * and sockets opened: it shares neither.  -1 with errno. */
int events_start(struct events *e, const char *command, const struct priv_user *user);
/* Is there a command to be told? */
bool events_wanted(const struct events *e);
/* A line without its newline; never blocks. */
void events_put(struct events *e, const char *line);
/* The command sees the end of its input. */
void events_close(struct events *e);

#endif
