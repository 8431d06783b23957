/* What an address may be sent before it answers. */
#include "test.h"

#include <stdlib.h>

#include "amplification.h"

static struct addr
address(uint8_t host, uint16_t port)
{
	return (struct addr){ .ip = { [10] = 0xff, [11] = 0xff, [12] = 10, [15] = host }, .port = port };
}

#define BLOCK AMPLIFICATION_LOAN
#define ASK 20 /* bytes of a request */

/* A request comes and is answered with so many bytes, if it may. */
static bool
ask(struct amplification *p, const struct addr *a, size_t answer, uint64_t now_ms)
{
	const struct amplification_first f = { a, answer, 1 };

	CHECK_INT(amplification_received(p, a, ASK, now_ms), 0);
	if (!amplification_may_begin(p, &f, now_ms))
		return false;
	amplification_begin(p, &f, now_ms);
	return true;
}

/* Begins as many as it may, without another request. */
static unsigned
begin_all(struct amplification *p, const struct addr *a, uint64_t now_ms)
{
	const struct amplification_first f = { a, BLOCK, 1 };
	unsigned n = 0;

	for (; n < 100000 && amplification_may_begin(p, &f, now_ms); n++)
		amplification_begin(p, &f, now_ms);
	return n;
}

static int
put_off(struct amplification *p, const struct addr *from, uint64_t now_ms, size_t len)
{
	struct amplification_deferred *r = calloc(1, sizeof(*r) + len);

	r->from = *from;
	r->came_ms = now_ms;
	r->len = len;
	r->need = BLOCK;
	if (amplification_defer(p, r) == 0)
		return 0;
	free(r);
	return -1;
}

/* Whatever is asked in its name, and however often. */
static void
who_never_answers_draws_three_times_its_bytes(void)
{
	struct amplification *p = amplification_new();
	struct addr a = address(7, 1), b = address(8, 1);
	uint64_t asked = 0, drawn = 0;

	CHECK(ask(p, &a, BLOCK, 0)); /* a loan: there is no shorter answer */
	drawn = BLOCK;
	for (asked = 1; asked < 10000; asked++) {
		a.port++;
		drawn += ask(p, &a, BLOCK, asked) ? BLOCK : 0;
		while (amplification_may_repeat(p, &a, BLOCK)) {
			amplification_spend(p, &a, BLOCK);
			drawn += BLOCK;
		}
		CHECK(asked < 26 || drawn <= AMPLIFICATION_TIMES * ASK * (asked + 1));
	}
	CHECK(drawn > 2 * ASK * asked);
	CHECK(ask(p, &b, BLOCK, asked));
	amplification_free(p);
}

static void
what_is_no_longer_than_its_request_needs_no_credit(void)
{
	struct amplification *p = amplification_new();
	struct addr a = address(7, 1);

	for (unsigned n = 0; n < 1000; n++)
		CHECK(ask(p, &a, ASK + 5, n));
	amplification_free(p);
}

/* A machine that cannot hear us keeps others behind its address from nothing: it
 * leaves what they need, and the loan to who asks for something else. */
static void
repetitions_leave_some_for_first_answers(void)
{
	struct amplification *p = amplification_new();
	struct addr a = address(7, 1);
	const struct amplification_first other = { &a, BLOCK, 2 };

	for (unsigned n = 0; n < 100; n++)
		ask(p, &a, ASK, 0);
	while (amplification_may_repeat(p, &a, ASK))
		amplification_spend(p, &a, ASK);
	CHECK_INT(begin_all(p, &a, 0), 2 + 1);
	CHECK(!amplification_may_begin(p, &other, AMPLIFICATION_LOAN_MS - 1));
	CHECK(amplification_may_begin(p, &other, AMPLIFICATION_LOAN_MS));
	CHECK_INT(begin_all(p, &a, AMPLIFICATION_LOAN_MS), 0);
	amplification_free(p);
}

static void
each_answer_lets_more_begin(void)
{
	struct amplification *p = amplification_new();
	struct addr a = address(7, 1);
	unsigned running = 0;

	ask(p, &a, BLOCK, 0);
	amplification_answered(p, &a, BLOCK);
	for (int trip = 0; trip < 4; trip++) {
		unsigned n = begin_all(p, &a, (uint64_t)trip);

		running += n;
		while (n--)
			amplification_answered(p, &a, BLOCK);
	}
	CHECK(running >= 2000);
	CHECK(begin_all(p, &a, 5) <= AMPLIFICATION_CREDIT_MAX / BLOCK + 1);
	amplification_free(p);
}

static void
what_waits_goes_on_in_its_order(void)
{
	struct amplification *p = amplification_new();
	struct addr a = address(7, 0), b = address(8, 0);
	struct amplification_deferred *r;

	ask(p, &a, BLOCK, 0);
	ask(p, &b, BLOCK, 0);
	for (a.port = b.port = 1; a.port < 100; a.port++, b.port++) {
		CHECK_INT(put_off(p, &a, 10, 30), 0);
		CHECK_INT(put_off(p, &b, 10, 30), 0);
	}
	CHECK(!amplification_next(p, 11));
	amplification_answered(p, &a, BLOCK);
	for (uint16_t port = 1; port <= 1 + 6; port++) {
		r = amplification_next(p, 12);
		CHECK(r && r->from.port == port && r->from.ip[15] == 7);
		if (r)
			amplification_begin(p, &(struct amplification_first){ &r->from, BLOCK, 1 }, 12);
		free(r);
	}
	CHECK(!amplification_next(p, 12));
	/* by now the client has asked again */
	amplification_answered(p, &a, BLOCK);
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

		amplification_received(p, &a, ASK, AMPLIFICATION_KEEP_MS + 1);
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

	ask(p, &a, BLOCK, 0);
	amplification_answered(p, &a, BLOCK);
	CHECK_INT(begin_all(p, &a, 1), 7 + 1);
	for (int i = 0; i < 7 + 1; i++)
		amplification_drop(p, &a);
	for (unsigned i = 0; i < 50; i++)
		amplification_received(p, &b, ASK, AMPLIFICATION_KEEP_MS + 2);
	CHECK(ask(p, &a, BLOCK, AMPLIFICATION_KEEP_MS + 3));
	CHECK_INT(begin_all(p, &a, AMPLIFICATION_KEEP_MS + 3), 0);
	amplification_free(p);
}

/* A flood of forged addresses takes no more memory than so many of them. */
static void
addresses_are_bounded(void)
{
	struct amplification *p = amplification_new();
	struct addr first = address(0, 0);

	CHECK(ask(p, &first, BLOCK, 0));
	CHECK(!ask(p, &first, BLOCK, 1));
	for (uint32_t i = 0; i < 2 * AMPLIFICATION_PEERS; i++) {
		struct addr a = { .ip = { [10] = 0xff, 0xff, 11, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i } };

		CHECK(ask(p, &a, BLOCK, 2));
	}
	CHECK(ask(p, &first, BLOCK, 3)); /* unknown again */
	amplification_free(p);
}

static void
ipv6_hosts_are_networks_of_64_bits(void)
{
	struct amplification *p = amplification_new();
	struct addr a = { .ip = { 0x20, 1, 0xd, 0xb8, [15] = 1 } }, b = a, c = a;

	b.ip[15] = 2;
	c.ip[7] = 1;
	CHECK(ask(p, &a, BLOCK, 0));
	CHECK(!ask(p, &b, BLOCK, 0));
	CHECK(ask(p, &c, BLOCK, 0));
	amplification_free(p);
}

int
main(void)
{
	RUN(who_never_answers_draws_three_times_its_bytes);
	RUN(what_is_no_longer_than_its_request_needs_no_credit);
	RUN(repetitions_leave_some_for_first_answers);
	RUN(each_answer_lets_more_begin);
	RUN(what_waits_goes_on_in_its_order);
	RUN(what_waits_is_bounded_and_forgotten);
	RUN(an_address_is_forgotten);
	RUN(addresses_are_bounded);
	RUN(ipv6_hosts_are_networks_of_64_bits);
	return TEST_EXIT();
}
