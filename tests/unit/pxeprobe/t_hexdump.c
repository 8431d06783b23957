/* Packets that tcpdump has printed. */
#include "hexdump.h"

#include <stdlib.h>

#include "test.h"

static void
two_packets(void)
{
	struct hexdump *d = calloc(1, sizeof(*d));

	CHECK(!hexdump_line(d, "10:00:00.000001 IP 0.0.0.0.68 > 255.255.255.255.67: BOOTP/DHCP, Request\n"));
	CHECK(!hexdump_line(d, "\t0x0000:  4500 0014 0001 0000 4011 0000 0a00 0001  E.......@.......\n"));
	CHECK(!hexdump_line(d, "\t0x0010:  0a00 0002                                ....\n"));
	CHECK(!hexdump_line(d, "23:59:59.999999 IP x"));
	CHECK(hexdump_line(d, "> 0x0000:  4500 00"));
	CHECK_INT(d->len, 20);
	CHECK_INT(d->bytes[16], 10);
	CHECK(d->us == UINT64_C(36000000001));
	CHECK(!hexdump_is_ethernet(d));
	CHECK(!hexdump_line(d, "00:00:00.000001 over midnight"));
	CHECK(hexdump_end(d));
	CHECK_INT(d->len, 3);
	CHECK(d->us == UINT64_C(86399999999));
	free(d);
}

static void
midnight_and_rows_that_are_missing(void)
{
	struct hexdump *d = calloc(1, sizeof(*d));

	hexdump_line(d, "2026-11-30 23:59:59.000000 IP");
	CHECK(!hexdump_line(d, "0x0000:  ffff ffff ffff 0200 0000 0001 0800 4500"));
	/* Not where the last one ended. */
	CHECK(!hexdump_line(d, "0x0030:  4500 4500"));
	hexdump_line(d, "2026-12-01 00:00:00.000000 IP");
	CHECK(hexdump_line(d, "0x0000:  45"));
	CHECK_INT(d->len, 16);
	CHECK(hexdump_is_ethernet(d));
	CHECK(hexdump_end(d));
	CHECK(d->us == UINT64_C(86400000000));
	free(d);
}

static void
what_is_no_dump(void)
{
	static const char *const lines[] = { "", "0x", "0x0000", "0x0000:", "0x0000: zz", "0xzz: 45", "12:34",
		"1:2:3.4", "99:00:00.000000", "2026-", "> > >" };
	struct hexdump *d = calloc(1, sizeof(*d));

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		CHECK(!hexdump_line(d, lines[i]));
	CHECK(!hexdump_end(d));
	CHECK_INT(d->len, 0);
	free(d);
}

int
main(void)
{
	RUN(two_packets);
	RUN(midnight_and_rows_that_are_missing);
	RUN(what_is_no_dump);
	return TEST_EXIT();
}
