/*
 * Datagrams out: collected as long as they leave through the same socket, so
 * that many go in one system call.
 */
#ifndef UDP_SEND_H
#define UDP_SEND_H

#include <stddef.h>
#include <stdint.h>

#include "udp.h"

#define UDP_ROOM (256 * 1024) /* a whole window (NEGOTIATE_FLIGHT) */
#define UDP_SMALL 1024        /* whatever is not DATA */

/* Where a datagram goes.  `from` is the address of ours it leaves from, NULL
 * when the socket is bound to it.  Borrowed for the call. */
struct udp_dest {
	const struct udp_socket *socket;
	const struct addr *to, *from;
};

struct udp_out;
/* NULL without memory. */
struct udp_out *udp_out_new(void);
void udp_out_free(struct udp_out *out);
/* Room for the next `len` bytes, at most UDP_ROOM; valid until they are sent. */
uint8_t *udp_reserve(struct udp_out *out, size_t len);
/* Sends the first `len` bytes of that room as one datagram; 0: nothing. */
void udp_send(struct udp_out *out, const struct udp_dest *dest, size_t len);
/* The same as datagrams of `segment` bytes, the last of which may be shorter:
 * in one message where the kernel has UDP_SEGMENT. */
void udp_send_segments(struct udp_out *out, const struct udp_dest *dest, size_t len, size_t segment);
/* Everything collected leaves now; due before its socket is closed. */
void udp_flush(struct udp_out *out);
/* errno of a datagram that could not be sent since the last call, or 0. */
int udp_error(struct udp_out *out);

#endif
