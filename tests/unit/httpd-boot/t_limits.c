/* Counts over workers, and the pace of a client, with the clock in the test's hand. */
#include "limits.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "test.h"

static struct limits *s, *slow, *fast;

static uint16_t
slot_of(const char *addr, unsigned port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, addr, &in.sin_addr) == 1)
		return limits_slot(s, (struct sockaddr *)&in);
	CHECK_INT(inet_pton(AF_INET6, addr, &in6.sin6_addr), 1);
	return limits_slot(s, (struct sockaddr *)&in6);
}

static void
slots(void)
{
	unsigned same = 0;

	CHECK_INT(slot_of("10.0.0.1", 1), slot_of("10.0.0.1", 60000));
	CHECK_INT(slot_of("10.0.0.1", 1), slot_of("::ffff:10.0.0.1", 2));
	for (unsigned i = 1; i < 255; i++) {
		char addr[32];

		snprintf(addr, sizeof(addr), "10.0.0.%u", i);
		same += slot_of(addr, 1) == slot_of("2001:db8::1", 1);
	}
	CHECK(same < 5);
}

static void
counts(void)
{
	limits_enter(s, 0, 7);
	limits_enter(s, 1, 7);
	limits_enter(s, 1, 8);
	CHECK_INT(limits_total(s), 3);
	CHECK_INT(limits_from(s, 7), 2);
	limits_leave(s, 0, 7);
	CHECK_INT(limits_total(s), 2);
	limits_forget(s, 1); /* it died with two open */
	CHECK_INT(limits_total(s), 0);
	CHECK_INT(limits_from(s, 7), 0);
	CHECK_INT(limits_from(s, 8), 0);
}

/* Bytes that a client which always wants more gets in `ms`. */
static uint64_t
sent_in(struct limits *l, uint16_t slot, uint64_t from_ms, uint64_t ms)
{
	uint64_t sum = 0;

	for (uint64_t t = from_ms; t < from_ms + ms; t += 10)
		sum += limits_take(l, slot, t, 65536);
	return sum;
}

static void
pace(void)
{
	uint64_t n = sent_in(s, 1, 5000, 10000);

	CHECK(n > 9800000 && n < 10200000);
	n = sent_in(slow, 2, 5000, 10000);
	CHECK(n > 9000 && n < 10200);
	/* being idle is not saved up */
	n = sent_in(s, 1, 100000, 1000);
	CHECK(n > 900000 && n < 1150000);
	/* two connections of one client share its rate */
	n = 0;
	for (uint64_t t = 200000; t < 210000; t += 10)
		n += limits_take(s, 3, t, 65536) + limits_take(s, 3, t, 65536);
	CHECK(n > 9800000 && n < 10200000);
}

static void
returned(void)
{
	uint64_t got = limits_take(s, 4, 1000, 50000);

	CHECK_INT(got, 50000);
	limits_return(s, 4, 50000);
	CHECK_INT(limits_take(s, 4, 1000, 1000000), 100000);
	CHECK_INT(limits_take(s, 4, 1000, 1), 0);
	/* the whole of the fastest rate, in integers of 64 bits */
	got = limits_take(fast, 5, 1000, UINT64_MAX);
	CHECK_INT(got, (UINT64_C(1) << 40) / 10);
	limits_return(fast, 5, got);
	got = limits_take(fast, 5, 1000, UINT64_MAX);
	CHECK_INT(got, (UINT64_C(1) << 40) / 10);
	/* a nanosecond, to which the clock is cut, is worth 1099 bytes */
	CHECK(limits_take(fast, 5, 1000, UINT64_MAX) < 1100);
	CHECK(limits_take(fast, 5, 1100, UINT64_MAX) > got - 1100);
}

/* Without a rate, everything is sent at once and nothing is counted. */
static void
unlimited(void)
{
	struct limits *none = limits_make(1, 0);

	CHECK(none && !limits_paced(none) && limits_paced(s));
	CHECK_INT(limits_take(none, 4, 1000, 1 << 30), 1 << 30);
	limits_return(none, 4, 1 << 30);
	CHECK_INT(limits_take(none, 4, 1000, 1 << 30), 1 << 30);
}

int
main(void)
{
	s = limits_make(2, 1000000);
	slow = limits_make(1, 1000);
	fast = limits_make(1, UINT64_C(1) << 40);
	if (!s || !slow || !fast)
		return 1;
	RUN(slots);
	RUN(counts);
	RUN(pace);
	RUN(returned);
	RUN(unlimited);
	return TEST_EXIT();
}
