/* Addresses as keys: equal ones, hosts, and how evenly they are spread. */
#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "addr.h"

#define SLOTS 16384

static struct addr
four(uint32_t ip, uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(ip) };
	struct addr a = { .port = 0 };

	CHECK(addr_from((struct sockaddr *)&in, &a));
	return a;
}

static struct addr
six(const char *ip, uint16_t port)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = 3 };
	struct addr a = { .port = 0 };

	CHECK_INT(inet_pton(AF_INET6, ip, &in6.sin6_addr), 1);
	CHECK(addr_from((struct sockaddr *)&in6, &a));
	return a;
}

static void
there_and_back(void)
{
	struct addr a = four(0x0a000007, 2070), b = six("fe80::7", 69), c;
	struct sockaddr_storage ss;
	char text[LISTEN_TEXT];

	CHECK_INT(addr_to(&a, AF_INET, &ss), sizeof(struct sockaddr_in));
	CHECK(addr_from((struct sockaddr *)&ss, &c) && addr_equal(&a, &c));
	addr_to(&a, AF_INET6, &ss);
	CHECK(addr_from((struct sockaddr *)&ss, &c) && addr_equal(&a, &c) && addr_is4(&c));
	CHECK_STR(addr_ip_text(&a, text), "10.0.0.7");
	addr_to(&b, AF_INET6, &ss);
	CHECK(addr_from((struct sockaddr *)&ss, &c) && addr_equal(&b, &c) && !addr_is4(&c));
	/* an interface is told only where an address needs one */
	CHECK_INT(b.scope, 3);
	CHECK_INT(six("fd00::7", 69).scope, 0);
}

static void
a_host_is_an_ipv4_address_or_an_ipv6_64(void)
{
	struct addr a = four(0x0a000007, 1), b = four(0x0a000007, 2), c = four(0x0a000008, 1);
	struct addr d = six("fd00::7", 1), e = six("fd00::8:7", 2), f = six("fd00:0:0:1::7", 1);

	CHECK(addr_same_host(&a, &b) && !addr_same_host(&a, &c));
	CHECK(addr_same_host(&d, &e) && !addr_same_host(&d, &f));
	CHECK(addr_hash_host(&a) == addr_hash_host(&b) && addr_hash_host(&d) == addr_hash_host(&e));
}

/* The most in one slot: of 4,096 in 16,384 chance gives 4 or 5. */
static unsigned most;
static uint8_t slots[SLOTS];

static void
drop_in(uint32_t h)
{
	uint8_t n = ++slots[h % SLOTS];

	most = n > most ? n : most;
}

#define SPREAD(hash, expression) \
	do { \
		memset(slots, 0, sizeof(slots)); \
		most = 0; \
		for (uint32_t i = 0; i < 4096; i++) { \
			struct addr a = expression; \
			drop_in(hash(&a)); \
		} \
		CHECK(most <= 6); \
		if (most > 6) \
			printf("# %s: %u in one\n", #expression, most); \
	} while (0)

/* Firmware asks from the same port on every machine; a load generator, or a
 * NAT, from one address and many ports. */
static void
clients_are_spread_evenly(void)
{
	SPREAD(addr_hash, four(0x0a000000 + i, 2070));
	SPREAD(addr_hash, four(0xc0a80000 + (i << 4), 1024));
	SPREAD(addr_hash, four(0x0a000000 + (i & 255), (uint16_t)(2000 + i / 256)));
	SPREAD(addr_hash, four(0x7f000001, (uint16_t)(1024 + i)));
	SPREAD(addr_hash, four(0x7f000001, (uint16_t)(1024 + 7 * i)));
	SPREAD(addr_hash_host, four(0x0a000000 + i, 2070));
}

int
main(void)
{
	RUN(there_and_back);
	RUN(a_host_is_an_ipv4_address_or_an_ipv6_64);
	RUN(clients_are_spread_evenly);
	return TEST_EXIT();
}
