/*
 * The made-up machine's IPv6: its link-local address, the routers that advertise
 * themselves, its neighbours, and the address that it leased.  lan.c hands it frames
 * and the packets of the IP stack.
 */
#ifndef LAN6_H
#define LAN6_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ip6.h"

#define LAN6_ROUTERS 4

struct capture;
struct tunstack;
struct lan6;

/* Uses both, which outlive it; NULL when there is no memory. */
struct lan6 *lan6_open(struct capture *capture, struct tunstack *stack);
void lan6_close(struct lan6 *l);
/* The machine with this MAC address starts: it knows no router and no neighbour. */
void lan6_start(struct lan6 *l, const uint8_t mac[6]);
const struct in6_addr *lan6_local(const struct lan6 *l);
/* Gets the UDP packets to port 546; the bytes are valid until it returns. */
typedef void lan6_dhcp(void *ctx, const struct ip6_udp *u);
void lan6_on_dhcp(struct lan6 *l, lan6_dhcp *fn, void *ctx);
/* The sender of a packet to port 546 whose UDP checksum is wrong, so that it was
 * dropped; NULL: none was. */
const struct in6_addr *lan6_bad_sum(const struct lan6 *l, bool *zero);
/* The routers heard since the start. */
size_t lan6_routers(const struct lan6 *l, const struct ip6_ra **out);

/* A router solicitation. */
void lan6_solicit(struct lan6 *l);
/* From the link-local address to all DHCPv6 servers and relays.  -1 with errno. */
int lan6_send_dhcp(struct lan6 *l, const void *bytes, size_t len);
/* The machine has this address (NULL: none any more), and a stack.  -1 with errno. */
int lan6_bind(struct lan6 *l, const struct in6_addr *addr);
/* Where packets to this address go: itself or a router. */
struct in6_addr lan6_hop(const struct lan6 *l, const struct in6_addr *to);
/* Is it on the link, as far as routers say, or without any by its first 64 bits? */
bool lan6_is_on_link(const struct lan6 *l, const struct in6_addr *to);
bool lan6_has_router(const struct lan6 *l);
/* Is the MAC address of this neighbour known; asks for it. */
bool lan6_knows(const struct lan6 *l, const struct in6_addr *hop);
void lan6_ask(struct lan6 *l, const struct in6_addr *hop);

/* A frame that came in; a packet of the stack's that has room for an Ethernet header
 * (14 bytes) in front of it. */
void lan6_take(struct lan6 *l, const uint8_t *frame, size_t len, bool offloaded);
void lan6_carry(struct lan6 *l, uint8_t *packet, size_t len);

#endif
