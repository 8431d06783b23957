#include "hashtab.h"

#include "test.h"

#define MANY 1000

struct entry {
	int number;
	struct hashtab_node node;
	int met;
};

static struct entry *
entry_of(struct hashtab_node *n)
{
	return HASHTAB_ENTRY(n, struct entry, node);
}

static struct entry *
find(const struct hashtab *t, int number)
{
	struct hashtab_node *n = hashtab_first(t, hashtab_hash(7, &number, sizeof(number)));

	while (n && entry_of(n)->number != number)
		n = hashtab_next(n);
	return n ? entry_of(n) : NULL;
}

static void
fill(struct hashtab *t, struct entry *e, int from, int to)
{
	for (int i = from; i < to; i++) {
		e[i] = (struct entry){ .number = i };
		CHECK_INT(hashtab_add(t, &e[i].node, hashtab_hash(7, &i, sizeof(i))), 0);
	}
}

static void
an_empty_table_has_nothing(void)
{
	struct hashtab t = { 0 };
	struct hashtab_node stray = { 0 };
	struct hashtab_walk walk = { 0 };

	CHECK(!hashtab_first(&t, 1));
	CHECK(!hashtab_step(&t, &walk));
	hashtab_remove(&t, &stray);
	hashtab_free(&t);
}

static void
what_was_added_is_found_until_removed(void)
{
	static struct entry e[MANY];
	struct hashtab t = { 0 };

	fill(&t, e, 0, MANY);
	CHECK_INT(t.n, MANY);
	for (int i = 0; i < MANY; i++)
		CHECK(find(&t, i) == &e[i]);
	CHECK(!find(&t, MANY));
	for (int i = 0; i < MANY; i += 2)
		hashtab_remove(&t, &e[i].node);
	hashtab_remove(&t, &e[0].node);
	CHECK_INT(t.n, MANY / 2);
	for (int i = 0; i < MANY; i++)
		CHECK(find(&t, i) == (i % 2 ? &e[i] : NULL));
	hashtab_free(&t);
}

static void
nodes_may_share_a_hash(void)
{
	struct entry e[3] = { { .number = 1 }, { .number = 2 }, { .number = 3 } };
	struct hashtab t = { 0 };
	int sum = 0;

	for (int i = 0; i < 3; i++)
		hashtab_add(&t, &e[i].node, 42);
	hashtab_add(&t, &(struct hashtab_node){ 0 }, 42 + 16); /* in the same bucket */
	for (struct hashtab_node *n = hashtab_first(&t, 42); n; n = hashtab_next(n))
		sum += entry_of(n)->number;
	CHECK_INT(sum, 6);
	hashtab_free(&t);
}

static void
a_walk_meets_all_and_may_remove(void)
{
	static struct entry e[MANY];
	struct hashtab t = { 0 };
	struct hashtab_walk walk = { 0 };

	fill(&t, e, 0, MANY);
	for (struct hashtab_node *n; (n = hashtab_step(&t, &walk));) {
		entry_of(n)->met++;
		if (entry_of(n)->number % 3 == 0)
			hashtab_remove(&t, n);
	}
	for (int i = 0; i < MANY; i++)
		CHECK_INT(e[i].met, 1);
	CHECK_INT(t.n, MANY - (MANY + 2) / 3);
	hashtab_free(&t);
}

/* As a lease file is written anew: a part at a time, with leases that come and
 * go, and a table that grows, in between. */
static void
a_walk_that_pauses_misses_nobody(void)
{
	static struct entry e[4 * MANY];
	struct hashtab t = { 0 };
	struct hashtab_walk walk = { 0 };
	int added = MANY;

	fill(&t, e, 0, MANY);
	for (struct hashtab_node *n; (n = hashtab_step(&t, &walk));) {
		entry_of(n)->met++;
		if (!hashtab_at_border(&walk) || added == 4 * MANY)
			continue;
		fill(&t, e, added, added + MANY / 10);
		added += MANY / 10;
		hashtab_remove(&t, &e[added - 1].node);
	}
	CHECK_INT(added, 4 * MANY);
	for (int i = 0; i < MANY; i++)
		CHECK(e[i].met >= 1);
	hashtab_free(&t);
}

static void
the_seed_and_every_byte_count(void)
{
	const char *a = "52:54:00:19:93:5b", *b = "52:54:00:19:93:5c";

	CHECK(hashtab_hash(1, a, 17) != hashtab_hash(2, a, 17));
	CHECK(hashtab_hash(1, a, 17) != hashtab_hash(1, b, 17));
	CHECK(hashtab_hash(1, a, 17) != hashtab_hash(1, a, 16));
	CHECK(hashtab_hash(1, "\0", 1) != hashtab_hash(1, "\0\0", 2));
}

int
main(void)
{
	RUN(an_empty_table_has_nothing);
	RUN(what_was_added_is_found_until_removed);
	RUN(nodes_may_share_a_hash);
	RUN(a_walk_meets_all_and_may_remove);
	RUN(a_walk_that_pauses_misses_nobody);
	RUN(the_seed_and_every_byte_count);
	return TEST_EXIT();
}
