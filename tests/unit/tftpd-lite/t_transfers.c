/* Transfers in the table: always found, always in the order of their deadlines. */
#include "test.h"

#include <stdlib.h>

#include "transfers.h"

#define MANY 5000

static struct addr
address(uint32_t host, uint16_t port)
{
	struct addr a = { .port = port };

	a.ip[10] = a.ip[11] = 0xff;
	a.ip[12] = 10;
	a.ip[13] = (uint8_t)(host >> 16);
	a.ip[14] = (uint8_t)(host >> 8);
	a.ip[15] = (uint8_t)host;
	return a;
}

static struct transfer *
transfer(uint32_t host, uint16_t port, uint64_t due)
{
	struct transfer *t = calloc(1, sizeof(*t));

	t->peer = address(host, port);
	t->local = address(1, 0);
	t->x.resend_ms = due;
	t->x.heard_ms = XFER_NEVER / 2;
	return t;
}

static void
found_by_both_addresses(void)
{
	struct transfers *table = transfers_new();
	struct transfer *a = transfer(7, 2000, 1);
	struct addr other = address(2, 0), peer = a->peer, port = address(7, 2001);

	CHECK_INT(transfers_add(table, a), 0);
	CHECK(transfers_find(table, &peer, &a->local) == a);
	CHECK(!transfers_find(table, &peer, &other));
	CHECK(!transfers_find(table, &port, &a->local));
	CHECK(transfers_find_on(table, &peer, NULL) == a);
	transfers_remove(table, a);
	CHECK(!transfers_find(table, &peer, &a->local));
	CHECK(!transfers_next_due(table));
	free(a);
	transfers_free(table);
}

static void
the_first_due_comes_first(void)
{
	static struct transfer *all[MANY];
	struct transfers *table = transfers_new();
	uint64_t last = 0;

	srandom(1);
	for (uint32_t i = 0; i < MANY; i++) {
		all[i] = transfer(i / 100, (uint16_t)(1000 + i % 100), (uint64_t)random() % 10000);
		CHECK_INT(transfers_add(table, all[i]), 0);
	}
	for (uint32_t i = 0; i < MANY; i += 2) {
		all[i]->x.resend_ms = (uint64_t)random() % 20000;
		transfers_reschedule(table, all[i]);
	}
	for (uint32_t i = 0; i < MANY; i += 3) {
		transfers_remove(table, all[i]);
		free(all[i]);
	}
	CHECK_INT(transfers_count(table), MANY - (MANY + 2) / 3);
	while (transfers_count(table) > 0) {
		struct transfer *t = transfers_next_due(table);

		CHECK(xfer_deadline(&t->x) >= last);
		last = xfer_deadline(&t->x);
		CHECK(transfers_find(table, &t->peer, &t->local) == t);
		transfers_remove(table, t);
		free(t);
	}
	transfers_free(table);
}

int
main(void)
{
	RUN(found_by_both_addresses);
	RUN(the_first_due_comes_first);
	return TEST_EXIT();
}
