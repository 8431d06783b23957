/*
 * Waiting for all sockets at once.  With poll(2), as they are few: a socket
 * in an epoll set costs a call into that set for each datagram that comes and
 * for each that leaves (its buffer has room again), waited for or not.
 */
#ifndef POLLSET_H
#define POLLSET_H

#include <poll.h>
#include <stddef.h>

struct port;

/* Zero it to start. */
struct pollset {
	struct pollfd *fd;  /* .revents: what has come */
	struct port **port; /* whose fd it is; borrowed, may be NULL */
	size_t n, room;
};

/* Room for n; -1 without memory. */
int pollset_reserve(struct pollset *w, size_t n);
/* One more, for the next pollset_wait; -1 without memory. */
int pollset_add(struct pollset *w, int fd, struct port *port);
/* For `timeout_ms` at most; -1: until something comes. */
void pollset_wait(struct pollset *w, int timeout_ms);
void pollset_free(struct pollset *w);

#endif
