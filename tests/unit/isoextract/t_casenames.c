/* Names that differ in case alone. */
#include "casenames.h"

#include "test.h"

static void
cases(void)
{
	struct names s = { 0 };

	CHECK_INT(names_add(&s, "boot/README"), NAMES_NEW);
	CHECK_INT(names_add(&s, "boot/README"), NAMES_SAME);
	CHECK_INT(names_add(&s, "boot/readme"), NAMES_CASE);
	CHECK_INT(names_add(&s, "BOOT/README"), NAMES_CASE);
	CHECK_INT(names_add(&s, "boot/READM"), NAMES_NEW);
	CHECK_INT(names_add(&s, "a[{"), NAMES_NEW);
	CHECK_INT(names_add(&s, "A{["), NAMES_NEW);
	names_free(&s);
}

static void
many(void)
{
	struct names s = { 0 };
	char name[32];

	for (unsigned i = 0; i < 50000; i++) {
		snprintf(name, sizeof(name), "pool/x%u", i);
		CHECK_INT(names_add(&s, name), NAMES_NEW);
	}
	for (unsigned i = 0; i < 50000; i += 7) {
		snprintf(name, sizeof(name), "POOL/X%u", i);
		CHECK_INT(names_add(&s, name), NAMES_CASE);
	}
	names_free(&s);
}

int
main(void)
{
	RUN(cases);
	RUN(many);
	return TEST_EXIT();
}
