/* Times noted in constant memory, and how long clients wait. */
#include "test.h"

#include "retransmit.h"
#include "histogram.h"

static void
empty_spread(void)
{
	static struct spread s;

	CHECK_INT(spread_within(&s, 50), 0);
	CHECK_INT(spread_below(&s, 1000), 0);
}

static void
percentiles_are_near(void)
{
	static struct spread s;

	for (uint64_t us = 1; us <= 100000; us++)
		spread_note(&s, us);
	for (unsigned percent = 1; percent <= 100; percent++) {
		uint64_t want = percent * 1000, got = spread_within(&s, percent);

		CHECK(got >= want && got <= want + want / 60 + 1);
	}
	CHECK_INT(s.max_us, 100000);
	CHECK_INT(spread_within(&s, 100), 100000);
	CHECK_INT(spread_below(&s, 100000), 100000);
	CHECK(spread_below(&s, 50000) > 49000 && spread_below(&s, 50000) <= 50000);
	CHECK_INT(s.sum_us, 5000050000);
}

/* No value lies outside the buckets, and a bucket's bounds hold its values. */
static void
every_size(void)
{
	for (unsigned bit = 0; bit < 64; bit++)
		for (int off = -1; off <= 1; off++) {
			static struct spread s;
			uint64_t us = (UINT64_C(1) << bit) + (uint64_t)(int64_t)off;

			memset(&s, 0, sizeof(s));
			spread_note(&s, us);
			CHECK(spread_within(&s, 50) == us);
			CHECK_INT(spread_below(&s, us), 1);
			CHECK(us == 0 || spread_below(&s, us - 1 - us / 32) == 0);
		}
}

static void
few_among_many(void)
{
	static struct spread s;

	for (int i = 0; i < 999; i++)
		spread_note(&s, 10);
	spread_note(&s, 9000000);
	CHECK_INT(spread_within(&s, 99), 10);
	CHECK_INT(spread_within(&s, 100), 9000000);
	CHECK_INT(spread_below(&s, 10), 999);
}

static void
waits_grow_up_to_the_most(void)
{
	const struct pace *p = pace_dhcp(persona_find("efi-x64"));

	CHECK_INT(pace_wait(p, 1), 4000);
	CHECK_INT(pace_wait(p, 2), 8000);
	CHECK_INT(pace_wait(p, 4), 32000);
	CHECK_INT(pace_wait(p, 9), 32000);
	p = pace_dhcp(persona_find("ipxe"));
	CHECK_INT(pace_wait(p, 1), 1000);
	CHECK_INT(pace_wait(p, 5), 10000);
	p = pace_tftp(persona_find("efi-x64"), persona_find("efi-x64")->tftp);
	CHECK_INT(pace_wait(p, 1), 4000);
	CHECK_INT(pace_wait(p, 6), 4000);
	CHECK(pace_tftp(persona_find("bios"), &persona_tftp_pxelinux) !=
	    pace_tftp(persona_find("bios"), persona_find("bios")->tftp));
	CHECK_INT(pace_http(persona_find("http-x64"), persona_find("http-x64")->http), 5000);
}

static void
everybody_gives_up(void)
{
	size_t n;
	const struct persona *all = persona_table(&n);

	for (size_t i = 0; i < n; i++) {
		const struct pace *each[] = { pace_dhcp(&all[i]), pace_tftp(&all[i], all[i].tftp) };

		for (size_t k = 0; k < 2; k++) {
			uint64_t total = 0;

			CHECK(each[k]->tries >= 4 && each[k]->growth >= 100);
			for (unsigned sent = 1; sent <= each[k]->tries; sent++)
				total += pace_wait(each[k], sent);
			CHECK(total >= 10000 && total <= 130000);
		}
	}
}

int
main(void)
{
	RUN(empty_spread);
	RUN(percentiles_are_near);
	RUN(every_size);
	RUN(few_among_many);
	RUN(waits_grow_up_to_the_most);
	RUN(everybody_gives_up);
	return TEST_EXIT();
}
