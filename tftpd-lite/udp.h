/*
 * Datagrams in and out: the address that was asked (IP_PKTINFO), many
 * datagrams a system call, ICMP errors, the MTU of a route.
 */
#ifndef UDP_H
#define UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

#define NET_BATCH 64     /* datagrams received at once */
#define NET_REQUEST 2048 /* longest datagram when nobody uploads */
#define NET_UPLOAD 65536

struct net_socket {
	int fd;
	int family;
	bool connected; /* to the only address it has to do with */
	unsigned holds; /* small datagrams that its buffer has room for, about */
};

/* Prepares a socket that requests come in on; -1 with errno. */
int net_adopt(int fd, struct net_socket *out);
/* A new socket bound to this address and port (0: any); -1 with errno. */
int net_open(const struct addr *local, struct net_socket *out);
void net_close(struct net_socket *s);
/* From here on it talks to this address alone, which spares the kernel a look
 * at its routes for each datagram. */
void net_connect(struct net_socket *s, const struct addr *peer);

/* ---- in ---- */

struct net_packet {
	const uint8_t *bytes;
	size_t len;
	bool cut;       /* it was longer than we read */
	bool broadcast; /* sent to no address of ours alone */
	struct addr from;
	struct addr to; /* the address of ours that was asked; port 0.  Only on
	                          * sockets that requests come in on */
};

struct net_in;
/* size: the longest datagram to take whole.  NULL without memory. */
struct net_in *net_in_new(size_t size);
void net_in_free(struct net_in *in);
/* What has come, up to `max` of at most NET_BATCH; valid until the next call.
 * Of a single one `to` is not told. */
size_t net_receive(struct net_in *in, const struct net_socket *s, size_t max, struct net_packet *packets);
/* The next datagram of a socket of net_open, waiting for it NET_WAIT_MS at
 * most: cheaper than poll(2) when there is nothing else to wait for. */
#define NET_WAIT_MS 5
bool net_wait(struct net_in *in, const struct net_socket *s, struct net_packet *p);
/* The next address that refused a datagram of ours (ICMP port unreachable). */
bool net_refusal(const struct net_socket *s, struct addr *who);

/* ---- out ---- */

/* How a datagram goes: `from` is the address of ours it leaves from, NULL
 * where the socket is bound to it.  Borrowed for the call. */
struct net_way {
	const struct net_socket *socket;
	const struct addr *to, *from;
};

#define NET_ROOM (256 * 1024) /* a whole window (negotiate.h, TERMS_FLIGHT) */
#define NET_SMALL 1024        /* whatever is not DATA */

/* Datagrams are collected, as long as they leave through the same socket: many
 * go in one system call.  They leave with net_flush at the latest, before
 * which their socket must not be closed. */
struct net_out;
struct net_out *net_out_new(void);
void net_out_free(struct net_out *out);
/* `len` bytes, at most NET_ROOM, to write into what is sent next; they are
 * valid until it is. */
uint8_t *net_room(struct net_out *out, size_t len);
/* The first `len` bytes of that room as one datagram; 0: nothing. */
void net_send(struct net_out *out, const struct net_way *way, size_t len);
/* The same as datagrams of `segment` bytes, the last of which may be shorter:
 * in one message where the kernel has UDP_SEGMENT. */
void net_send_all(struct net_out *out, const struct net_way *way, size_t len, size_t segment);
void net_flush(struct net_out *out);
/* errno of a datagram that could not leave since the last call, or 0. */
int net_trouble(struct net_out *out);

/* MTU of the route between two addresses; 0 when it is unknown. */
unsigned net_mtu(const struct addr *local, const struct addr *peer);

#endif
