#include "arp.h"
#include "test.h"

static void
arp_both_ways(void)
{
	struct arp_packet p = { .sender_mac = { 2 }, .sender = 1, .target = 2 }, got;
	struct arp_table t = { .n = 0 };
	uint8_t frame[ARP_FRAME];

	CHECK_INT(arp_write(&p, frame), ARP_FRAME);
	CHECK_INT(frame[0], 0xff);
	for (size_t n = 0; n < ARP_FRAME; n++)
		CHECK(!arp_read(frame, n, &got));
	CHECK(arp_read(frame, ARP_FRAME, &got));
	CHECK(!got.reply && got.sender == 1 && got.target == 2 && got.sender_mac[0] == 2);
	for (uint32_t a = 1; a <= ARP_ENTRIES + 3; a++)
		arp_learn(&t, a, p.sender_mac);
	CHECK(!arp_find(&t, 1));
	CHECK(arp_find(&t, ARP_ENTRIES + 3) != NULL);
}

int
main(void)
{
	RUN(arp_both_ways);
	return TEST_EXIT();
}
