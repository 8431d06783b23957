#include "ip6.h"

#include <string.h>

#include "wire.h"

enum { OPTION_SOURCE_MAC = 1, OPTION_TARGET_MAC = 2, OPTION_PREFIX = 3, OPTION_DNS = 25 };

static bool
read_addr(struct rd *r, struct in6_addr *out)
{
	const uint8_t *at = rd_take(r, sizeof(*out));

	if (at)
		memcpy(out, at, sizeof(*out));
	return at;
}

bool
ip6_read(const uint8_t *frame, size_t len, struct ip6 *out)
{
	struct rd r = rd_open(frame, len);
	const uint8_t *macs = rd_take(&r, 12);
	struct ip6 p;

	if (rd_u16(&r) != IP6_ETHERTYPE || rd_u32(&r) >> 28 != 6)
		return false;
	p.len = rd_u16(&r);
	p.next = rd_u8(&r);
	p.hops = rd_u8(&r);
	read_addr(&r, &p.src);
	read_addr(&r, &p.dst);
	p.data = rd_take(&r, p.len);
	if (r.bad)
		return false;
	memcpy(p.dst_mac, macs, 6);
	memcpy(p.src_mac, macs + 6, 6);
	*out = p;
	return true;
}

static uint32_t
sum_bytes(uint32_t sum, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	return sum;
}

/* Of the pseudo-header (RFC 8200, 8.1) and the data. */
static uint16_t
sum_of(const struct ip6 *p)
{
	uint32_t sum = sum_bytes(0, &p->src, sizeof(p->src));

	sum = sum_bytes(sum, &p->dst, sizeof(p->dst));
	sum = sum_bytes(sum + (uint32_t)p->len + p->next, p->data, p->len);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static size_t
sum_place(uint8_t next)
{
	return next == IP6_UDP ? 6 : 2;
}

enum ip6_sum
ip6_check(const struct ip6 *p)
{
	size_t at = sum_place(p->next);

	if (p->len < at + 2)
		return IP6_SUM_BAD;
	if (p->next == IP6_UDP && p->data[at] == 0 && p->data[at + 1] == 0)
		return IP6_SUM_ZERO;
	return sum_of(p) == 0 ? IP6_SUM_GOOD : IP6_SUM_BAD;
}

size_t
ip6_write(const struct ip6 *p, uint8_t *out, size_t size)
{
	struct wr w = wr_open(out, size);
	size_t at = sum_place(p->next);
	struct ip6 whole = *p;
	uint16_t sum;

	wr_bytes(&w, p->dst_mac, 6);
	wr_bytes(&w, p->src_mac, 6);
	wr_u16(&w, IP6_ETHERTYPE);
	wr_u32(&w, 6u << 28);
	wr_u16(&w, (uint16_t)p->len);
	wr_u8(&w, p->next);
	wr_u8(&w, p->hops);
	wr_bytes(&w, &p->src, sizeof(p->src));
	wr_bytes(&w, &p->dst, sizeof(p->dst));
	wr_bytes(&w, p->data, p->len);
	if (w.full || p->len < at + 2)
		return 0;
	whole.data = out + IP6_HEADERS;
	memset(out + IP6_HEADERS + at, 0, 2);
	sum = sum_of(&whole);
	if (sum == 0 && p->next == IP6_UDP)
		sum = 0xffff;
	out[IP6_HEADERS + at] = (uint8_t)(sum >> 8);
	out[IP6_HEADERS + at + 1] = (uint8_t)sum;
	return wr_len(&w);
}

bool
ip6_read_udp(const struct ip6 *p, struct ip6_udp *out)
{
	struct rd r = rd_open(p->data, p->len);
	size_t len;

	if (p->next != IP6_UDP)
		return false;
	out->src = p->src;
	out->dst = p->dst;
	out->sport = rd_u16(&r);
	out->dport = rd_u16(&r);
	len = rd_u16(&r);
	rd_u16(&r);
	if (r.bad || len < 8)
		return false;
	out->len = len - 8;
	out->data = rd_take(&r, out->len);
	return !r.bad;
}

static void
read_prefix(struct rd r, struct ip6_ra *ra)
{
	uint8_t len = rd_u8(&r), flags = rd_u8(&r);
	struct in6_addr net;

	rd_take(&r, 12);
	if (!read_addr(&r, &net) || len > 128 || ra->prefixes == IP6_PREFIXES)
		return;
	ra->prefix[ra->prefixes].net = net;
	ra->prefix[ra->prefixes].len = len;
	ra->prefix[ra->prefixes].on_link = flags & 0x80;
	ra->prefix[ra->prefixes++].slaac = flags & 0x40;
}

bool
ip6_read_ra(const struct ip6 *p, struct ip6_ra *out)
{
	struct rd r = rd_open(p->data, p->len);
	struct ip6_ra ra = { .from = p->src };
	uint8_t flags;

	if (p->next != IP6_ICMP || p->hops != 255 || rd_u8(&r) != IP6_RA)
		return false;
	memcpy(ra.mac, p->src_mac, 6);
	rd_take(&r, 4);
	flags = rd_u8(&r);
	ra.managed = flags & 0x80;
	ra.other = flags & 0x40;
	ra.lifetime_s = rd_u16(&r);
	rd_take(&r, 8);
	while (rd_left(&r) >= 2 && !r.bad) {
		uint8_t type = rd_u8(&r), units = rd_u8(&r);
		const uint8_t *value = units ? rd_take(&r, units * 8u - 2) : NULL;
		struct rd o = rd_open(value, value ? units * 8u - 2 : 0);

		if (!value)
			return false;
		if (type == OPTION_SOURCE_MAC && units == 1)
			memcpy(ra.mac, value, 6);
		else if (type == OPTION_PREFIX)
			read_prefix(o, &ra);
		else if (type == OPTION_DNS && rd_take(&o, 6))
			ra.has_dns = read_addr(&o, &ra.dns);
	}
	if (!r.bad)
		*out = ra;
	return !r.bad;
}

bool
ip6_read_neighbour(const struct ip6 *p, struct in6_addr *target, uint8_t mac[6])
{
	struct rd r = rd_open(p->data, p->len);
	uint8_t type = rd_u8(&r);
	const uint8_t *value;

	if (p->next != IP6_ICMP || p->hops != 255 || (type != IP6_NS && type != IP6_NA))
		return false;
	rd_take(&r, 7);
	if (!read_addr(&r, target))
		return false;
	memcpy(mac, p->src_mac, 6);
	while (rd_left(&r) >= 8) {
		uint8_t option = rd_u8(&r), units = rd_u8(&r);

		value = units ? rd_take(&r, units * 8u - 2) : NULL;
		if (!value)
			return false;
		if (option == (type == IP6_NS ? OPTION_SOURCE_MAC : OPTION_TARGET_MAC) && units == 1)
			memcpy(mac, value, 6);
	}
	return true;
}

struct in6_addr
ip6_link_local(const uint8_t mac[6])
{
	return (struct in6_addr){ .s6_addr = { 0xfe, 0x80, 0, 0, 0, 0, 0, 0, mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe,
		                      mac[3], mac[4], mac[5] } };
}

struct in6_addr
ip6_solicited_node(const struct in6_addr *addr)
{
	const uint8_t *a = addr->s6_addr;

	return (struct in6_addr){ .s6_addr = { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, a[13], a[14], a[15] } };
}

void
ip6_multicast_mac(const struct in6_addr *addr, uint8_t mac[6])
{
	mac[0] = mac[1] = 0x33;
	memcpy(mac + 2, addr->s6_addr + 12, 4);
}
