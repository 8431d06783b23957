/*
 * The command of -x: one process that reads one facts line per event on its
 * standard input.  It can be slow or die; the daemon never waits for it.
 */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* A facts line being written, "WORD key=value ...", that a pipe takes whole (PIPE_BUF);
 * what finds no room is cut. */
struct event {
	char text[3000];
	size_t len;
};
void event_begin(struct event *l, const char *word);
void event_put(struct event *l, const char *key, const char *value);
/* The same with quotes in any case. */
void event_quote(struct event *l, const char *key, const char *value);
void event_put_num(struct event *l, const char *key, uint64_t value);

/* What the daemons that serve files tell of each: "sent path=X to=ADDR bytes=N ms=N
 * whole=yes", "put path=X from=ADDR ...". */
struct events_transfer {
	bool upload;
	const char *path, *peer;
	uint64_t bytes, ms;
	bool whole;
};
void events_put_transfer(struct events *e, const struct events_transfer *t);

/* Takes the exit status of the helper process, should that have ended (SIGCHLD), and
 * says that `tool` is to be started again. */
void events_reap(const char *tool);
/* The command sees the end of its input. */
void events_close(struct events *e);

#endif
