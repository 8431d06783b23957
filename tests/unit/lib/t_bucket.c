#include "bucket.h"

#include "test.h"

static void
so_many_at_once_then_so_many_a_second(void)
{
	struct bucket b;

	bucket_init(&b, 3 * BUCKET_ONE, BUCKET_ONE / 2);
	for (int i = 0; i < 3; i++)
		CHECK(bucket_take(&b, 100));
	CHECK(!bucket_take(&b, 100));
	CHECK(!bucket_take(&b, 101)); /* half of one */
	CHECK(bucket_take(&b, 102));
	CHECK(!bucket_take(&b, 102));
	bucket_give(&b);
	CHECK(bucket_take(&b, 102));
}

static void
it_holds_no_more_than_it_does(void)
{
	struct bucket b;

	bucket_init(&b, 2 * BUCKET_ONE, BUCKET_ONE);
	bucket_give(&b);
	CHECK_INT(b.room, 2 * BUCKET_ONE);
	CHECK(bucket_take(&b, 0));
	CHECK(bucket_take(&b, INT64_MAX)); /* a clock that jumps */
	CHECK_INT(b.room, BUCKET_ONE);
	CHECK(bucket_take(&b, 5)); /* and back */
	CHECK(!bucket_take(&b, 5));
	CHECK(bucket_take(&b, 6));
}

int
main(void)
{
	RUN(so_many_at_once_then_so_many_a_second);
	RUN(it_holds_no_more_than_it_does);
	return TEST_EXIT();
}
