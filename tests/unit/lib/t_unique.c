/* No two are the same. */
#include "test.h"

#include "unique.h"

static void
numbers_differ(void)
{
	uint64_t seen[100];
	unsigned same = 0;

	for (size_t i = 0; i < 100; i++) {
		seen[i] = unique_number();
		for (size_t k = 0; k < i; k++)
			same += seen[k] == seen[i];
	}
	CHECK_INT(same, 0);
}

int
main(void)
{
	RUN(numbers_differ);
	return TEST_EXIT();
}
