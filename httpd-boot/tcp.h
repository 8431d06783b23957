/*
 * How a response that is too large for one call is handed to TCP.  What suits
 * cubic and reno costs BBR a third, and the other way round (tests/bench).
 */
#ifndef TCP_H
#define TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TCP_CALL_MAX (2 << 20) /* bytes of a call, and about those of a turn */

/* All zero for a new connection. */
struct tcp {
	enum { TCP_UNKNOWN, TCP_USUAL, TCP_BBR } control;
	bool corked;
	int segment; /* with BBR: bytes of one (TCP_MAXSEG); 1: it has none */
};

/* Bytes for the next call of a response, of which `sent`, head included, are
 * with the kernel and `left` are to come: TCP_CALL_MAX and a segment at most. */
size_t tcp_call(struct tcp *t, int fd, uint64_t sent, uint64_t left);

/* The response's last byte is with the kernel: none is to be kept back. */
void tcp_finish(struct tcp *t, int fd);

#endif
