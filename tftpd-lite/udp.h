/*
 * UDP sockets, and what comes in through them: the address that was asked
 * (IP_PKTINFO), many datagrams per system call, ICMP errors, a route's MTU.
 */
#ifndef UDP_H
#define UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

#define UDP_BATCH 64     /* datagrams received at once */
#define UDP_REQUEST 2048 /* longest datagram when nobody uploads */
#define UDP_UPLOAD 65536

struct udp_socket {
	int fd;
	int family;
	bool connected; /* to its only peer */
	unsigned holds; /* about how many small datagrams fit its buffer */
};

/* Prepares a listening socket; -1 with errno. */
int udp_adopt(int fd, struct udp_socket *out);
/* A new socket bound to this address and port (0: any); -1 with errno. */
int udp_open(const struct addr *local, struct udp_socket *out);
void udp_close(struct udp_socket *s);
/* Makes this its only peer, which saves the kernel a route lookup for each
 * datagram. */
void udp_connect(struct udp_socket *s, const struct addr *peer);

/* ---- in ---- */

struct udp_packet {
	const uint8_t *bytes;
	size_t len;
	bool cut;       /* it was longer than we read */
	bool broadcast; /* or multicast */
	bool waited;    /* a request that was deferred, and comes again */
	struct addr from;
	struct addr to; /* the address of ours that was asked, port 0; on listening sockets only */
};

struct udp_in;
/* size: the longest datagram to take whole.  NULL without memory. */
struct udp_in *udp_in_new(size_t size);
void udp_in_free(struct udp_in *in);
/* Receives up to `max` datagrams (at most UDP_BATCH), valid until the next
 * call.  With a max of 1, `to` is not set. */
size_t udp_receive(struct udp_in *in, const struct udp_socket *s, size_t max, struct udp_packet *packets);
/* Waits for the next datagram of a socket of udp_open, UDP_WAIT_MS at most:
 * cheaper than poll(2) when there is nothing else to wait for. */
#define UDP_WAIT_MS 5
bool udp_wait(struct udp_in *in, const struct udp_socket *s, struct udp_packet *p);
/* The next address that refused a datagram of ours (ICMP port unreachable). */
bool udp_refusal(const struct udp_socket *s, struct addr *who);

/* MTU of the route between two addresses; 0 when it is unknown. */
unsigned udp_mtu(const struct addr *local, const struct addr *peer);

#endif
