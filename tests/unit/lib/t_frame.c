#include "test.h"

#include <stdlib.h>

#include "frame.h"

static uint8_t frame[2048];

static size_t
build(const char *data)
{
	struct frame_udp u = { .dst_mac = { 1, 2, 3, 4, 5, 6 },
		.src_mac = { 7, 8, 9, 10, 11, 12 },
		.src = 0x0a4d0001,
		.dst = 0x0a4d0032,
		.sport = 67,
		.dport = 68,
		.data = (const uint8_t *)data,
		.len = strlen(data) };

	return frame_build(&u, frame, sizeof(frame));
}

static void
what_is_built_is_read(void)
{
	struct frame_udp u;
	size_t n = build("hello");

	CHECK_INT(n, FRAME_HEADERS + 5);
	CHECK(frame_parse(frame, n, false, &u));
	CHECK_INT(u.src, 0x0a4d0001);
	CHECK_INT(u.dst, 0x0a4d0032);
	CHECK_INT(u.sport, 67);
	CHECK_INT(u.dport, 68);
	CHECK_INT(u.len, 5);
	CHECK(memcmp(u.data, "hello", 5) == 0);
	CHECK_INT(u.dst_mac[0], 1);
	CHECK_INT(u.src_mac[5], 12);
	CHECK(frame_parse_ip(frame + 14, n - 14, false, &u));
	/* padding behind, as short frames have it */
	CHECK(frame_parse(frame, n + 20, false, &u));
	CHECK_INT(u.len, 5);
}

/* The checksums of a packet that tcpdump calls correct. */
static void
checksums_are_those_of_the_rfcs(void)
{
	static const uint8_t udp[] = { 0x00, 0x43, 0x00, 0x44, 0x00, 0x0a };
	size_t n = build("ab");
	uint32_t sum = 0;

	CHECK(memcmp(frame + 34, udp, sizeof(udp)) == 0);
	for (size_t i = 14; i < 34; i += 2)
		sum += (uint32_t)(frame[i] << 8 | frame[i + 1]);
	CHECK_INT((sum & 0xffff) + (sum >> 16), 0xffff);
	/* 0a4d 0001 0a4d 0032 0011 000a 0043 0044 000a 6162 -> complement */
	CHECK_INT(frame[40] << 8 | frame[41],
	    0xffff - (0x0a4d + 1 + 0x0a4d + 0x32 + 0x11 + 0xa + 0x43 + 0x44 + 0xa + 0x6162));
	CHECK_INT(n, FRAME_HEADERS + 2);
}

static void
every_bit_counts(void)
{
	struct frame_udp u;
	size_t n = build("some data"), passed = 0;

	for (size_t i = 14; i < n; i++)
		for (int bit = 0; bit < 8; bit++) {
			frame[i] ^= (uint8_t)(1 << bit);
			passed += frame_parse(frame, n, false, &u);
			frame[i] ^= (uint8_t)(1 << bit);
		}
	CHECK_INT(passed, 0);
}

static void
cut_anywhere_it_is_none(void)
{
	size_t n = build("hello");
	struct frame_udp u;

	for (size_t i = 0; i < n; i++) {
		uint8_t *cut = malloc(i ? i : 1);

		memcpy(cut, frame, i);
		CHECK(!frame_parse(cut, i, false, &u));
		CHECK(!frame_parse(cut, i, true, &u));
		free(cut);
	}
}

static void
tags_are_passed_over(void)
{
	uint8_t tagged[2048];
	size_t n = build("hello");
	struct frame_udp u;

	memcpy(tagged, frame, 12);
	memcpy(tagged + 12, "\x88\xa8\x00\x64\x81\x00\x00\x0a", 8);
	memcpy(tagged + 20, frame + 12, n - 12);
	CHECK(frame_parse(tagged, n + 8, false, &u));
	CHECK_INT(u.dport, 68);
	CHECK(!frame_parse(tagged, 18, false, &u));
}

static void
what_is_no_udp_over_ipv4(void)
{
	struct frame_udp u;
	size_t n = build("hello");

	frame[12] = 0x86;
	CHECK(!frame_parse(frame, n, true, &u));
	n = build("hello");
	frame[40] = frame[41] = 0; /* no checksum at all is allowed (RFC 768) */
	CHECK(frame_parse(frame, n, false, &u));
	frame[40] = 1;
	CHECK(!frame_parse(frame, n, false, &u));
	CHECK(frame_parse(frame, n, true, &u)); /* the card would have filled it in */
}

static void
a_frame_that_does_not_fit(void)
{
	struct frame_udp u = { .data = (const uint8_t *)"abc", .len = 3 };

	for (size_t n = 0; n < FRAME_HEADERS + 3; n++)
		CHECK_INT(frame_build(&u, frame, n), 0);
	CHECK_INT(frame_build(&u, frame, FRAME_HEADERS + 3), FRAME_HEADERS + 3);
	u.len = 65536;
	CHECK_INT(frame_build(&u, frame, sizeof(frame)), 0);
}

int
main(void)
{
	RUN(what_is_built_is_read);
	RUN(checksums_are_those_of_the_rfcs);
	RUN(every_bit_counts);
	RUN(cut_anywhere_it_is_none);
	RUN(tags_are_passed_over);
	RUN(what_is_no_udp_over_ipv4);
	RUN(a_frame_that_does_not_fit);
	return TEST_EXIT();
}
