/*
 * The made-up machines on the network: sends and receives their DHCP frames,
 * answers ARP for them, and carries packets to and from their IP stack
 * (tunstack.h).
 */
#ifndef LAN_H
#define LAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <poll.h>

#include "frame.h"
#include "netif.h"

#define LAN_ERROR 400
#define LAN_POLLFDS 2

struct lan;

/* One machine that holds an address. */
struct lan_host {
	uint8_t mac[6];
	uint32_t addr, mask, router; /* router 0: none */
	bool bare;                   /* has no stack: its packets go to lan_on_udp's function */
	void *owner;                 /* passed to that function */
};

struct lan_want {
	const char *ifname;
	const uint8_t (*macs)[6]; /* of the machines that are played one after the other */
	size_t count;
	int leash;  /* 0, or a descriptor that ends the run as a signal does, once it can be read */
	bool storm; /* many machines, whose MAC addresses share the first 3 bytes with that one */
	bool six;   /* machines with IPv6 too */
};

/* Opens the interface and moves this process into a network namespace of its
 * own.  NULL on failure, with a sentence in `error`. */
struct lan *lan_open(const struct lan_want *want, char error[LAN_ERROR]);
void lan_close(struct lan *n);
const struct netif *lan_interface(const struct lan *n);

/* Gets every DHCP packet (ports 67, 68, 4011) that comes in; the stack does
 * not.  The bytes are valid until it returns.  `vlan`: the tag it came with,
 * so it is for another network than the machine's; 0 for none. */
typedef void lan_dhcp(void *ctx, const struct frame_udp *u, unsigned vlan);
void lan_on_dhcp(struct lan *n, lan_dhcp *fn, void *ctx);
/* The last sender of a DHCP packet whose UDP checksum was wrong, so that it was dropped, as
 * every client does; 0 when there was none. */
uint32_t lan_bad_checksum(const struct lan *n);

/* Gets the UDP packets other than DHCP for a bare machine: one packet, or
 * several that segmentation offload has joined (gso.h). */
typedef void lan_udp(void *ctx, void *owner, const struct frame_udp *u);
void lan_on_udp(struct lan *n, lan_udp *fn, void *ctx);

/* Asks the routers of this network to advertise themselves (RFC 4861, 6.3.7). */
void lan_solicit(struct lan *n, const uint8_t mac[6]);
/* Has one done so since the interface was opened? */
bool lan_heard_router(const struct lan *n);

/* From now on the machine answers ARP, and has a stack.  -1 with errno. */
int lan_host_add(struct lan *n, const struct lan_host *h);
void lan_host_remove(struct lan *n, uint32_t addr);
/* A machine that starts knows nobody's MAC address: it asks, by which servers learn its own. */
void lan_forget_neighbours(struct lan *n);
/* The `owner` of the machine that holds this address now; NULL for none. */
const void *lan_host_owner(struct lan *n, uint32_t addr);

/* Sends a UDP packet: to the broadcast MAC address when u->dst is broadcast or
 * its MAC address is not known. */
int lan_send(struct lan *n, struct frame_udp *u);
/* Asks by ARP, as the machine at `from`, for `addr` or the router to it; false
 * when nobody answers before the deadline. */
bool lan_resolve(struct lan *n, uint32_t from, uint32_t addr, uint64_t deadline_ms);

/* The machine's IPv6; NULL when it was not wanted. */
struct lan6;
struct in6_addr;
struct lan6 *lan_six(struct lan *n);
/* The same by neighbour discovery. */
bool lan_resolve6(struct lan *n, const struct in6_addr *to, uint64_t deadline_ms);

/* True once SIGINT or SIGTERM came: from then on waits return at once, as if
 * their time were up. */
bool lan_stopped(const struct lan *n);

/* Handles what has come in, without waiting; true when there is more. */
bool lan_pump(struct lan *n);
/* Frames lost since the last call because they came faster than they were
 * handled; counted in a storm only. */
uint64_t lan_lost(struct lan *n);
/* The descriptors of the network and the stack, to poll with others. */
void lan_pollfds(const struct lan *n, struct pollfd out[LAN_POLLFDS]);
/* Waits for `fd` (-1 for none) while handling packets: 1 when it is ready, 0
 * when the deadline has passed or a packet was handled. */
int lan_wait(struct lan *n, int fd, short events, uint64_t deadline_ms);

#endif
