#include "test.h"

#include <stdint.h>

#include "wire.h"

static void
reads_numbers_in_both_orders(void)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 };
	struct rd r = rd_open(bytes, sizeof(bytes));

	CHECK_INT(rd_u8(&r), 1);
	CHECK_INT(rd_u16(&r), 0x0203);
	CHECK_INT(rd_u32(&r), 0x04050607);
	CHECK_INT(rd_le16(&r), 0x0908);
	CHECK_INT(rd_le32(&r), 0x0d0c0b0a);
	CHECK_INT(rd_left(&r), 0);
	CHECK(!r.bad);
}

static void
reads_and_writes_64_bits(void)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 0xf8 };
	uint8_t buf[8];
	struct rd r = rd_open(bytes, sizeof(bytes)), le = r, cut = rd_open(bytes, 7);
	struct wr w = wr_open(buf, sizeof(buf));

	CHECK(rd_u64(&r) == 0x01020304050607f8);
	CHECK(rd_le64(&le) == 0xf807060504030201);
	CHECK(!r.bad && !le.bad);
	rd_u64(&cut);
	CHECK(cut.bad);
	wr_u64(&w, 0x01020304050607f8);
	CHECK(!w.full && memcmp(buf, bytes, sizeof(buf)) == 0);
	wr_u64(&w, 1);
	CHECK(w.full);
}

static void
a_short_read_sticks(void)
{
	static const uint8_t bytes[] = { 1, 2, 3 };
	struct rd r = rd_open(bytes, sizeof(bytes));

	CHECK_INT(rd_u32(&r), 0);
	CHECK(r.bad);
	CHECK(!rd_take(&r, 0));
	CHECK_INT(rd_left(&r), 0);
	CHECK_INT(rd_u8(&r), 0);
}

static void
strings_need_their_nul(void)
{
	struct rd r = rd_open("ab\0cd", 5);

	CHECK_STR(rd_cstr(&r), "ab");
	CHECK(!rd_cstr(&r));
	CHECK(r.bad);
}

static void
a_sub_cursor_ends_early(void)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4 };
	struct rd r = rd_open(bytes, sizeof(bytes)), sub = rd_sub(&r, 2);

	CHECK_INT(rd_u16(&sub), 0x0102);
	CHECK(!rd_take(&sub, 1));
	CHECK_INT(rd_u8(&r), 3);
	sub = rd_sub(&r, 2);
	CHECK(sub.bad && r.bad);
}

static void
a_cursor_begins_inside(void)
{
	static const uint8_t bytes[] = { 1, 2, 3 };
	struct rd r = rd_at(bytes, sizeof(bytes), 1);

	CHECK_INT(rd_u16(&r), 0x0203);
	CHECK_INT(rd_left(&r), 0);
	r = rd_at(bytes, sizeof(bytes), 3);
	CHECK(!r.bad && rd_left(&r) == 0);
	r = rd_at(bytes, sizeof(bytes), 4);
	CHECK(r.bad && rd_left(&r) == 0);
	r = rd_at(bytes, sizeof(bytes), UINT64_MAX);
	CHECK(r.bad);
	r = rd_at(NULL, 7, 1);
	CHECK(r.bad);
}

static void
nothing_reads_as_nothing(void)
{
	struct rd r = rd_open(NULL, 10);

	CHECK_INT(rd_left(&r), 0);
	CHECK(!rd_cstr(&r));
}

static void
writes_and_gets_full(void)
{
	static const uint8_t want[] = { 1, 2, 3, 4, 5, 6, 7, 'x', 0, 0, 0 };
	uint8_t buf[11];
	struct wr w = wr_open(buf, sizeof(buf));

	memset(buf, 0xee, sizeof(buf));
	wr_u8(&w, 1);
	wr_u16(&w, 0x0203);
	wr_u32(&w, 0x04050607);
	wr_cstr(&w, "x");
	CHECK(wr_reserve(&w, 2) != NULL);
	CHECK_INT(wr_len(&w), 11);
	CHECK(!w.full);
	CHECK(memcmp(buf, want, sizeof(want)) == 0);
	wr_u8(&w, 1);
	CHECK(w.full);
	CHECK_INT(wr_left(&w), 0);
	CHECK_INT(wr_len(&w), 11);
}

static void
writes_text_and_digits(void)
{
	char buf[32];
	struct wr w = wr_open(buf, sizeof(buf));

	wr_text(&w, "a=");
	wr_decimal(&w, 0);
	wr_text(&w, ",");
	wr_decimal(&w, UINT64_MAX);
	wr_u8(&w, 0);
	CHECK_STR(buf, "a=0,18446744073709551615");
	wr_decimal(&w, 1234567890);
	CHECK(w.full);
}

static void
full_sticks_even_for_what_would_fit(void)
{
	uint8_t buf[3];
	struct wr w = wr_open(buf, sizeof(buf));

	wr_u32(&w, 1);
	wr_u8(&w, 1);
	CHECK(w.full);
	CHECK_INT(wr_len(&w), 0);
	CHECK(!wr_reserve(&w, 1));
}

int
main(void)
{
	RUN(reads_numbers_in_both_orders);
	RUN(reads_and_writes_64_bits);
	RUN(a_short_read_sticks);
	RUN(strings_need_their_nul);
	RUN(a_sub_cursor_ends_early);
	RUN(a_cursor_begins_inside);
	RUN(nothing_reads_as_nothing);
	RUN(writes_and_gets_full);
	RUN(writes_text_and_digits);
	RUN(full_sticks_even_for_what_would_fit);
	return TEST_EXIT();
}
