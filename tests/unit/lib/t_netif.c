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
	if (nif.addrs6 > 0) {
		CHECK(IN6_IS_ADDR_LOOPBACK(&nif.addr6[0].addr));
		CHECK_INT(nif.addr6[0].prefix, 128);
	}
}

static void
says_what_is_not_there(void)
{
	struct netif nif;

	CHECK_INT(netif_get("nosuchif0", &nif), -1);
	CHECK_INT(errno, ENODEV);
	CHECK_INT(netif_get("a-name-that-is-far-too-long-for-one", &nif), -1);
	CHECK_INT(errno, ENODEV);
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
	RUN(says_what_is_not_there);
	RUN(the_clock_goes_forward);
	return TEST_EXIT();
}
