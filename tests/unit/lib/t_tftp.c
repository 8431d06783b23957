/* TFTP packets: golden ones, cut at every length, and what is written back. */
#include "test.h"

#include <stdlib.h>

#include "tftp.h"

/* An exact copy, so that the sanitizer sees a read past the end. */
static enum tftp_error
parse(const void *bytes, size_t len, struct tftp_packet *p)
{
	static void *copy;

	free(copy);
	copy = malloc(len ? len : 1);
	memcpy(copy, bytes, len);
	return tftp_parse(copy, len, p);
}

#define PARSE(text, p) parse((text), sizeof(text) - 1, (p))

static void
requests(void)
{
	struct tftp_packet p;

	CHECK_INT(PARSE("\0\1pxelinux.0\0octet\0", &p), TFTP_OK);
	CHECK_INT(p.op, TFTP_RRQ);
	CHECK_STR(p.name, "pxelinux.0");
	CHECK(!p.netascii);
	CHECK_INT(p.options.has, 0);
	CHECK_INT(PARSE("\0\2up\0NetASCII\0", &p), TFTP_OK);
	CHECK_INT(p.op, TFTP_WRQ);
	CHECK(p.netascii);
	CHECK_INT(PARSE("\0\1a\0mail\0", &p), TFTP_BAD_MODE);
	CHECK_INT(PARSE("\0\1\0octet\0", &p), TFTP_OK);
	CHECK_STR(p.name, "");
}

static void
options_of_real_clients(void)
{
	struct tftp_packet p;

	/* EDK2 */
	CHECK_INT(PARSE("\0\1shimx64.efi\0octet\0tsize\0"
	                "0\0blksize\0"
	                "1468\0windowsize\0"
	                "4\0",
	              &p),
	    TFTP_OK);
	CHECK_INT(p.options.has, TFTP_HAS_TSIZE | TFTP_HAS_BLKSIZE | TFTP_HAS_WINDOW);
	CHECK_INT(p.options.blksize, 1468);
	CHECK_INT(p.options.windowsize, 4);
	/* iPXE: "multicast" with an empty value */
	CHECK_INT(PARSE("\0\1boot.ipxe\0octet\0blksize\0"
	                "1432\0tsize\0"
	                "0\0multicast\0\0",
	              &p),
	    TFTP_OK);
	CHECK_INT(p.options.has, TFTP_HAS_TSIZE | TFTP_HAS_BLKSIZE);
	/* U-Boot */
	CHECK_INT(PARSE("\0\1Image\0octet\0timeout\0"
	                "5\0tsize\0"
	                "0\0blksize\0"
	                "1468\0",
	              &p),
	    TFTP_OK);
	CHECK_INT(p.options.timeout_s, 5);
	/* names in capitals, unknown options, the same one twice */
	CHECK_INT(PARSE("\0\1a\0octet\0BLKSIZE\0"
	                "1024\0rollover\0"
	                "0\0blksize\0"
	                "8\0",
	              &p),
	    TFTP_OK);
	CHECK_INT(p.options.has, TFTP_HAS_BLKSIZE);
	CHECK_INT(p.options.blksize, 1024);
}

static void
values_their_rfc_refuses(void)
{
	static const struct {
		const char *name, *value;
	} bad[] = {
		{ "blksize", "7" },
		{ "blksize", "0" },
		{ "blksize", "-512" },
		{ "blksize", "1468x" },
		{ "blksize", " 512" },
		{ "blksize", "+512" },
		{ "blksize", "99999999999999999999999" },
		{ "windowsize", "0" },
		{ "windowsize", "65536" },
		{ "windowsize", "abc" },
		{ "timeout", "0" },
		{ "timeout", "256" },
		{ "tsize", "1.5" },
		{ "tsize", "0x10" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tftp_packet p;
		char packet[128];
		int n = snprintf(
		    packet, sizeof(packet), "%c%cf%coctet%c%s%c%s%c", 0, 1, 0, 0, bad[i].name, 0, bad[i].value, 0);

		CHECK_INT(parse(packet, (size_t)n, &p), TFTP_BAD_OPTION);
		CHECK_STR(p.message, bad[i].name);
		CHECK_STR(p.name, "f");
	}
}

/* toybox' pull request 297: the walk over the options left the packet.
 * OpenBSD's tftpd looked at an ACK before its length (the_other_packets). */
static void
requests_cut_anywhere(void)
{
	static const char golden[] = "\0\1a/b\0octet\0tsize\0"
	                             "0\0blksize\0"
	                             "1468\0";
	struct tftp_packet p;

	for (size_t n = 0; n < sizeof(golden) - 1; n++) {
		/* whole after the mode, and after each option */
		bool whole = n == 12 || n == 20;

		CHECK_INT(parse(golden, n, &p), n < 12 ? TFTP_MALFORMED : TFTP_OK);
		CHECK(n < 12 || p.trailing == !whole);
		CHECK(n < 12 || p.options.has == (n == 20 ? TFTP_HAS_TSIZE : 0));
	}
	CHECK_INT(parse(golden, sizeof(golden) - 1, &p), TFTP_OK);
	CHECK(!p.trailing);
}

/* Some Apple Open Firmware sends such; OpenBSD's tftpd serves it. */
static void
garbage_behind_a_whole_request_is_no_option(void)
{
	static const struct {
		const char *bytes;
		size_t len;
	} tails[] = {
#define TAIL(text) { "\0\1a\0octet\0" text, sizeof("\0\1a\0octet\0" text) - 1 }
		TAIL("\xff\x12garb"),
		TAIL("tsize\0"),
		TAIL("tsize"),
		TAIL("tsize\0"
		     "0"),
		TAIL("tsize\0"
		     "0\0xyz"),
		TAIL("blksize\0"
		     "7\0xyz"),
		TAIL("\0\0x"),
#undef TAIL
	};
	struct tftp_packet p;

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		CHECK_INT(parse(tails[i].bytes, tails[i].len, &p), TFTP_OK);
		CHECK_STR(p.name, "a");
		CHECK(p.trailing);
		CHECK_INT(p.options.has, 0);
		CHECK_STR(p.message, "");
	}
	CHECK_INT(PARSE("\0\1a\0octet\0\0\0\0", &p), TFTP_OK);
	CHECK(!p.trailing);
	CHECK_INT(PARSE("\0\2a\0octet\0tsize\0", &p), TFTP_OK);
	CHECK(p.op == TFTP_WRQ && p.trailing);
	/* an OACK has no such excuse */
	CHECK_INT(PARSE("\0\6tsize\0", &p), TFTP_MALFORMED);
	CHECK_INT(PARSE("\0\6tsize\0"
	                "0\0xyz",
	              &p),
	    TFTP_MALFORMED);
}

static void
the_other_packets(void)
{
	struct tftp_packet p;

	CHECK_INT(PARSE("\0\3\x12\x34"
	                "data",
	              &p),
	    TFTP_OK);
	CHECK_INT(p.block, 0x1234);
	CHECK_INT(p.len, 4);
	CHECK(memcmp(p.data, "data", 4) == 0);
	CHECK_INT(PARSE("\0\3\0\1", &p), TFTP_OK);
	CHECK_INT(p.len, 0);
	CHECK_INT(PARSE("\0\3\0", &p), TFTP_MALFORMED);
	CHECK_INT(PARSE("\0\4\xff\xff", &p), TFTP_OK);
	CHECK_INT(p.block, 65535);
	CHECK_INT(PARSE("\0\4\0\1padding", &p), TFTP_OK);
	CHECK_INT(PARSE("\0\4\0", &p), TFTP_MALFORMED);
	CHECK_INT(PARSE("\0\5\0\x8User aborted\0", &p), TFTP_OK);
	CHECK_INT(p.code, 8);
	CHECK_STR(p.message, "User aborted");
	CHECK_INT(PARSE("\0\5\0\1unterminated", &p), TFTP_OK);
	CHECK_STR(p.message, "");
	CHECK_INT(PARSE("\0\5\0", &p), TFTP_MALFORMED);
	CHECK_INT(PARSE("\0\6tsize\0"
	                "42\0",
	              &p),
	    TFTP_OK);
	CHECK_INT(p.options.tsize, 42);
	CHECK_INT(PARSE("\0\0", &p), TFTP_MALFORMED);
	CHECK_INT(PARSE("\0\7aa", &p), TFTP_MALFORMED);
	CHECK_INT(PARSE("\0", &p), TFTP_MALFORMED);
	CHECK_INT(PARSE("", &p), TFTP_MALFORMED);
}

/* uftpd's bug 43: the OACK's length was counted twice, and the NULs behind it
 * broke Cisco's and U-Boot's clients. */
static void
an_oack_has_no_padding(void)
{
	static const char want[] = "\0\6tsize\0"
	                           "77\0blksize\0"
	                           "1468\0timeout\0"
	                           "3\0windowsize\0"
	                           "16\0";
	struct tftp_options o = { .has = TFTP_HAS_BLKSIZE | TFTP_HAS_TSIZE | TFTP_HAS_TIMEOUT | TFTP_HAS_WINDOW,
		.blksize = 1468,
		.tsize = 77,
		.timeout_s = 3,
		.windowsize = 16 };
	uint8_t out[128];

	CHECK_INT(tftp_write_oack(&o, out, sizeof(out)), sizeof(want) - 1);
	CHECK(memcmp(out, want, sizeof(want) - 1) == 0);
	CHECK_INT(tftp_write_oack(&o, out, sizeof(want) - 2), 0);
	o.has = TFTP_HAS_BLKSIZE;
	CHECK_INT(tftp_write_oack(&o, out, sizeof(out)), 2 + 8 + 5);
}

static void
what_is_written_reads_back(void)
{
	struct tftp_options o = { .has = TFTP_HAS_BLKSIZE, .blksize = 1428 };
	struct tftp_packet p;
	uint8_t out[64];
	size_t n = tftp_write_request(TFTP_RRQ, "x", &o, out, sizeof(out));

	CHECK_INT(parse(out, n, &p), TFTP_OK);
	CHECK_STR(p.name, "x");
	CHECK_INT(p.options.blksize, 1428);
	CHECK_INT(parse(out, tftp_write_ack(65535, out, sizeof(out)), &p), TFTP_OK);
	CHECK(p.op == TFTP_ACK && p.block == 65535);
	CHECK_INT(parse(out, tftp_write_error(1, "no", out, sizeof(out)), &p), TFTP_OK);
	CHECK(p.op == TFTP_ERROR && p.code == 1);
	CHECK_STR(p.message, "no");
	CHECK_INT(tftp_write_error(1, "no", out, 6), 0);
	CHECK_INT(parse(out, tftp_write_data_header(7, out, sizeof(out)), &p), TFTP_OK);
	CHECK(p.op == TFTP_DATA && p.block == 7 && p.len == 0);
}

int
main(void)
{
	RUN(requests);
	RUN(options_of_real_clients);
	RUN(values_their_rfc_refuses);
	RUN(requests_cut_anywhere);
	RUN(garbage_behind_a_whole_request_is_no_option);
	RUN(the_other_packets);
	RUN(an_oack_has_no_padding);
	RUN(what_is_written_reads_back);
	return TEST_EXIT();
}
