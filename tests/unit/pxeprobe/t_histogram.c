/* Times noted in constant memory, and how long clients wait. */
#include "test.h"

#include "retransmit.h"
#include "histogram.h"

static void
empty_spread(void)
{
	static struct histogram s;

	CHECK_INT(histogram_percentile(&s, 50), 0);
	CHECK_INT(histogram_at_most(&s, 1000), 0);
}

static void
percentiles_are_near(void)
{
	static struct histogram s;

	for (uint64_t us = 1; us <= 100000; us++)
		histogram_add(&s, us);
	for (unsigned percent = 1; percent <= 100; percent++) {
		uint64_t want = percent * 1000, got = histogram_percentile(&s, percent);

		CHECK(got >= want && got <= want + want / 60 + 1);
	}
	CHECK_INT(s.max_us, 100000);
	CHECK_INT(histogram_percentile(&s, 100), 100000);
	CHECK_INT(histogram_at_most(&s, 100000), 100000);
	CHECK(histogram_at_most(&s, 50000) > 49000 && histogram_at_most(&s, 50000) <= 50000);
	CHECK_INT(s.sum_us, 5000050000);
}

/* No value lies outside the buckets, and a bucket's bounds hold its values. */
static void
every_size(void)
{
	for (unsigned bit = 0; bit < 64; bit++)
		for (int off = -1; off <= 1; off++) {
			static struct histogram s;
			uint64_t us = (UINT64_C(1) << bit) + (uint64_t)(int64_t)off;

			memset(&s, 0, sizeof(s));
			histogram_add(&s, us);
			CHECK(histogram_percentile(&s, 50) == us);
			CHECK_INT(histogram_at_most(&s, us), 1);
			CHECK(us == 0 || histogram_at_most(&s, us - 1 - us / 32) == 0);
		}
}

static void
few_among_many(void)
{
	static struct histogram s;

	for (int i = 0; i < 999; i++)
		histogram_add(&s, 10);
	histogram_add(&s, 9000000);
	CHECK_INT(histogram_percentile(&s, 99), 10);
	CHECK_INT(histogram_percentile(&s, 100), 9000000);
	CHECK_INT(histogram_at_most(&s, 10), 999);
}

static void
waits_grow_up_to_the_most(void)
{
	const struct retransmit *p = retransmit_dhcp(persona_find("efi-x64"));

	CHECK_INT(retransmit_wait(p, 1), 4000);
	CHECK_INT(retransmit_wait(p, 2), 8000);
	CHECK_INT(retransmit_wait(p, 4), 32000);
	CHECK_INT(retransmit_wait(p, 9), 32000);
	p = retransmit_dhcp(persona_find("ipxe"));
	CHECK_INT(retransmit_wait(p, 1), 1000);
	CHECK_INT(retransmit_wait(p, 5), 10000);
	p = retransmit_tftp(persona_find("efi-x64"), persona_find("efi-x64")->tftp);
	CHECK_INT(retransmit_wait(p, 1), 4000);
	CHECK_INT(retransmit_wait(p, 6), 4000);
	CHECK(retransmit_tftp(persona_find("bios"), &persona_tftp_pxelinux) !=
	    retransmit_tftp(persona_find("bios"), persona_find("bios")->tftp));
	CHECK_INT(retransmit_http(persona_find("http-x64"), persona_find("http-x64")->http), 5000);
}

static void
everybody_gives_up(void)
{
	size_t n;
	const struct persona *all = persona_table(&n);

	for (size_t i = 0; i < n; i++) {
		const struct retransmit *each[] = { retransmit_dhcp(&all[i]), retransmit_tftp(&all[i], all[i].tftp) };

		for (size_t k = 0; k < 2; k++) {
			uint64_t total = 0;

			CHECK(each[k]->tries >= 4 && each[k]->growth >= 100);
			for (unsigned sent = 1; sent <= each[k]->tries; sent++)
				total += retransmit_wait(each[k], sent);
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
