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
	IP_TCP = 6,
	IP_UDP = 17,
	OFFSET_MASK = 0x1fff
};

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

/* Up to the network header; its ethertype, 0 when the link has none. */
static uint16_t
packet_read_link(int dlt, struct rd *r, struct packet *p)
{
	uint16_t type = 0, hardware;

	switch (dlt) {
	case LINK_ETHERNET:
		rd_take(r, 6);
		take_mac(p, rd_take(r, 6));
		return rd_u16(r);
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

static bool
packet_read_ip(struct rd *r, struct packet *p)
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
		return false;
	/* Segmentation offload leaves the length of what is over 64 KiB at 0. */
	if (total == 0)
		total = captured;
	if (total < header)
		return false;
	rd_take(r, header - IP_HEADER);
	p->tcp = protocol == IP_TCP;
	if (p->tcp) {
		if (!packet_read_tcp(r, total - header, p))
			return false;
	} else if (protocol == IP_UDP) {
		p->sport = rd_u16(r);
		p->dport = rd_u16(r);
		p->full = rd_u16(r);
		rd_take(r, 2);
		if (r->bad || p->full < UDP_HEADER)
			return false;
		p->full -= UDP_HEADER;
	} else {
		return false;
	}
	/* Not the padding of a short Ethernet frame. */
	p->len = rd_left(r) < p->full ? rd_left(r) : p->full;
	p->data = rd_take(r, p->len);
	return p->data != NULL;
}

bool
packet_read(int dlt, const uint8_t *bytes, size_t len, struct packet *out)
{
	struct rd r = rd_open(bytes, len);
	struct packet p = { .tcp = false };
	uint16_t type = packet_read_link(dlt, &r, &p);

	for (int tags = 0; tags < 2 && (type == FRAME_VLAN || type == FRAME_QINQ); tags++) {
		rd_take(&r, 2);
		type = rd_u16(&r);
	}
	if (r.bad || (type && type != FRAME_IP4) || (!type && dlt == LINK_ETHERNET) || !packet_read_ip(&r, &p))
		return false;
	*out = p;
	return true;
}
