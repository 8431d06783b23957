/*
 * How a response that is too large for one call is handed to TCP.  What suits
 * cubic and reno costs BBR a third, and vice versa (tests/bench).
 */
#ifndef TCP_H
#define TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TCP_CALL_MAX (2 << 20) /* bytes per call, and roughly per turn */

/* All zero for a new connection. */
struct tcp {
	enum { TCP_UNKNOWN, TCP_USUAL, TCP_BBR } control;
	bool corked;
	int segment; /* with BBR: bytes per segment (TCP_MAXSEG); 1: unknown */
};

/* Bytes for the next call of a response, of which `sent`, head included, are
 * with the kernel and `left` are to come: TCP_CALL_MAX and a segment at most. */
size_t tcp_call(struct tcp *t, int fd, uint64_t sent, uint64_t left);

/* The response's last byte is with the kernel, which must not hold any back. */
void tcp_finish(struct tcp *t, int fd);

#endif
