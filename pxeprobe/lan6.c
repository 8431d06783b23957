#include "lan6.h"

#include <stdlib.h>
#include <string.h>

#include "addr6.h"
#include "capture.h"
#include "dhcp6.h"
#include "tunstack.h"
#include "wire.h"

#define NEIGHBOURS 32
#define HELD 16 /* packets that wait for a neighbour's answer */
#define ETHERNET 14

struct neighbour {
	struct in6_addr addr;
	uint8_t mac[6];
};

struct held6 {
	struct in6_addr hop;
	size_t len;
	uint8_t frame[1600];
};

struct lan6 {
	struct capture *capture;
	struct tunstack *stack;
	uint8_t mac[6];
	struct in6_addr local, addr;
	bool has_addr;
	struct ip6_ra ra[LAN6_ROUTERS];
	size_t routers;
	struct neighbour neighbour[NEIGHBOURS];
	size_t neighbours;
	struct held6 held[HELD];
	size_t held_next;
	lan6_dhcp *dhcp;
	void *ctx;
	struct in6_addr bad_sum;
	bool has_bad_sum, sum_was_zero;
};

static const struct in6_addr all_nodes = { .s6_addr = { 0xff, 2, [15] = 1 } };
static const struct in6_addr all_routers = { .s6_addr = { 0xff, 2, [15] = 2 } };
static const struct in6_addr all_servers = { .s6_addr = { 0xff, 2, [13] = 1, [15] = 2 } };

struct lan6 *
lan6_open(struct capture *capture, struct tunstack *stack)
{
	struct lan6 *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->capture = capture;
	l->stack = stack;
	return l;
}

void
lan6_close(struct lan6 *l)
{
	free(l);
}

void
lan6_start(struct lan6 *l, const uint8_t mac[6])
{
	memcpy(l->mac, mac, 6);
	l->local = ip6_link_local(mac);
	l->routers = l->neighbours = 0;
	l->has_bad_sum = false;
	for (size_t i = 0; i < HELD; i++)
		l->held[i].len = 0;
}

const struct in6_addr *
lan6_local(const struct lan6 *l)
{
	return &l->local;
}

void
lan6_on_dhcp(struct lan6 *l, lan6_dhcp *fn, void *ctx)
{
	l->dhcp = fn;
	l->ctx = ctx;
}

const struct in6_addr *
lan6_bad_sum(const struct lan6 *l, bool *zero)
{
	*zero = l->sum_was_zero;
	return l->has_bad_sum ? &l->bad_sum : NULL;
}

size_t
lan6_routers(const struct lan6 *l, const struct ip6_ra **out)
{
	*out = l->ra;
	return l->routers;
}

/* ---- neighbours --------------------------------------------------------- */

static const uint8_t *
mac_of(const struct lan6 *l, const struct in6_addr *addr)
{
	for (size_t i = 0; i < l->neighbours && i < NEIGHBOURS; i++)
		if (addr6_cmp(&l->neighbour[i].addr, addr) == 0)
			return l->neighbour[i].mac;
	return NULL;
}

static void
learn(struct lan6 *l, const struct in6_addr *addr, const uint8_t mac[6])
{
	struct neighbour *n;

	if (mac_of(l, addr))
		return;
	n = &l->neighbour[l->neighbours++ % NEIGHBOURS];
	n->addr = *addr;
	memcpy(n->mac, mac, 6);
	for (size_t i = 0; i < HELD; i++) {
		struct held6 *h = &l->held[i];

		if (!h->len || addr6_cmp(&h->hop, addr) != 0)
			continue;
		memcpy(h->frame, mac, 6);
		capture_send(l->capture, h->frame, h->len);
		h->len = 0;
	}
}

bool
lan6_knows(const struct lan6 *l, const struct in6_addr *hop)
{
	return mac_of(l, hop);
}

/* An ICMPv6 message of the machine's, whose first four bytes are its head. */
static void
send_icmp(struct lan6 *l, const struct in6_addr *src, const struct in6_addr *dst, const void *bytes, size_t len)
{
	struct ip6 p = { .src = *src, .dst = *dst, .next = IP6_ICMP, .hops = 255, .data = bytes, .len = len };
	const uint8_t *mac = mac_of(l, dst);
	uint8_t frame[200];
	size_t n;

	memcpy(p.src_mac, l->mac, 6);
	if (dst->s6_addr[0] == 0xff)
		ip6_multicast_mac(dst, p.dst_mac);
	else if (mac)
		memcpy(p.dst_mac, mac, 6);
	else
		return;
	n = ip6_write(&p, frame, sizeof(frame));
	if (n)
		capture_send(l->capture, frame, n);
}

enum { SOURCE = 1, TARGET = 2 };

/* How neighbour discovery's messages begin (RFC 4861, 4); the checksum comes later. */
static void
nd_begin(struct wr *w, enum ip6_icmp type, uint32_t flags)
{
	wr_u8(w, (uint8_t)type);
	wr_u8(w, 0);
	wr_u16(w, 0);
	wr_u32(w, flags);
}

/* The option that says our link-layer address, as the SOURCE or TARGET (4.6.1). */
static void
nd_link_address(struct wr *w, uint8_t type, const struct lan6 *l)
{
	wr_u8(w, type);
	wr_u8(w, 1); /* units of 8 bytes */
	wr_bytes(w, l->mac, 6);
}

void
lan6_solicit(struct lan6 *l)
{
	uint8_t bytes[16];
	struct wr w = wr_open(bytes, sizeof(bytes));

	nd_begin(&w, IP6_RS, 0);
	nd_link_address(&w, SOURCE, l);
	send_icmp(l, &l->local, &all_routers, bytes, wr_len(&w));
}

void
lan6_ask(struct lan6 *l, const struct in6_addr *hop)
{
	const struct in6_addr to = ip6_solicited_node(hop);
	uint8_t bytes[32];
	struct wr w = wr_open(bytes, sizeof(bytes));

	nd_begin(&w, IP6_NS, 0);
	wr_bytes(&w, hop, sizeof(*hop));
	nd_link_address(&w, SOURCE, l);
	send_icmp(l, l->has_addr ? &l->addr : &l->local, &to, bytes, wr_len(&w));
}

static void
answer_neighbour(struct lan6 *l, const struct in6_addr *target, const struct in6_addr *asker)
{
	bool probe = IN6_IS_ADDR_UNSPECIFIED(asker); /* who asks has no address yet (RFC 4862) */
	uint8_t bytes[32];
	struct wr w = wr_open(bytes, sizeof(bytes));

	nd_begin(&w, IP6_NA, probe ? 0x20000000 : 0x60000000); /* solicited, override */
	wr_bytes(&w, target, sizeof(*target));
	nd_link_address(&w, TARGET, l);
	send_icmp(l, target, probe ? &all_nodes : asker, bytes, wr_len(&w));
}

/* ---- what comes in ------------------------------------------------------ */

static bool
lan6_owns(const struct lan6 *l, const struct in6_addr *addr)
{
	return addr6_cmp(addr, &l->local) == 0 || (l->has_addr && addr6_cmp(addr, &l->addr) == 0);
}

static void
take_ra(struct lan6 *l, const struct ip6 *p)
{
	struct ip6_ra ra;
	size_t i = 0;

	if (!ip6_read_ra(p, &ra))
		return;
	learn(l, &ra.from, ra.mac);
	while (i < l->routers && addr6_cmp(&l->ra[i].from, &ra.from) != 0)
		i++;
	if (i == LAN6_ROUTERS)
		return;
	l->ra[i] = ra;
	l->routers += i == l->routers;
}

static void
take_icmp(struct lan6 *l, const struct ip6 *p)
{
	struct in6_addr target;
	uint8_t mac[6];

	take_ra(l, p);
	if (!ip6_read_neighbour(p, &target, mac))
		return;
	if (p->data[0] == IP6_NA) {
		learn(l, &target, mac);
	} else if (lan6_owns(l, &target)) {
		if (!IN6_IS_ADDR_UNSPECIFIED(&p->src))
			learn(l, &p->src, mac);
		answer_neighbour(l, &target, &p->src);
	}
}

/* True when it was DHCPv6, good or not. */
static bool
take_dhcp(struct lan6 *l, const struct ip6 *p, bool offloaded)
{
	enum ip6_sum sum = offloaded ? IP6_SUM_GOOD : ip6_check(p);
	struct ip6_udp u;

	if (!ip6_read_udp(p, &u) || u.dport != DHCP6_PORT_CLIENT)
		return false;
	if (sum != IP6_SUM_GOOD) {
		l->has_bad_sum = true;
		l->sum_was_zero = sum == IP6_SUM_ZERO;
		l->bad_sum = p->src;
	} else if (l->dhcp) {
		l->dhcp(l->ctx, &u);
	}
	return true;
}

void
lan6_take(struct lan6 *l, const uint8_t *frame, size_t len, bool offloaded)
{
	struct ip6 p;

	if (!ip6_read(frame, len, &p) || (p.dst.s6_addr[0] != 0xff && !lan6_owns(l, &p.dst)))
		return;
	if (p.next == IP6_ICMP && (offloaded || ip6_check(&p) == IP6_SUM_GOOD))
		take_icmp(l, &p);
	if (!take_dhcp(l, &p, offloaded) && l->has_addr && addr6_cmp(&p.dst, &l->addr) == 0)
		tunstack_put(l->stack, frame + ETHERNET, len - ETHERNET);
}

/* ---- what goes out ------------------------------------------------------ */

bool
lan6_is_on_link(const struct lan6 *l, const struct in6_addr *to)
{
	if (IN6_IS_ADDR_LINKLOCAL(to))
		return true;
	for (size_t i = 0; i < l->routers; i++)
		for (size_t k = 0; k < l->ra[i].prefixes; k++)
			if (l->ra[i].prefix[k].on_link && addr6_in(to, &l->ra[i].prefix[k].net, l->ra[i].prefix[k].len))
				return true;
	return l->has_addr && addr6_in(to, &l->addr, 64);
}

bool
lan6_has_router(const struct lan6 *l)
{
	for (size_t i = 0; i < l->routers; i++)
		if (l->ra[i].lifetime_s)
			return true;
	return false;
}

struct in6_addr
lan6_hop(const struct lan6 *l, const struct in6_addr *to)
{
	if (!lan6_is_on_link(l, to))
		for (size_t i = 0; i < l->routers; i++)
			if (l->ra[i].lifetime_s)
				return l->ra[i].from;
	return *to;
}

int
lan6_send_dhcp(struct lan6 *l, const void *bytes, size_t len)
{
	struct ip6 p = { .src = l->local, .dst = all_servers, .next = IP6_UDP, .hops = 1 };
	uint8_t udp[2048], frame[2200];
	struct wr w = wr_open(udp, sizeof(udp));
	size_t n;

	wr_u16(&w, DHCP6_PORT_CLIENT);
	wr_u16(&w, DHCP6_PORT_SERVER);
	wr_u16(&w, (uint16_t)(len + 8));
	wr_u16(&w, 0);
	wr_bytes(&w, bytes, len);
	memcpy(p.src_mac, l->mac, 6);
	ip6_multicast_mac(&p.dst, p.dst_mac);
	p.data = udp;
	p.len = wr_len(&w);
	n = w.full ? 0 : ip6_write(&p, frame, sizeof(frame));
	return n ? capture_send(l->capture, frame, n) : -1;
}

int
lan6_bind(struct lan6 *l, const struct in6_addr *addr)
{
	if (l->has_addr)
		tunstack_address6(l->stack, &l->addr, false);
	l->has_addr = addr;
	if (!addr)
		return 0;
	l->addr = *addr;
	return tunstack_address6(l->stack, addr, true);
}

void
lan6_carry(struct lan6 *l, uint8_t *packet, size_t len)
{
	uint8_t *frame = packet - ETHERNET;
	struct wr w = wr_open(frame, ETHERNET);
	struct in6_addr src, dst, hop;
	const uint8_t *mac;
	struct held6 *held;

	if (len < 40)
		return;
	memcpy(&src, packet + 8, sizeof(src));
	memcpy(&dst, packet + 24, sizeof(dst));
	if (!l->has_addr || addr6_cmp(&src, &l->addr) != 0 || dst.s6_addr[0] == 0xff)
		return;
	hop = lan6_hop(l, &dst);
	mac = mac_of(l, &hop);
	wr_bytes(&w, mac ? mac : l->mac, 6);
	wr_bytes(&w, l->mac, 6);
	wr_u16(&w, IP6_ETHERTYPE);
	len += ETHERNET;
	if (mac) {
		capture_send(l->capture, frame, len);
		return;
	}
	held = &l->held[l->held_next++ % HELD];
	if (len <= sizeof(held->frame)) {
		memcpy(held->frame, frame, len);
		held->len = len;
		held->hop = hop;
	}
	lan6_ask(l, &hop);
}
