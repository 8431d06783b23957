/*
 * How a response that is too large for one call is handed to TCP.  What suits all
 * controls on a link costs BBR on the loopback a third, and vice versa (tests/bench).
 */
#ifndef TCP_H
#define TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TCP_CALL_MAX (2 << 20) /* bytes per call, and roughly per turn */

/* All zero for a new connection. */
struct tcp {
	enum { TCP_UNKNOWN, TCP_USUAL, TCP_BBR_LOOPBACK } control;
	bool corked;
	int segment; /* on the loopback with BBR: bytes per segment (TCP_MAXSEG) */
};

/* Bytes for the next call of a response, of which `sent`, head included, are
 * with the kernel and `left` are to come: TCP_CALL_MAX and a segment at most. */
size_t tcp_call(struct tcp *t, int fd, uint64_t sent, uint64_t left);

/* The response's last byte is with the kernel, which must not hold any back. */
void tcp_finish(struct tcp *t, int fd);

#endif
