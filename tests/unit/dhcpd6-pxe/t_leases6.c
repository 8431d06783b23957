#include <stdlib.h>
#include <unistd.h>

#include "addr6.h"
#include "leasebook6.h"
#include "leaseline6.h"
#include "test.h"

static struct leases leases;

static struct in6_addr
ip6(const char *text)
{
	struct in6_addr a = { 0 };

	CHECK(addr6_parse(text, &a));
	return a;
}

static void
bind_range(const char *low, const char *high)
{
	const struct lease_range range = { ip6(low), ip6(high) };

	leases6_free(&leases);
	CHECK_INT(leases6_bind(&leases, &range, 1), 0);
}

static struct lease *
put(const char *addr, const char *duid, uint32_t iaid, int64_t expiry)
{
	const struct lease_entry e = { .addr = ip6(addr),
		.key = { (const uint8_t *)duid, strlen(duid), iaid },
		.name = "n",
		.expiry = expiry,
		.state = LEASE_BOUND };

	return leases6_put(&leases, &e);
}

static const char *
pick(int64_t now)
{
	static char text[INET6_ADDRSTRLEN];
	const struct lease_wish w = { .range = leases.pool[0].range, .now = now };
	struct in6_addr addr;

	return leases6_pick(&leases, &w, &addr) ? addr6_text(&addr, text) : "none";
}

static void
leases_are_found(void)
{
	bind_range("fd00::10", "fd00::1f");
	CHECK(put("fd00::10", "duid-a", 1, 100) != NULL);
	CHECK(put("fd00::11", "duid-a", 2, 100) != NULL);
	CHECK(put("fd00::12", "duid-b", 1, 100) != NULL);
	CHECK(leases6_of(&leases, (struct lease_key){ (const uint8_t *)"duid-a", 6, 2 })->addr.s6_addr[15] == 0x11);
	CHECK(!leases6_of(&leases, (struct lease_key){ (const uint8_t *)"duid-a", 6, 3 }));
	CHECK(!leases6_more(leases6_of(&leases, (struct lease_key){ (const uint8_t *)"duid-a", 6, 1 })));
	/* in place of another one */
	CHECK(put("fd00::10", "duid-c", 1, 100) != NULL);
	CHECK(!leases6_of(&leases, (struct lease_key){ (const uint8_t *)"duid-a", 6, 1 }));
	CHECK_INT(leases.by_addr.n, 3);
}

static void
new_addresses_come_first(void)
{
	bind_range("fd00::10", "fd00::12");
	put("fd00::10", "duid-a", 1, 100);
	CHECK_STR(pick(200), "fd00::11");
	put("fd00::11", "duid-b", 1, 150);
	CHECK_STR(pick(200), "fd00::12");
	put("fd00::12", "duid-c", 1, 1000);
	CHECK_STR(pick(120), "fd00::10"); /* the one that has been over the longest */
	CHECK_STR(pick(200), "fd00::10");
	CHECK_STR(pick(99), "none");
	leases6_end(&leases, leases6_at(&leases, &(struct in6_addr){ { { 0xfd, [15] = 0x12 } } }), 99);
	CHECK_STR(pick(99), "fd00::12");
}

/* A flood of offers that were not remembered leaves no hole. */
static void
what_was_passed_over_is_found_again(void)
{
	bind_range("fd00::10", "fd00::13");
	for (int i = 0; i < 4; i++)
		CHECK(strcmp(pick(1), "none") != 0);
	CHECK_STR(pick(1), "fd00::10");
}

static void
the_clock_moves_leases(void)
{
	bind_range("fd00::10", "fd00::13");
	put("fd00::10", "duid-a", 1, 100);
	leases6_shift(&leases, 1000, 1050);
	CHECK_INT(leases6_at(&leases, &leases.pool[0].range.low)->expiry, 1050);
	CHECK_INT(leases6_cut(&leases, 900), 1);
	CHECK_INT(leases6_cut(&leases, 900), 0);
}

static void
lines_are_as_dnsmasq_has_them(void)
{
	static const char line[] = "1790000000 3690253475 fd00:77::1000 node 00:01:00:01:32:a0:4b:c0:76:b9:db:f4:cc:a3";
	char out[LEASELINE_MAX];
	struct leaseline l;
	struct lease *lease;

	CHECK_INT(leaseline6_parse(line, strlen(line), &l), LEASELINE_LEASE);
	CHECK(l.expiry == 1790000000 && l.iaid == 3690253475u && l.duid_len == 14);
	CHECK_STR(l.name, "node");
	bind_range("fd00::10", "fd00::13");
	lease = leases6_put(&leases,
	    &(struct lease_entry){ .addr = l.addr,
	        .key = { l.duid, l.duid_len, l.iaid },
	        .name = l.name,
	        .expiry = l.expiry,
	        .state = LEASE_BOUND });
	CHECK_INT(leaseline6_write(lease, "node", l.expiry, out), sizeof(line));
	CHECK(memcmp(out, line, sizeof(line) - 1) == 0);
	CHECK_INT(leaseline6_parse("duid 00:03:00:01:02:03:04:05:06:07", 34, &l), LEASELINE_SERVER);
	CHECK_INT(l.duid_len, 10);
	CHECK_INT(leaseline6_parse("1 0 fd00::1 * *", 15, &l), LEASELINE_LEASE);
	CHECK_INT(l.duid_len, 0);
	CHECK_INT(leaseline6_parse("1 0 10.0.0.1 * *", 16, &l), LEASELINE_DAMAGED);
	CHECK_INT(leaseline6_parse("1 4294967296 fd00::1 * *", 24, &l), LEASELINE_DAMAGED);
	CHECK_INT(leaseline6_parse("1 0 fd00::1 a/b *", 17, &l), LEASELINE_DAMAGED);
	CHECK_INT(leaseline6_parse("1 0 fd00::1 * 00:0", 18, &l), LEASELINE_DAMAGED);
	CHECK_INT(leaseline6_parse("duid", 4, &l), LEASELINE_DAMAGED);
}

/* The server's DUID is made once, and stays through a file written anew. */
static void
the_duid_stays(void)
{
	char path[] = "/tmp/t_leases6.XXXXXX", error[LEASEFILE_ERROR];
	struct leasebook book = { .leases = &leases }, again = { .leases = &leases };
	struct leasestore store = leasebook6_store(&book), store_again = leasebook6_store(&again);
	struct leasefile f;
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	close(fd);
	bind_range("fd00::10", "fd00::13");
	CHECK_INT(leasefile_open(&f, path, &store, NULL, error), 0);
	CHECK_INT(leasefile_read(&f, error), 0);
	CHECK_INT(leasebook6_make_duid(&book, &f), 0);
	CHECK_INT(book.duid_len, 18);
	for (int i = 0; i < 3000; i++)
		CHECK_INT(leasebook6_add(&f, put("fd00::10", "duid-a", 1, i), "n", i), 0);
	CHECK_INT(leasefile_sync(&f), 1);
	while (leasefile_tidy(&f) > 0)
		;
	CHECK_INT(f.lines, 2);
	leasefile_close(&f);
	leases6_free(&leases);
	CHECK_INT(leasefile_open(&f, path, &store_again, NULL, error), 0);
	CHECK_INT(leasefile_read(&f, error), 0);
	CHECK_INT(leasebook6_make_duid(&again, &f), 0);
	CHECK(again.duid_len == book.duid_len && memcmp(again.duid, book.duid, 18) == 0);
	CHECK_INT(leases.by_addr.n, 1);
	leasefile_close(&f);
	unlink(path);
}

int
main(void)
{
	RUN(leases_are_found);
	RUN(new_addresses_come_first);
	RUN(what_was_passed_over_is_found_again);
	RUN(the_clock_moves_leases);
	RUN(lines_are_as_dnsmasq_has_them);
	RUN(the_duid_stays);
	leases6_free(&leases);
	return TEST_EXIT();
}
