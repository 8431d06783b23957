/* When to look for a packet before sleeping. */
#include "test.h"

#include "busywait.h"

/* How many packets are slept for until the next look. */
static unsigned
slept_for(struct busywait *b)
{
	unsigned n = 0;

	while (!busywait_pays(b))
		n++;
	return n;
}

static void
it_looks_as_long_as_that_finds_something(void)
{
	struct busywait b = { .skip = 0 };

	for (int i = 0; i < 1000; i++) {
		CHECK(busywait_pays(&b));
		busywait_learn(&b, true);
	}
}

static void
each_look_for_nothing_doubles_the_sleeps(void)
{
	struct busywait b = { .skip = 0 };

	for (unsigned want = 1; want <= 1024; want *= 2) {
		CHECK(busywait_pays(&b));
		busywait_learn(&b, false);
		CHECK_INT(slept_for(&b), want);
	}
	busywait_learn(&b, false);
	CHECK_INT(slept_for(&b), 1024);
}

static void
what_pays_again_is_trusted_again(void)
{
	struct busywait b = { .skip = 0, .after = 1024 };

	for (int i = 0; i < 100; i++)
		busywait_learn(&b, true);
	busywait_learn(&b, false);
	CHECK(slept_for(&b) < 20);
}

int
main(void)
{
	RUN(it_looks_as_long_as_that_finds_something);
	RUN(each_look_for_nothing_doubles_the_sleeps);
	RUN(what_pays_again_is_trusted_again);
	return TEST_EXIT();
}
