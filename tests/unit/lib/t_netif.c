#include "test.h"

#include <errno.h>

#include "clock.h"
#include "netif.h"

static void
finds_the_loopback(void)
{
	struct netif nif;

	CHECK_INT(netif_get("lo", &nif), 0);
	CHECK(nif.loopback);
	CHECK(!nif.ethernet);
	CHECK(nif.index > 0);
	CHECK(nif.mtu >= 1500);
	if (nif.addrs > 0) {
		CHECK_INT(nif.addr[0].addr, 0x7f000001);
		CHECK_INT(nif.addr[0].prefix, 8);
	}
}

static void
by_index_and_by_name_are_the_same(void)
{
	struct netif a, b;

	CHECK_INT(netif_get("lo", &a), 0);
	CHECK_INT(netif_get_index(a.index, &b), 0);
	CHECK_STR(b.name, "lo");
}

static void
says_what_is_not_there(void)
{
	struct netif nif;

	CHECK_INT(netif_get("nosuchif0", &nif), -1);
	CHECK_INT(errno, ENODEV);
	CHECK_INT(netif_get("a-name-that-is-far-too-long-for-one", &nif), -1);
	CHECK_INT(errno, ENODEV);
	CHECK_INT(netif_get_index(0, &nif), -1);
}

static void
the_clock_goes_forward(void)
{
	uint64_t a = clock_ms();

	CHECK(clock_ms() >= a);
}

int
main(void)
{
	RUN(finds_the_loopback);
	RUN(by_index_and_by_name_are_the_same);
	RUN(says_what_is_not_there);
	RUN(the_clock_goes_forward);
	return TEST_EXIT();
}
