/* Blocks of a pcapng file, held against the format's description. */
#include "test.h"

#include "pcapng.h"

static uint8_t bytes[400];

static uint32_t
u32(size_t at)
{
	struct rd r = rd_open(bytes + at, 4);

	return rd_u32(&r);
}

static void
the_head_is_a_section_and_an_interface(void)
{
	struct wr w = wr_open(bytes, sizeof(bytes));

	pcapng_begin(&w, "probe 1", "eth0", 1, 65535);
	CHECK(!w.full);
	CHECK_INT(u32(0), 0x0a0d0d0a);
	CHECK_INT(u32(4), 44);
	CHECK_INT(u32(8), 0x1a2b3c4d);
	CHECK_INT(u32(12), 0x00010000);
	CHECK_INT(u32(16), 0xffffffff);
	CHECK_INT(u32(24), 0x00040007); /* shb_userappl */
	CHECK(memcmp(bytes + 28, "probe 1\0\0\0\0\0", 12) == 0);
	CHECK_INT(u32(40), 44);
	CHECK_INT(u32(44), 1);
	CHECK_INT(u32(48), wr_len(&w) - 44);
	CHECK_INT(u32(52), 0x00010000);
	CHECK_INT(u32(56), 65535);
	CHECK_INT(u32(60), 0x00020004); /* if_name */
	CHECK(memcmp(bytes + 64, "eth0", 4) == 0);
	CHECK_INT(u32(wr_len(&w) - 4), wr_len(&w) - 44);
}

static void
a_frame_is_padded(void)
{
	struct wr w = wr_open(bytes, sizeof(bytes));

	memset(bytes, 0xff, sizeof(bytes));
	pcapng_frame(&w, UINT64_C(0x123456789a), "abcde", 5, "");
	CHECK_INT(wr_len(&w), 40);
	CHECK_INT(u32(0), 6);
	CHECK_INT(u32(4), 40);
	CHECK_INT(u32(12), 0x12);
	CHECK_INT(u32(16), 0x3456789a);
	CHECK_INT(u32(20), 5);
	CHECK_INT(u32(24), 5);
	CHECK(memcmp(bytes + 28, "abcde\0\0\0", 8) == 0);
	CHECK_INT(u32(36), 40);
}

static void
a_comment_follows_the_frame(void)
{
	struct wr w = wr_open(bytes, sizeof(bytes));

	pcapng_frame(&w, 1, "abcd", 4, "why");
	CHECK_INT(wr_len(&w), 48);
	CHECK_INT(u32(32), 0x00010003); /* opt_comment */
	CHECK(memcmp(bytes + 36, "why", 4) == 0);
	CHECK_INT(u32(40), 0);
	CHECK_INT(u32(44), 48);
}

static void
the_end_counts_what_was_lost(void)
{
	struct wr w = wr_open(bytes, sizeof(bytes));

	pcapng_end(&w, 7, 9);
	CHECK_INT(wr_len(&w), 40);
	CHECK_INT(u32(0), 5);
	CHECK_INT(u32(16), 7);
	CHECK_INT(u32(20), 0x00050008); /* isb_ifdrop */
	CHECK_INT(u32(28), 9);
	CHECK_INT(u32(36), 40);
}

static void
no_room_is_said(void)
{
	for (size_t size = 0; size < 48; size++) {
		struct wr w = wr_open(bytes, size);

		pcapng_frame(&w, 1, "abcd", 4, "why");
		CHECK(w.full);
	}
}

int
main(void)
{
	RUN(the_head_is_a_section_and_an_interface);
	RUN(a_frame_is_padded);
	RUN(a_comment_follows_the_frame);
	RUN(the_end_counts_what_was_lost);
	RUN(no_room_is_said);
	return TEST_EXIT();
}
