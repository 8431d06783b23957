/* Frames of IPv6: written, read back, and cut short anywhere. */
#include "addr6.h"
#include "dns.h"
#include "ip6.h"
#include "test.h"
#include "wire.h"

static const uint8_t mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

static struct in6_addr
ip6(const char *text)
{
	struct in6_addr a = { 0 };

	CHECK(addr6_parse(text, &a));
	return a;
}

static void
addresses_made_of_a_mac(void)
{
	struct in6_addr local = ip6_link_local(mac), want = ip6("fe80::5054:ff:fe12:3456");
	struct in6_addr a = ip6("fd00:77::1:abcd"), node = ip6_solicited_node(&a), wanted = ip6("ff02::1:ff01:abcd");
	static const uint8_t multicast[6] = { 0x33, 0x33, 0xff, 0x01, 0xab, 0xcd };
	uint8_t to[6];

	CHECK(addr6_cmp(&local, &want) == 0);
	CHECK(addr6_cmp(&node, &wanted) == 0);
	ip6_multicast_mac(&node, to);
	CHECK(memcmp(to, multicast, 6) == 0);
}

/* A router advertisement: M and O, a prefix, a DNS server. */
static size_t
advertisement(uint8_t *frame, size_t size)
{
	struct ip6 p = { .src = ip6("fe80::1"), .dst = ip6("ff02::1"), .next = IP6_ICMP, .hops = 255 };
	struct in6_addr net = ip6("fd00:77::"), dns = ip6("fd00:77::53");
	uint8_t bytes[128];
	struct wr w = wr_open(bytes, sizeof(bytes));

	wr_u32(&w, (uint32_t)IP6_RA << 24);
	wr_u8(&w, 64);
	wr_u8(&w, 0xc0);
	wr_u16(&w, 1800);
	wr_u32(&w, 0);
	wr_u32(&w, 0);
	wr_u16(&w, 0x0101);
	wr_bytes(&w, mac, 6);
	wr_u32(&w, 0x030440c0);
	wr_u32(&w, 7200);
	wr_u32(&w, 3600);
	wr_u32(&w, 0);
	wr_bytes(&w, &net, 16);
	wr_u32(&w, 0x19030000);
	wr_u32(&w, 3600);
	wr_bytes(&w, &dns, 16);
	p.data = bytes;
	p.len = wr_len(&w);
	return ip6_write(&p, frame, size);
}

static void
a_router_advertisement(void)
{
	uint8_t frame[256];
	size_t len = advertisement(frame, sizeof(frame));
	struct in6_addr net = ip6("fd00:77::"), dns = ip6("fd00:77::53");
	struct ip6_ra ra;
	struct ip6 p;

	CHECK(len > 0);
	CHECK(ip6_read(frame, len, &p));
	CHECK_INT(ip6_check(&p), IP6_SUM_GOOD);
	CHECK(ip6_read_ra(&p, &ra));
	CHECK(ra.managed && ra.other);
	CHECK_INT(ra.lifetime_s, 1800);
	CHECK_INT(ra.prefixes, 1);
	CHECK(ra.prefix[0].on_link && ra.prefix[0].slaac);
	CHECK_INT(ra.prefix[0].len, 64);
	CHECK(addr6_cmp(&ra.prefix[0].net, &net) == 0);
	CHECK(ra.has_dns && addr6_cmp(&ra.dns, &dns) == 0);
	CHECK(memcmp(ra.mac, mac, 6) == 0);
	/* one that a router sent on is none (RFC 4861, 6.1.2) */
	p.hops = 254;
	CHECK(!ip6_read_ra(&p, &ra));
	for (size_t n = 0; n < len; n++)
		CHECK(!ip6_read(frame, n, &p));
	/* options of no length lead nowhere */
	CHECK(ip6_read(frame, len, &p));
	for (size_t n = 0; n < p.len; n++) {
		struct ip6 cut = p;

		cut.len = n;
		ip6_read_ra(&cut, &ra);
	}
	frame[IP6_HEADERS + 17] = 0;
	CHECK(!ip6_read_ra(&p, &ra));
	CHECK_INT(ip6_check(&p), IP6_SUM_BAD);
}

static void
udp_and_its_checksum(void)
{
	struct ip6 p = { .src = ip6("fe80::1"), .dst = ip6("fe80::2"), .next = IP6_UDP, .hops = 64 };
	static const uint8_t bytes[] = { 2, 0x23, 2, 0x22, 0, 11, 0, 0, 'a', 'b', 'c' };
	uint8_t frame[100];
	struct ip6_udp u;
	size_t len;

	p.data = bytes;
	p.len = sizeof(bytes);
	len = ip6_write(&p, frame, sizeof(frame));
	CHECK_INT(len, IP6_HEADERS + sizeof(bytes));
	CHECK_INT(ip6_write(&p, frame, len - 1), 0);
	CHECK(ip6_read(frame, len, &p) && ip6_read_udp(&p, &u));
	CHECK_INT(ip6_check(&p), IP6_SUM_GOOD);
	CHECK_INT(u.sport, 547);
	CHECK_INT(u.dport, 546);
	CHECK_INT(u.len, 3);
	frame[len - 1] ^= 1;
	CHECK_INT(ip6_check(&p), IP6_SUM_BAD);
	/* none at all is wrong over IPv6 */
	frame[IP6_HEADERS + 6] = frame[IP6_HEADERS + 7] = 0;
	CHECK_INT(ip6_check(&p), IP6_SUM_ZERO);
	frame[IP6_HEADERS + 5] = 12; /* longer than the packet */
	CHECK(!ip6_read_udp(&p, &u));
	frame[IP6_HEADERS + 5] = 7; /* shorter than its header */
	CHECK(!ip6_read_udp(&p, &u));
}

static void
neighbours(void)
{
	struct ip6 p = { .src = ip6("fe80::1"), .dst = ip6("fe80::2"), .next = IP6_ICMP, .hops = 255 };
	struct in6_addr target = ip6("fd00::7"), found;
	uint8_t bytes[32], got[6];
	struct wr w = wr_open(bytes, sizeof(bytes));

	wr_u32(&w, (uint32_t)IP6_NA << 24);
	wr_u32(&w, 0x60000000);
	wr_bytes(&w, &target, 16);
	wr_u16(&w, 0x0201);
	wr_bytes(&w, mac, 6);
	p.data = bytes;
	p.len = wr_len(&w);
	CHECK(ip6_read_neighbour(&p, &found, got));
	CHECK(addr6_cmp(&found, &target) == 0 && memcmp(got, mac, 6) == 0);
	p.len = 24; /* without the option: from the frame */
	memset(p.src_mac, 7, 6);
	CHECK(ip6_read_neighbour(&p, &found, got) && got[0] == 7);
	p.len = 23;
	CHECK(!ip6_read_neighbour(&p, &found, got));
}

static void
names_of_ipv6_hosts(void)
{
	static const uint8_t answer[] = "\0\1\x81\x80\0\1\0\1\0\0\0\0\1a\0\0\34\0\1\xc0\x0c\0\34\0\1\0\0\0\1\0\20"
	                                "\xfd\0\0\x77\0\0\0\0\0\0\0\0\0\0\0\1";
	struct in6_addr found, want = ip6("fd00:77::1");
	uint8_t query[64];
	uint32_t addr;
	size_t len = dns_write6("a", 1, query, sizeof(query));

	CHECK_INT(len, 12 + 3 + 4);
	CHECK_INT(query[16], 28);
	CHECK(dns_read6(answer, sizeof(answer) - 1, &found) && addr6_cmp(&found, &want) == 0);
	CHECK(!dns_read(answer, sizeof(answer) - 1, &addr));
	for (size_t n = 0; n < sizeof(answer) - 1; n++)
		CHECK(!dns_read6(answer, n, &found));
}

int
main(void)
{
	RUN(addresses_made_of_a_mac);
	RUN(a_router_advertisement);
	RUN(udp_and_its_checksum);
	RUN(neighbours);
	RUN(names_of_ipv6_hosts);
	return TEST_EXIT();
}
