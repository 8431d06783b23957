#include "packet.h"

#include <string.h>

#include "frame.h"
#include "wire.h"

/* Numbers of pcap/dlt.h; only capture.c includes libpcap. */
enum {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_RAW = 12,
	LINK_RAW_OLD = 101,
	LINK_LOOP = 108,
	LINK_COOKED = 113,
	LINK_IPV4 = 228,
	LINK_COOKED2 = 276
};
enum {
	ARPHRD_ETHERNET = 1,
	IP_HEADER = 20,
	UDP_HEADER = 8,
	TCP_HEADER = 20,
	IP_IP = 4, /* RFC 2003 */
	IP_TCP = 6,
	IP_UDP = 17,
	IP_IP6 = 41, /* RFC 4213 */
	IP_GRE = 47,
	/* Headers between IPv6 and what it carries (RFC 8200, 4.1). */
	IP6_HOPS = 0,
	IP6_ROUTING = 43,
	IP6_FRAGMENT = 44,
	IP6_DESTINATION = 60,
	OFFSET_MASK = 0x1fff,
	VXLAN_PORT = 4789,
	VXLAN_PORT_LINUX = 8472, /* from before there was a number */
	GENEVE_PORT = 6081,      /* RFC 8926 */
	PPP_IP4 = 0x0021,
	PPP_IP6 = 0x0057
};
/* Ethertypes of what carries packets, also in GRE. */
enum {
	TYPE_NONE = 0, /* nothing that is known */
	TYPE_THIS = 1, /* none: the packet is there */
	TYPE_ETHERNET = 0x6558,
	TYPE_IP6 = 0x86dd,
	TYPE_MPLS = 0x8847, /* RFC 3032 */
	TYPE_MPLS_GROUP = 0x8848,
	TYPE_PPPOE = 0x8864, /* RFC 2516 */
	TYPE_ERSPAN = 0x88be,
	TYPE_ERSPAN3 = 0x22eb
};
#define LAYERS 12 /* one in another */

bool
packet_link_known(int dlt)
{
	return dlt == LINK_NULL || dlt == LINK_ETHERNET || dlt == LINK_RAW || dlt == LINK_RAW_OLD || dlt == LINK_LOOP ||
	    dlt == LINK_COOKED || dlt == LINK_IPV4 || dlt == LINK_COOKED2;
}

static void
take_mac(struct packet *p, const uint8_t *mac)
{
	if (!mac)
		return;
	memcpy(p->mac, mac, 6);
	p->has_mac = true;
}

static uint16_t
read_ethernet(struct rd *r, struct packet *p)
{
	rd_take(r, 6);
	take_mac(p, rd_take(r, 6));
	return rd_u16(r);
}

/* Up to the network header; its ethertype, 0 when the link has none. */
static uint16_t
packet_read_link(int dlt, struct rd *r, struct packet *p)
{
	uint16_t type = 0, hardware;

	switch (dlt) {
	case LINK_ETHERNET:
		return read_ethernet(r, p);
	case LINK_COOKED:
		rd_take(r, 2);
		hardware = rd_u16(r);
		if (rd_u16(r) == 6 && hardware == ARPHRD_ETHERNET)
			take_mac(p, rd_take(r, 6));
		else
			rd_take(r, 6);
		rd_take(r, 2);
		return rd_u16(r);
	case LINK_COOKED2:
		type = rd_u16(r);
		rd_take(r, 6);
		hardware = rd_u16(r);
		rd_take(r, 1);
		if (rd_u8(r) == 6 && hardware == ARPHRD_ETHERNET)
			take_mac(p, rd_take(r, 6));
		else
			rd_take(r, 6);
		rd_take(r, 2);
		return type;
	case LINK_NULL:
	case LINK_LOOP:
		rd_take(r, 4);
		break;
	default:
		break;
	}
	return type;
}

static bool
packet_read_tcp(struct rd *r, size_t total, struct packet *p)
{
	size_t header;

	p->sport = rd_u16(r);
	p->dport = rd_u16(r);
	p->seq = rd_u32(r);
	rd_take(r, 4);
	header = (size_t)(rd_u8(r) >> 4) * 4;
	p->flags = rd_u8(r);
	rd_take(r, 6);
	if (r->bad || header < TCP_HEADER || header > total)
		return false;
	rd_take(r, header - TCP_HEADER);
	p->full = total - header;
	return !r->bad;
}

/* RFC 2784, 2890: what follows the header, by its type. */
static uint16_t
read_gre(struct rd *r)
{
	uint16_t flags = rd_u16(r), type = rd_u16(r);
	const bool sum = flags & 0x8000, key = flags & 0x2000, sequence = flags & 0x1000;

	rd_take(r, (sum ? 4u : 0) + (key ? 4u : 0) + (sequence ? 4u : 0));
	/* draft-foschiano-erspan: type I has no header of its own, and no sequence number;
	 * type III may have 8 bytes more. */
	if (type == TYPE_ERSPAN && sequence)
		rd_take(r, 8);
	if (type == TYPE_ERSPAN3) {
		rd_take(r, 11);
		if (rd_u8(r) & 1)
			rd_take(r, 8);
	}
	return type == TYPE_ERSPAN || type == TYPE_ERSPAN3 ? TYPE_ETHERNET : type;
}

/* IP by its version. */
static uint16_t
ip_type(struct rd ahead)
{
	uint8_t version = rd_u8(&ahead) >> 4;

	return version == 4 ? FRAME_IP4 : version == 6 ? TYPE_IP6 : TYPE_NONE;
}

/* Labels, to the last one.  What they carry does not say what it is: IP by its version, else
 * Ethernet behind a control word (RFC 4448). */
static uint16_t
read_mpls(struct rd *r)
{
	uint16_t type;

	while (!r->bad && !(rd_u32(r) & 0x100))
		;
	type = ip_type(*r);
	if (type != TYPE_NONE)
		return type;
	rd_take(r, 4);
	return TYPE_ETHERNET;
}

static uint16_t
read_pppoe(struct rd *r)
{
	uint16_t protocol;

	rd_take(r, 6);
	protocol = rd_u16(r);
	return protocol == PPP_IP4 ? FRAME_IP4 : protocol == PPP_IP6 ? TYPE_IP6 : TYPE_NONE;
}

static uint16_t
read_geneve(struct rd *r)
{
	uint8_t words = rd_u8(r) & 0x3f; /* of options */
	uint16_t type;

	rd_take(r, 1);
	type = rd_u16(r);
	rd_take(r, 4 + 4u * words);
	return type;
}

static uint16_t
read_udp(struct rd *r, struct packet *p)
{
	p->sport = rd_u16(r);
	p->dport = rd_u16(r);
	p->full = rd_u16(r);
	rd_take(r, 2);
	if (r->bad || p->full < UDP_HEADER)
		return TYPE_NONE;
	p->full -= UDP_HEADER;
	if (p->dport == GENEVE_PORT)
		return read_geneve(r);
	if (p->dport != VXLAN_PORT && p->dport != VXLAN_PORT_LINUX)
		return TYPE_THIS;
	rd_take(r, 8); /* RFC 7348 */
	return TYPE_ETHERNET;
}

/* What IP of either version carries, by its protocol number; but for TCP. */
static uint16_t
read_payload(uint8_t protocol, struct rd *r, struct packet *p)
{
	switch (protocol) {
	case IP_UDP:
		return read_udp(r, p);
	case IP_GRE:
		return read_gre(r);
	case IP_IP:
		return FRAME_IP4;
	case IP_IP6:
		return TYPE_IP6;
	default:
		return TYPE_NONE;
	}
}

/* What it carries. */
static uint16_t
read_ip(struct rd *r, struct packet *p)
{
	const size_t captured = rd_left(r);
	uint8_t version = rd_u8(r), protocol;
	size_t header = (size_t)(version & 15) * 4, total;
	uint16_t fragment;

	rd_take(r, 1);
	total = rd_u16(r);
	rd_take(r, 2);
	fragment = rd_u16(r);
	rd_take(r, 1);
	protocol = rd_u8(r);
	rd_take(r, 2);
	p->src = rd_u32(r);
	p->dst = rd_u32(r);
	if (r->bad || version >> 4 != 4 || header < IP_HEADER || (fragment & OFFSET_MASK))
		return TYPE_NONE;
	/* Segmentation offload leaves the length of what is over 64 KiB at 0. */
	if (total == 0)
		total = captured;
	if (total < header)
		return TYPE_NONE;
	rd_take(r, header - IP_HEADER);
	p->tcp = protocol == IP_TCP;
	if (p->tcp)
		return packet_read_tcp(r, total - header, p) ? TYPE_THIS : TYPE_NONE;
	return read_payload(protocol, r, p);
}

/* What it carries, too; of a machine's own packets UDP alone. */
static uint16_t
read_ip6(struct rd *r, struct packet *p)
{
	bool first = true;
	const uint8_t *at;
	uint16_t type;
	uint8_t next;

	rd_take(r, 6);
	next = rd_u8(r);
	rd_take(r, 1);
	at = rd_take(r, 32);
	while (next == IP6_HOPS || next == IP6_ROUTING || next == IP6_FRAGMENT || next == IP6_DESTINATION) {
		uint8_t length, this = next;

		next = rd_u8(r);
		length = rd_u8(r);
		if (this == IP6_FRAGMENT)
			first = rd_u16(r) < 8;
		rd_take(r, this == IP6_FRAGMENT ? 4 : 6 + (size_t)length * 8);
		if (r->bad || !first)
			return TYPE_NONE;
	}
	type = read_payload(next, r, p);
	if (type == TYPE_THIS && at) {
		p->ip6 = true;
		p->src = p->dst = 0;
		memcpy(&p->src6, at, sizeof(p->src6));
	}
	return type;
}

/* Goes into one layer; the type of the next. */
static uint16_t
read_layer(uint16_t type, struct rd *r, struct packet *p)
{
	switch (type) {
	case FRAME_IP4:
		return read_ip(r, p);
	case TYPE_IP6:
		return read_ip6(r, p);
	case FRAME_VLAN:
	case FRAME_QINQ:
		rd_take(r, 2);
		return rd_u16(r);
	case TYPE_ETHERNET:
		return read_ethernet(r, p);
	case TYPE_MPLS:
	case TYPE_MPLS_GROUP:
		return read_mpls(r);
	case TYPE_PPPOE:
		return read_pppoe(r);
	default:
		return TYPE_NONE;
	}
}

bool
packet_read(int dlt, const uint8_t *bytes, size_t len, struct packet *out)
{
	struct rd r = rd_open(bytes, len);
	struct packet p = { .tcp = false };
	uint16_t type = packet_read_link(dlt, &r, &p);

	if (!type && dlt != LINK_ETHERNET)
		type = ip_type(r);
	for (int layer = 0; layer < LAYERS && type != TYPE_NONE && type != TYPE_THIS && !r.bad; layer++)
		type = read_layer(type, &r, &p);
	if (r.bad || type != TYPE_THIS)
		return false;
	/* Not the padding of a short Ethernet frame. */
	p.len = rd_left(&r) < p.full ? rd_left(&r) : p.full;
	p.data = rd_take(&r, p.len);
	if (!p.data)
		return false;
	*out = p;
	return true;
}
