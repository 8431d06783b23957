/*
 * The made-up machines on the wire: raw DHCP frames of their own, and the
 * frames around what their IP stack (tunstack.h) says.
 */
#ifndef NET_H
#define NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <poll.h>

#include "frame.h"
#include "netif.h"

#define NET_ERROR 400
#define NET_POLLFDS 2

struct net;

/* One machine that holds an address. */
struct net_host {
	uint8_t mac[6];
	uint32_t addr, mask, router; /* router 0: none */
	bool bare;                   /* has no stack: net_on_udp gets what comes for it */
	void *owner;                 /* handed to net_on_udp */
};

struct net_want {
	const char *ifname;
	uint8_t mac[6];
	bool storm; /* many machines: MACs share the first 3 bytes */
};

/* Opens the interface and moves this process into the private network
 * namespace.  NULL and a sentence in `error`. */
struct net *net_open(const struct net_want *want, char error[NET_ERROR]);
void net_close(struct net *n);
const struct netif *net_interface(const struct net *n);

/* Gets every DHCP packet (ports 67, 68, 4011) that comes in; they are not
 * given to the stack.  The bytes live until it returns.  `vlan`: the network
 * it is tagged for, which is another one than the machine's; 0: none. */
typedef void net_dhcp(void *ctx, const struct frame_udp *u, unsigned vlan);
void net_on_dhcp(struct net *n, net_dhcp *fn, void *ctx);

/* Gets the UDP packets, DHCP apart, that come for a bare machine: one packet,
 * or a train of them that segmentation offload has made (gso.h). */
typedef void net_udp(void *ctx, void *owner, const struct frame_udp *u);
void net_on_udp(struct net *n, net_udp *fn, void *ctx);

/* The machine answers ARP, and has a stack from now on.  -1 with errno. */
int net_host_add(struct net *n, const struct net_host *h);
void net_host_remove(struct net *n, uint32_t addr);
/* Whose address it is now: `owner` of the last net_host_add. */
const void *net_host_owner(struct net *n, uint32_t addr);

/* Sends a UDP packet; everybody's MAC address when u->dst is broadcast or
 * nobody's is known. */
int net_send(struct net *n, struct frame_udp *u);
/* Asks who has `addr` (or its router, from that machine); false when nobody
 * answers before the deadline. */
bool net_resolve(struct net *n, uint32_t from, uint32_t addr, uint64_t deadline_ms);

/* Somebody wants this process to end (SIGINT, SIGTERM): waiting is over at
 * once from then on, as though time were up. */
bool net_stopped(const struct net *n);

/* Carries what has come in, without waiting; true when there is more. */
bool net_pump(struct net *n);
/* Frames that came faster than they were carried, since the last call; in a
 * storm alone. */
uint64_t net_lost(struct net *n);
/* What to poll besides: the network and the stack. */
void net_pollfds(const struct net *n, struct pollfd out[NET_POLLFDS]);
/* Waits for `fd` (-1: for nothing) while carrying: 1 ready, 0 not, having
 * waited until the deadline or carried something. */
int net_wait(struct net *n, int fd, short events, uint64_t deadline_ms);

#endif
