/* What an address may be sent before it answers. */
#include "test.h"

#include <stdlib.h>

#include "amplification.h"

static struct addr
address(uint8_t host, uint16_t port)
{
	return (struct addr){ .ip = { [10] = 0xff, [11] = 0xff, [12] = 10, [15] = host }, .port = port };
}

/* Begins as many as it may. */
static unsigned
begin_all(struct amplification *p, const struct addr *a, uint64_t now_ms)
{
	unsigned n = 0;

	while (n < 100000 && amplification_may_begin(p, a, now_ms)) {
		CHECK_INT(amplification_begin(p, a, now_ms), 0);
		n++;
	}
	return n;
}

static int
put_off(struct amplification *p, const struct addr *from, uint64_t now_ms, size_t len)
{
	struct amplification_deferred *r = calloc(1, sizeof(*r) + len);

	r->from = *from;
	r->came_ms = now_ms;
	r->len = len;
	if (amplification_defer(p, r) == 0)
		return 0;
	free(r);
	return -1;
}

/* Whatever is asked in its name, for as long as it lasts. */
static void
who_never_answers_gets_six_and_then_one_each_five_seconds(void)
{
	struct amplification *p = amplification_new();
	struct addr a = address(7, 1), b = address(8, 1);
	unsigned sent = 0;

	for (uint64_t ms = 0; ms < 1000; ms += 10) {
		a.port++;
		sent += begin_all(p, &a, ms);
	}
	CHECK_INT(sent, AMPLIFICATION_CREDIT);
	CHECK_INT(begin_all(p, &b, 1000), AMPLIFICATION_CREDIT);
	for (uint64_t ms = 1000; ms <= 51000; ms += 10)
		sent += begin_all(p, &a, ms);
	CHECK_INT(sent, AMPLIFICATION_CREDIT + 10);
	amplification_free(p);
}

/* A machine that cannot hear us keeps others behind its address from nothing. */
static void
repetitions_leave_some_for_first_answers(void)
{
	struct amplification *p = amplification_new();
	struct addr a = address(7, 1);
	unsigned sent = 1;

	CHECK_INT(amplification_begin(p, &a, 0), 0);
	for (; sent < 100 && amplification_may_repeat(p, &a, 1); sent++)
		amplification_spend(p, &a);
	CHECK_INT(sent, AMPLIFICATION_CREDIT - AMPLIFICATION_RESERVED);
	CHECK_INT(begin_all(p, &a, 1), AMPLIFICATION_RESERVED);
	amplification_free(p);
}

static void
each_answer_lets_more_begin(void)
{
	struct amplification *p = amplification_new();
	struct addr a = address(7, 1);
	unsigned running = 0;

	for (int trip = 0; trip < 4; trip++) {
		unsigned n = begin_all(p, &a, (uint64_t)trip);

		running += n;
		while (n--)
			amplification_answered(p, &a, 1);
	}
	CHECK(running >= 2000);
	CHECK(begin_all(p, &a, 5) <= AMPLIFICATION_CREDIT_MAX);
	amplification_free(p);
}

static void
what_waits_goes_on_in_its_order(void)
{
	struct amplification *p = amplification_new();
	struct addr a = address(7, 0), b = address(8, 0);
	struct amplification_deferred *r;

	begin_all(p, &a, 0);
	begin_all(p, &b, 0);
	for (a.port = b.port = 1; a.port < 100; a.port++, b.port++) {
		CHECK_INT(put_off(p, &a, 10, 30), 0);
		CHECK_INT(put_off(p, &b, 10, 30), 0);
	}
	CHECK(!amplification_next(p, 11));
	amplification_answered(p, &a, 1);
	for (uint16_t port = 1; port <= 1 + AMPLIFICATION_PER_ANSWER; port++) {
		r = amplification_next(p, 12);
		CHECK(r && r->from.port == port && r->from.ip[15] == 7);
		CHECK_INT(amplification_begin(p, &r->from, 12), 0);
		free(r);
	}
	CHECK(!amplification_next(p, 12));
	/* by now the client has asked again */
	amplification_answered(p, &a, 1);
	CHECK(!amplification_next(p, 12 + AMPLIFICATION_WAIT_MS));
	amplification_free(p);
}

static void
what_waits_is_bounded_and_forgotten(void)
{
	struct amplification *p = amplification_new();
	size_t n = 0;

	for (unsigned i = 0; i < 100000; i++) {
		struct addr a = address((uint8_t)(i % 50), (uint16_t)i);

		n += put_off(p, &a, 0, 1000) == 0;
	}
	CHECK(n >= 3000 && n <= AMPLIFICATION_DEFERRED_MAX / 1000);
	for (unsigned i = 0; i < 10000; i++) {
		struct addr a = address((uint8_t)(100 + i % 50), 1);

		amplification_begin(p, &a, AMPLIFICATION_KEEP_MS + 1);
	}
	n = 0;
	for (unsigned i = 0; i < 1000; i++) {
		struct addr a = address(200, (uint16_t)i);

		n += put_off(p, &a, AMPLIFICATION_KEEP_MS + 2, 1000) == 0;
	}
	CHECK_INT(n, 1000);
	amplification_free(p);
}

/* What was proved of one is of no use to who comes a minute later. */
static void
an_address_is_forgotten(void)
{
	struct amplification *p = amplification_new();
	struct addr a = address(7, 1), b = address(8, 1);

	amplification_begin(p, &a, 0);
	amplification_answered(p, &a, 1);
	CHECK_INT(begin_all(p, &a, 1), AMPLIFICATION_CREDIT + AMPLIFICATION_PER_ANSWER);
	for (int i = 0; i < AMPLIFICATION_CREDIT + AMPLIFICATION_PER_ANSWER; i++)
		amplification_drop(p, &a);
	for (unsigned i = 0; i < 5000; i++)
		amplification_begin(p, &b, AMPLIFICATION_KEEP_MS + 2);
	CHECK_INT(begin_all(p, &a, AMPLIFICATION_KEEP_MS + 3), AMPLIFICATION_CREDIT);
	amplification_free(p);
}

static void
ipv6_hosts_are_networks_of_64_bits(void)
{
	struct amplification *p = amplification_new();
	struct addr a = { .ip = { 0x20, 1, 0xd, 0xb8, [15] = 1 } }, b = a, c = a;

	b.ip[15] = 2;
	c.ip[7] = 1;
	begin_all(p, &a, 0);
	CHECK(!amplification_may_begin(p, &b, 0));
	CHECK(amplification_may_begin(p, &c, 0));
	amplification_free(p);
}

int
main(void)
{
	RUN(who_never_answers_gets_six_and_then_one_each_five_seconds);
	RUN(repetitions_leave_some_for_first_answers);
	RUN(each_answer_lets_more_begin);
	RUN(what_waits_goes_on_in_its_order);
	RUN(what_waits_is_bounded_and_forgotten);
	RUN(an_address_is_forgotten);
	RUN(ipv6_hosts_are_networks_of_64_bits);
	return TEST_EXIT();
}
