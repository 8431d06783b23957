#include "frame.h"

#include <endian.h>
#include <string.h>

#include "wire.h"

enum { IP_PROTO_UDP = 17, IP_TTL = 64, IP_HEADER = 20, UDP_HEADER = 8 };

/* One's complement sum of big-endian words, not folded; two words at a time
 * make no difference (RFC 1071, section 2C). */
static uint64_t
sum(const uint8_t *p, size_t len, uint64_t acc)
{
	uint32_t two;

	for (; len >= sizeof(two); p += sizeof(two), len -= sizeof(two)) {
		memcpy(&two, p, sizeof(two));
		acc += be32toh(two);
	}
	for (; len > 1; p += 2, len -= 2)
		acc += (uint32_t)p[0] << 8 | p[1];
	if (len)
		acc += (uint32_t)p[0] << 8;
	return acc;
}

static uint16_t
fold(uint64_t acc)
{
	while (acc >> 16)
		acc = (acc & 0xffff) + (acc >> 16);
	return (uint16_t)~acc;
}

/* The pseudo header's share of the UDP checksum (RFC 768). */
static uint32_t
pseudo(uint32_t src, uint32_t dst, size_t udp_len)
{
	return (src >> 16) + (src & 0xffff) + (dst >> 16) + (dst & 0xffff) + IP_PROTO_UDP + (uint32_t)udp_len;
}

static void
put_ip(struct wr *w, const struct frame_udp *u)
{
	uint8_t *header = w->p;
	uint16_t check;

	wr_u8(w, 0x45);
	wr_u8(w, 0x10); /* low delay, as DHCP servers mark it */
	wr_u16(w, (uint16_t)(IP_HEADER + UDP_HEADER + u->len));
	wr_u16(w, 0);
	wr_u16(w, 0x4000); /* don't fragment; so no identification is needed (RFC 6864) */
	wr_u8(w, IP_TTL);
	wr_u8(w, IP_PROTO_UDP);
	wr_u16(w, 0);
	wr_u32(w, u->src);
	wr_u32(w, u->dst);
	if (w->full)
		return;
	check = fold(sum(header, IP_HEADER, 0));
	header[10] = (uint8_t)(check >> 8);
	header[11] = (uint8_t)check;
}

static void
put_udp(struct wr *w, const struct frame_udp *u)
{
	uint8_t *header = w->p;
	size_t len = UDP_HEADER + u->len;
	uint16_t check;

	wr_u16(w, u->sport);
	wr_u16(w, u->dport);
	wr_u16(w, (uint16_t)len);
	wr_u16(w, 0);
	wr_bytes(w, u->data, u->len);
	if (w->full)
		return;
	check = fold(sum(header, len, pseudo(u->src, u->dst, len)));
	if (check == 0)
		check = 0xffff; /* 0 means "none" (RFC 768) */
	header[6] = (uint8_t)(check >> 8);
	header[7] = (uint8_t)check;
}

size_t
frame_build(const struct frame_udp *u, uint8_t *out, size_t size)
{
	struct wr w = wr_open(out, size);

	if (u->len > 65535 - IP_HEADER - UDP_HEADER)
		return 0;
	wr_bytes(&w, u->dst_mac, 6);
	wr_bytes(&w, u->src_mac, 6);
	wr_u16(&w, FRAME_IP4);
	put_ip(&w, u);
	put_udp(&w, u);
	return w.full ? 0 : wr_len(&w);
}

static bool
parse_udp(struct rd *r, bool offloaded, struct frame_udp *u)
{
	const uint8_t *start = r->p;
	size_t len;
	uint16_t check;

	u->sport = rd_u16(r);
	u->dport = rd_u16(r);
	len = rd_u16(r);
	check = rd_u16(r);
	if (r->bad || len < UDP_HEADER)
		return false;
	u->len = len - UDP_HEADER;
	u->data = rd_take(r, u->len);
	if (!u->data)
		return false;
	return check == 0 || offloaded || fold(sum(start, len, pseudo(u->src, u->dst, len))) == 0;
}

bool
frame_parse_ip(const uint8_t *bytes, size_t len, bool offloaded, struct frame_udp *u)
{
	struct rd r = rd_open(bytes, len), payload;
	uint8_t version = rd_u8(&r), proto;
	size_t header = (size_t)(version & 15) * 4, total;
	uint16_t fragment;

	rd_take(&r, 1);
	total = rd_u16(&r);
	rd_take(&r, 2);
	fragment = rd_u16(&r);
	rd_take(&r, 1);
	proto = rd_u8(&r);
	rd_take(&r, 2);
	u->src = rd_u32(&r);
	u->dst = rd_u32(&r);
	if (r.bad || version >> 4 != 4 || header < IP_HEADER || total < header || total > len ||
	    proto != IP_PROTO_UDP || (fragment & 0x3fff) != 0)
		return false;
	if (fold(sum(bytes, header, 0)) != 0)
		return false;
	rd_take(&r, header - IP_HEADER);
	payload = rd_sub(&r, total - header);
	return !payload.bad && parse_udp(&payload, offloaded, u);
}

bool
frame_parse(const uint8_t *bytes, size_t len, bool offloaded, struct frame_udp *u)
{
	struct rd r = rd_open(bytes, len);
	const uint8_t *dst = rd_take(&r, 6), *src = rd_take(&r, 6);
	uint16_t type = rd_u16(&r);

	for (int tags = 0; tags < 2 && (type == FRAME_VLAN || type == FRAME_QINQ); tags++) {
		rd_take(&r, 2);
		type = rd_u16(&r);
	}
	if (r.bad || type != FRAME_IP4)
		return false;
	memcpy(u->dst_mac, dst, 6);
	memcpy(u->src_mac, src, 6);
	return frame_parse_ip(r.p, rd_left(&r), offloaded, u);
}
