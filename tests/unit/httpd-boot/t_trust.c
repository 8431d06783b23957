/* Addresses of -H: how they are written, and whom they cover. */
#include "trust.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "test.h"

static struct trust t;

static bool
covers(const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return trust_covers(&t, (struct sockaddr *)&in);
	CHECK_INT(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
	return trust_covers(&t, (struct sockaddr *)&in6);
}

static void
nobody(void)
{
	struct sockaddr un = { .sa_family = AF_UNIX };

	t.n = 0;
	CHECK(!covers("127.0.0.1"));
	CHECK(trust_add(&t, "::/0"));
	CHECK(!trust_covers(&t, &un));
}

static void
networks(void)
{
	t.n = 0;
	CHECK(trust_add(&t, "127.0.0.1") && trust_add(&t, "10.8.0.0/13") && trust_add(&t, "fd00::/8") &&
	    trust_add(&t, "::1"));
	CHECK(covers("127.0.0.1") && covers("::ffff:127.0.0.1") && !covers("127.0.0.2"));
	CHECK(covers("10.8.0.1") && covers("10.15.255.255") && !covers("10.16.0.0") && !covers("10.7.255.255"));
	CHECK(covers("fd12::1") && !covers("fc12::1"));
	CHECK(covers("::1") && !covers("::2"));
	t.n = 0;
	CHECK(trust_add(&t, "0.0.0.0/0") && covers("1.2.3.4") && !covers("2001:db8::1"));
}

static void
wrong(void)
{
	static const char *const bad[] = { "", "/", "127.0.0.1/", "127.0.0.1/33", "127.0.0.1/x", "::1/129",
		"10.1.0.0/8", "fd00::1/8", "localhost", "127.0.0.1:80", "/24",
		"1234567890123456789012345678901234567890123456789",
		"1234567890123456789012345678901234567890123456789/8" };

	t.n = 0;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!trust_add(&t, bad[i]));
	CHECK_INT(t.n, 0);
	for (int i = 0; i < TRUST_MAX; i++)
		CHECK(trust_add(&t, "127.0.0.1"));
	CHECK(!trust_add(&t, "127.0.0.1"));
}

int
main(void)
{
	RUN(nobody);
	RUN(networks);
	RUN(wrong);
	return TEST_EXIT();
}
