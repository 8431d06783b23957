#include "lan.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arp.h"
#include "capture.h"
#include "clock.h"
#include "dhcp.h"
#include "frame.h"
#include "num.h"
#include "lan6.h"
#include "patience.h"
#include "sigs.h"
#include "tunstack.h"
#include "wire.h"

#define BUCKETS 1024
#define HELD 64 /* packets that wait for an ARP reply */
#define ASKED 4 /* a router, or servers of a few kinds */
#define ETHERNET 14
#define PACKET_MAX 65536
#define BURST 256 /* frames carried before looking elsewhere */
#define ARP_AGAIN_MS 200
#define VLAN_ID 0x0fff
#define LISTED 64 /* MAC addresses in a filter */
#define FILTER (200 + LISTED * 36)

struct host {
	struct lan_host h;
	uint32_t asked[ASKED]; /* the neighbours whose MAC address this machine has asked for */
	size_t asked_next;
	unsigned slot;
	struct host *next;
};

struct held {
	uint32_t hop;
	size_t len;
	uint8_t frame[1600];
};

struct lan {
	struct netif ifc;
	struct capture *capture;
	struct tunstack stack;
	struct lan6 *six; /* NULL: no machine with IPv6 is played */
	lan_dhcp *dhcp;
	lan_udp *udp;
	void *dhcp_ctx, *udp_ctx;
	uint32_t bad_checksum;
	bool router; /* one has advertised itself */
	bool more;   /* the last lan_pump left something */
	struct host *bucket[BUCKETS];
	unsigned slots;      /* numbers of stack addresses handed out */
	unsigned *free_slot; /* numbers that are free again */
	size_t free_slots, free_size;
	struct arp_table arp;
	struct held held[HELD];
	size_t held_next;
	int signals; /* signalfd */
	int leash;   /* -1: none */
	bool stopped;
	uint8_t out[ETHERNET + PACKET_MAX];
};

static const uint8_t everybody[6] = { 255, 255, 255, 255, 255, 255 };

static struct host **
host_place(struct lan *n, uint32_t addr)
{
	struct host **at = &n->bucket[(addr * 2654435761u) >> 22];

	while (*at && (*at)->h.addr != addr)
		at = &(*at)->next;
	return at;
}

static uint32_t
next_hop(const struct lan_host *h, uint32_t dst)
{
	if (!h->router || (h->addr & h->mask) == (dst & h->mask))
		return dst;
	return h->router;
}

static void
send_arp(struct lan *n, const struct lan_host *from, const struct arp_packet *answer)
{
	struct arp_packet p = *answer;
	uint8_t frame[ARP_FRAME];

	memcpy(p.sender_mac, from->mac, 6);
	p.sender = from->addr;
	capture_send(n->capture, frame, arp_write(&p, frame));
}

static bool
has_asked(const struct host *from, uint32_t addr)
{
	for (size_t i = 0; i < ASKED; i++)
		if (from->asked[i] == addr)
			return true;
	return false;
}

static void
ask_who_has(struct lan *n, struct host *from, uint32_t addr)
{
	struct arp_packet p = { .target = addr };

	if (!has_asked(from, addr))
		from->asked[from->asked_next++ % ASKED] = addr;
	send_arp(n, &from->h, &p);
}

/* The MAC address of `hop`, NULL when no machine knows it yet.  What one machine
 * was told they all know; but each asks once, as it would alone: from that the
 * neighbour learns who has an address now that was another machine's before. */
static const uint8_t *
neighbour(struct lan *n, struct host *from, uint32_t hop)
{
	const uint8_t *mac = arp_find(&n->arp, hop);

	if (!mac || !has_asked(from, hop))
		ask_who_has(n, from, hop);
	return mac;
}

static void
take_arp(struct lan *n, const struct arp_packet *p)
{
	struct host *h = *host_place(n, p->target);

	/* RFC 826: news of a neighbour that is known is for everybody.  An address
	 * that moves to another host says so to nobody in particular. */
	if (h || arp_find(&n->arp, p->sender))
		arp_learn(&n->arp, p->sender, p->sender_mac);
	if (!h)
		return;
	for (size_t i = 0; i < HELD; i++) {
		struct held *w = &n->held[i];

		if (!w->len || w->hop != p->sender)
			continue;
		memcpy(w->frame, p->sender_mac, 6);
		capture_send(n->capture, w->frame, w->len);
		w->len = 0;
	}
	if (!p->reply) {
		struct arp_packet answer = { .reply = true, .target = p->sender };

		memcpy(answer.target_mac, p->sender_mac, 6);
		send_arp(n, &h->h, &answer);
	}
}

static bool
is_dhcp(const struct frame_udp *u)
{
	return u->dport == DHCP_PORT_CLIENT || u->dport == DHCP_PORT_BINL ||
	    (u->dport == DHCP_PORT_SERVER && u->sport == DHCP_PORT_SERVER);
}

static void
take_ip6(struct lan *n, const struct capture_frame *f)
{
	struct ip6 p;
	struct ip6_ra ra;

	n->router |= ip6_read(f->bytes, f->len, &p) && ip6_read_ra(&p, &ra);
	if (n->six)
		lan6_take(n->six, f->bytes, f->len, f->offloaded);
}

static void
take_frame(struct lan *n, const struct capture_frame *f)
{
	struct frame_udp u;
	struct arp_packet arp;
	struct rd r = rd_open(f->bytes, f->len);
	uint16_t type;
	struct host *h;

	rd_take(&r, 12);
	type = rd_u16(&r);
	/* A machine drops tagged frames; so do we, but report that they came. */
	if (type == FRAME_VLAN || type == FRAME_QINQ) {
		type = rd_u16(&r);
		if (n->dhcp && frame_parse(f->bytes, f->len, true, &u) && is_dhcp(&u))
			n->dhcp(n->dhcp_ctx, &u, type & VLAN_ID);
		return;
	}
	if (type == IP6_ETHERTYPE) {
		take_ip6(n, f);
		return;
	}
	if (!frame_parse(f->bytes, f->len, f->offloaded, &u)) {
		if (frame_parse(f->bytes, f->len, true, &u) && is_dhcp(&u)) {
			n->bad_checksum = u.src;
			return;
		}
	} else {
		if (is_dhcp(&u)) {
			if (n->dhcp)
				n->dhcp(n->dhcp_ctx, &u, 0);
			return;
		}
		/* A storm's TFTP has no socket, even where its HTTP needs the stack. */
		h = *host_place(n, u.dst);
		if (h && (h->h.bare || n->udp)) {
			if (n->udp)
				n->udp(n->udp_ctx, h->h.owner, &u);
			return;
		}
	}
	if (arp_read(f->bytes, f->len, &arp)) {
		take_arp(n, &arp);
		return;
	}
	if (type != FRAME_IP4)
		return;
	rd_take(&r, 16);
	h = *host_place(n, rd_u32(&r));
	if (!r.bad && h && !h->h.bare)
		tunstack_put(&n->stack, f->bytes + ETHERNET, f->len - ETHERNET);
}

/* Sends a packet of the stack's, which is at n->out + ETHERNET; where ARP has
 * to find the next hop first, it is held. */
static void
send_packet(struct lan *n, size_t len)
{
	struct rd r = rd_open(n->out + ETHERNET, len);
	struct wr w = wr_open(n->out, ETHERNET);
	const uint8_t *mac;
	struct host *from;
	struct held *held;
	uint32_t dst, hop;
	uint8_t version = rd_u8(&r) >> 4;

	if (version == 6 && n->six)
		lan6_carry(n->six, n->out + ETHERNET, len);
	if (version != 4)
		return;
	rd_take(&r, 11);
	from = *host_place(n, rd_u32(&r));
	dst = rd_u32(&r);
	if (r.bad || !from)
		return;
	hop = next_hop(&from->h, dst);
	mac = neighbour(n, from, hop);
	wr_bytes(&w, mac ? mac : everybody, 6);
	wr_bytes(&w, from->h.mac, 6);
	wr_u16(&w, FRAME_IP4);
	len += ETHERNET;
	if (mac) {
		capture_send(n->capture, n->out, len);
		return;
	}
	held = &n->held[n->held_next++ % HELD];
	if (len <= sizeof(held->frame)) {
		memcpy(held->frame, n->out, len);
		held->len = len;
		held->hop = hop;
	}
}

/* What the stack has to send, a burst of it at most; how many packets. */
static int
send_burst(struct lan *n)
{
	int sent = 0;
	size_t len;

	while (sent < BURST && (len = tunstack_get(&n->stack, n->out + ETHERNET, PACKET_MAX)) > 0) {
		send_packet(n, len);
		sent++;
	}
	capture_flush(n->capture);
	return sent;
}

bool
lan_pump(struct lan *n)
{
	struct capture_frame f;
	int in = 0, out;

	while (in < BURST && capture_next(n->capture, &f) == 1) {
		take_frame(n, &f);
		in++;
	}
	out = send_burst(n);
	n->more = in == BURST || out == BURST;
	return n->more;
}

uint64_t
lan_lost(struct lan *n)
{
	return capture_lost(n->capture);
}

void
lan_pollfds(const struct lan *n, struct pollfd out[LAN_POLLFDS])
{
	out[0] = (struct pollfd){ .fd = capture_fd(n->capture), .events = POLLIN };
	out[1] = (struct pollfd){ .fd = n->stack.tun, .events = POLLIN };
}

int
lan_wait(struct lan *n, int fd, short events, uint64_t deadline_ms)
{
	struct pollfd p[LAN_POLLFDS + 3];
	uint64_t now = clock_ms();
	int wait = now >= deadline_ms || n->stopped ? 0 : (int)(deadline_ms - now);

	lan_pollfds(n, p);
	p[LAN_POLLFDS] = (struct pollfd){ .fd = fd, .events = events };
	p[LAN_POLLFDS + 1] = (struct pollfd){ .fd = n->stopped ? -1 : n->signals, .events = POLLIN };
	p[LAN_POLLFDS + 2] = (struct pollfd){ .fd = n->stopped ? -1 : n->leash, .events = POLLIN };
	capture_flush(n->capture);
	if (poll(p, LAN_POLLFDS + 3, n->more ? 0 : wait) <= 0 && !n->more)
		return 0;
	if ((p[LAN_POLLFDS + 1].revents && patience_ended(n->signals)) || p[LAN_POLLFDS + 2].revents)
		n->stopped = true;
	lan_pump(n);
	return p[LAN_POLLFDS].revents != 0;
}

int
lan_send(struct lan *n, struct frame_udp *u)
{
	struct host *from = *host_place(n, u->src);
	const uint8_t *mac = NULL;
	size_t len;

	if (u->dst != 0xffffffff && from)
		mac = neighbour(n, from, next_hop(&from->h, u->dst));
	memcpy(u->dst_mac, mac ? mac : everybody, 6);
	len = frame_build(u, n->out, sizeof(n->out));
	return len ? capture_send(n->capture, n->out, len) : -1;
}

bool
lan_resolve(struct lan *n, uint32_t from, uint32_t addr, uint64_t deadline_ms)
{
	struct host *h = *host_place(n, from);
	uint64_t again = 0, now;
	uint32_t hop;

	if (!h)
		return false;
	hop = next_hop(&h->h, addr);
	while (!arp_find(&n->arp, hop)) {
		now = clock_ms();
		if (now >= deadline_ms || n->stopped)
			return false;
		if (now >= again) {
			ask_who_has(n, h, hop);
			again = now + ARP_AGAIN_MS;
		}
		lan_wait(n, -1, 0, again < deadline_ms ? again : deadline_ms);
	}
	return true;
}

struct lan6 *
lan_six(struct lan *n)
{
	return n->six;
}

bool
lan_resolve6(struct lan *n, const struct in6_addr *to, uint64_t deadline_ms)
{
	const struct in6_addr hop = lan6_hop(n->six, to);
	uint64_t again = 0, now;

	while (!lan6_knows(n->six, &hop)) {
		now = clock_ms();
		if (now >= deadline_ms || n->stopped)
			return false;
		if (now >= again) {
			lan6_ask(n->six, &hop);
			again = now + ARP_AGAIN_MS;
		}
		lan_wait(n, -1, 0, again < deadline_ms ? again : deadline_ms);
	}
	return true;
}

bool
lan_stopped(const struct lan *n)
{
	return n->stopped;
}

void
lan_on_dhcp(struct lan *n, lan_dhcp *fn, void *ctx)
{
	n->dhcp = fn;
	n->dhcp_ctx = ctx;
}

void
lan_on_udp(struct lan *n, lan_udp *fn, void *ctx)
{
	n->udp = fn;
	n->udp_ctx = ctx;
}

void
lan_solicit(struct lan *n, const uint8_t mac[6])
{
	/* From :: to ff02::2, hop limit 255; its checksum is always the same. */
	uint8_t frame[62] = { 0x33, 0x33, 0, 0, 0, 2, [12] = 0x86, 0xdd, 0x60, [19] = 8, IPPROTO_ICMPV6,
		255, [38] = 0xff, 2, [53] = 2, 133, 0, 0x7b, 0xb8 };

	memcpy(frame + 6, mac, 6);
	capture_send(n->capture, frame, sizeof(frame));
	capture_flush(n->capture);
}

bool
lan_heard_router(const struct lan *n)
{
	return n->router;
}

uint32_t
lan_bad_checksum(const struct lan *n)
{
	return n->bad_checksum;
}

const struct netif *
lan_interface(const struct lan *n)
{
	return &n->ifc;
}

int
lan_host_add(struct lan *n, const struct lan_host *h)
{
	struct host **at = host_place(n, h->addr);
	struct host *new;

	if (*at) {
		(*at)->h = *h;
		memset((*at)->asked, 0, sizeof((*at)->asked));
		return 0;
	}
	new = calloc(1, sizeof(*new));
	if (!new)
		return -1;
	new->h = *h;
	new->slot = n->free_slots ? n->free_slot[n->free_slots - 1] : n->slots;
	if (!h->bare && tunstack_address(&n->stack, new->slot, h->addr) != 0) {
		free(new);
		return -1;
	}
	if (!h->bare && n->free_slots)
		n->free_slots--;
	else if (!h->bare)
		n->slots++;
	*at = new;
	return 0;
}

/* Its number is free for another machine. */
static void
free_slot(struct lan *n, unsigned slot)
{
	size_t size = n->free_size ? n->free_size * 2 : 64;
	unsigned *more;

	if (n->free_slots == n->free_size) {
		more = reallocarray(n->free_slot, size, sizeof(*more));
		if (!more)
			return;
		n->free_slot = more;
		n->free_size = size;
	}
	n->free_slot[n->free_slots++] = slot;
}

const void *
lan_host_owner(struct lan *n, uint32_t addr)
{
	const struct host *h = *host_place(n, addr);

	return h ? h->h.owner : NULL;
}

void
lan_host_remove(struct lan *n, uint32_t addr)
{
	struct host **at = host_place(n, addr), *old = *at;

	if (!old)
		return;
	if (!old->h.bare) {
		/* Its last ACK: a server that does not get it waits for it, and logs a failure. */
		send_burst(n);
		tunstack_address(&n->stack, old->slot, 0);
		free_slot(n, old->slot);
	}
	*at = old->next;
	free(old);
}

/* The frames that are for the machines, and what is for everybody.  Of too many machines to
 * be listed, each frame is looked at. */
static void
lan_filter(const struct lan_want *want, char filter[FILTER])
{
	const uint8_t *first = want->macs[0];
	char mac[NUM_MAC_TEXT];
	size_t len;

	len = (size_t)snprintf(filter, FILTER,
	    "arp or (udp and (dst port 67 or dst port 68 or dst port 4011)) or (ip6 and icmp6) or (ip and (");
	if (want->storm)
		snprintf(filter + len, FILTER - len, "ether[0:2] = 0x%02x%02x and ether[2] = 0x%02x))", first[0],
		    first[1], first[2]);
	else if (want->count > LISTED)
		snprintf(filter + len, FILTER - len, "not ether multicast))");
	for (size_t i = 0; !want->storm && want->count <= LISTED && i < want->count; i++)
		len += (size_t)snprintf(filter + len, FILTER - len, "%sether dst %s%s", i ? " or " : "",
		    num_mac_text(want->macs[i], ':', mac), i + 1 == want->count ? "))" : "");
}

void
lan_forget_neighbours(struct lan *n)
{
	memset(&n->arp, 0, sizeof(n->arp));
}

struct lan *
lan_open(const struct lan_want *want, char error[LAN_ERROR])
{
	const char *name = want->ifname;
	char filter[FILTER];
	struct capture_want capture = { .ifname = name, .filter = filter, .bulk = true, .tagged = !want->storm };
	struct lan *n = calloc(1, sizeof(*n));

	if (!n) {
		snprintf(error, LAN_ERROR, "out of memory");
		return NULL;
	}
	n->stack.tun = n->stack.control = n->stack.control6 = -1;
	n->leash = want->leash ? want->leash : -1;
	n->signals = want->storm ? -1 : sigs_open();
	lan_filter(want, filter);
	if (want->six)
		snprintf(filter + strlen(filter), sizeof(filter) - strlen(filter), " or ip6");
	if (netif_get(name, &n->ifc) != 0)
		snprintf(error, LAN_ERROR, "interface %s: %s; 'ip link' lists them", name,
		    errno == ENODEV ? "no such interface" : strerror(errno));
	else if (!n->ifc.ethernet)
		snprintf(error, LAN_ERROR, "interface %s is not Ethernet; a machine cannot be played on it", name);
	else if (!n->ifc.up)
		snprintf(error, LAN_ERROR, "interface %s is down; 'ip link set %s up' brings it up", name, name);
	else if ((n->capture = capture_open(&capture, error)) && tunstack_open(n->ifc.mtu, &n->stack, error) == 0) {
		n->six = want->six ? lan6_open(n->capture, &n->stack) : NULL;
		if (n->six || !want->six)
			return n;
		snprintf(error, LAN_ERROR, "out of memory");
	}
	lan_close(n);
	return NULL;
}

void
lan_close(struct lan *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while (n->bucket[i]) {
			struct host *next = n->bucket[i]->next;

			free(n->bucket[i]);
			n->bucket[i] = next;
		}
	if (n->signals >= 0)
		close(n->signals);
	lan6_close(n->six);
	tunstack_close(&n->stack);
	capture_close(n->capture);
	free(n->free_slot);
	free(n);
}
