/*
 * The made-up machines on the network: sends and receives their DHCP frames,
 * answers ARP for them, and carries packets to and from their IP stack
 * (tunstack.h).
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
	bool bare;                   /* has no stack: its packets go to net_on_udp's function */
	void *owner;                 /* passed to that function */
};

struct net_want {
	const char *ifname;
	uint8_t mac[6];
	bool storm; /* many machines, whose MAC addresses share the first 3 bytes */
};

/* Opens the interface and moves this process into a network namespace of its
 * own.  NULL on failure, with a sentence in `error`. */
struct net *net_open(const struct net_want *want, char error[NET_ERROR]);
void net_close(struct net *n);
const struct netif *net_interface(const struct net *n);

/* Gets every DHCP packet (ports 67, 68, 4011) that comes in; the stack does
 * not.  The bytes are valid until it returns.  `vlan`: the tag it came with,
 * so it is for another network than the machine's; 0 for none. */
typedef void net_dhcp(void *ctx, const struct frame_udp *u, unsigned vlan);
void net_on_dhcp(struct net *n, net_dhcp *fn, void *ctx);

/* Gets the UDP packets other than DHCP for a bare machine: one packet, or
 * several that segmentation offload has joined (gso.h). */
typedef void net_udp(void *ctx, void *owner, const struct frame_udp *u);
void net_on_udp(struct net *n, net_udp *fn, void *ctx);

/* From now on the machine answers ARP, and has a stack.  -1 with errno. */
int net_host_add(struct net *n, const struct net_host *h);
void net_host_remove(struct net *n, uint32_t addr);
/* The `owner` of the machine that holds this address now; NULL for none. */
const void *net_host_owner(struct net *n, uint32_t addr);

/* Sends a UDP packet: to the broadcast MAC address when u->dst is broadcast or
 * its MAC address is not known. */
int net_send(struct net *n, struct frame_udp *u);
/* Asks by ARP, as the machine at `from`, for `addr` or the router to it; false
 * when nobody answers before the deadline. */
bool net_resolve(struct net *n, uint32_t from, uint32_t addr, uint64_t deadline_ms);

/* True once SIGINT or SIGTERM came: from then on waits return at once, as if
 * their time were up. */
bool net_stopped(const struct net *n);

/* Handles what has come in, without waiting; true when there is more. */
bool net_pump(struct net *n);
/* Frames lost since the last call because they came faster than they were
 * handled; counted in a storm only. */
uint64_t net_lost(struct net *n);
/* The descriptors of the network and the stack, to poll with others. */
void net_pollfds(const struct net *n, struct pollfd out[NET_POLLFDS]);
/* Waits for `fd` (-1 for none) while handling packets: 1 when it is ready, 0
 * when the deadline has passed or a packet was handled. */
int net_wait(struct net *n, int fd, short events, uint64_t deadline_ms);

#endif
