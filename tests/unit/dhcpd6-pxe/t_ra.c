#include "addr6.h"
#include "ra.h"
#include "test.h"

/* RFC 4861, 4.2: the header, source, prefix; RFC 8106: servers, domain. */
static void
a_link_without_a_router_is_described(void)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	struct in6_addr net, dns;
	struct ra ra = { .mac = mac, .prefix = 64, .dns = &dns, .dns_n = 1, .domain = "lab.example" };
	uint8_t b[RA_MAX];
	uint16_t lifetime = 99;
	size_t n;

	CHECK(addr6_parse("fd00:77::", &net) && addr6_parse("fd00:77::53", &dns));
	ra.net = net;
	n = ra_write(&ra, b);
	CHECK_INT(n, 16 + 8 + 32 + 24 + 24);
	CHECK(b[0] == 134 && b[5] == 0xc0 && b[6] == 0 && b[7] == 0);
	CHECK(b[16] == 1 && memcmp(b + 18, mac, 6) == 0);
	CHECK(b[24] == 3 && b[25] == 4 && b[26] == 64);
	CHECK_INT(b[27], 0x80); /* on the link; not to make addresses of */
	CHECK(memcmp(b + 40, &net, 16) == 0);
	CHECK(b[56] == 25 && b[57] == 3 && memcmp(b + 64, &dns, 16) == 0);
	CHECK(b[80] == 31 && b[81] == 3 && memcmp(b + 88, "\3lab\7example\0", 13) == 0);
	CHECK_INT(ra_read(b, n, &lifetime), RA_ADVERTISEMENT);
	CHECK_INT(lifetime, 0);
	for (size_t i = 0; i < 16; i++)
		CHECK_INT(ra_read(b, i, &lifetime), RA_NEITHER);
}

static void
the_empty_one_is_empty(void)
{
	const struct ra ra = { .empty = true };
	uint8_t b[RA_MAX];

	CHECK_INT(ra_write(&ra, b), 16);
	CHECK_INT(b[5], 0);
}

static void
others_are_read(void)
{
	uint16_t lifetime = 0;

	CHECK_INT(ra_read("\x85\0\0\0\0\0\0\0", 8, &lifetime), RA_SOLICITATION);
	CHECK_INT(ra_read("\x85\1\0\0\0\0\0\0", 8, &lifetime), RA_NEITHER);
	CHECK_INT(ra_read("\x86\0\0\0\x40\0\x07\x08\0\0\0\0\0\0\0\0", 16, &lifetime), RA_ADVERTISEMENT);
	CHECK_INT(lifetime, 1800);
}

int
main(void)
{
	RUN(a_link_without_a_router_is_described);
	RUN(the_empty_one_is_empty);
	RUN(others_are_read);
	return TEST_EXIT();
}
