/*
 * Waits for all sockets at once.  With poll(2), since they are few: a socket in
 * an epoll set costs a call into that set for each datagram that comes and for
 * each that leaves (its buffer has room again), whether awaited or not.
 */
#ifndef POLLSET_H
#define POLLSET_H

#include <poll.h>
#include <stddef.h>

struct port;

/* Starts as zero. */
struct pollset {
	struct pollfd *fd;  /* .revents: what has come */
	struct port **port; /* whose fd it is; borrowed, may be NULL */
	size_t n, room;
};

/* Makes room for n sockets; -1 without memory. */
int pollset_reserve(struct pollset *w, size_t n);
/* Adds a socket for the next pollset_wait; -1 without memory. */
int pollset_add(struct pollset *w, int fd, struct port *port);
/* Waits for `timeout_ms` at most; -1: until something comes. */
void pollset_wait(struct pollset *w, int timeout_ms);
void pollset_free(struct pollset *w);

#endif
