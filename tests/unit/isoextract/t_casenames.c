/* Names that differ in case alone. */
#include "casenames.h"

#include "test.h"

static void
cases(void)
{
	struct casenames s = { 0 };

	CHECK_INT(casenames_add(&s, "boot/README"), CASENAMES_NEW);
	CHECK_INT(casenames_add(&s, "boot/README"), CASENAMES_SAME);
	CHECK_INT(casenames_add(&s, "boot/readme"), CASENAMES_CASE);
	CHECK_INT(casenames_add(&s, "BOOT/README"), CASENAMES_CASE);
	CHECK_INT(casenames_add(&s, "boot/READM"), CASENAMES_NEW);
	CHECK_INT(casenames_add(&s, "a[{"), CASENAMES_NEW);
	CHECK_INT(casenames_add(&s, "A{["), CASENAMES_NEW);
	casenames_free(&s);
}

static void
many(void)
{
	struct casenames s = { 0 };
	char name[32];

	for (unsigned i = 0; i < 50000; i++) {
		snprintf(name, sizeof(name), "pool/x%u", i);
		CHECK_INT(casenames_add(&s, name), CASENAMES_NEW);
	}
	for (unsigned i = 0; i < 50000; i += 7) {
		snprintf(name, sizeof(name), "POOL/X%u", i);
		CHECK_INT(casenames_add(&s, name), CASENAMES_CASE);
	}
	casenames_free(&s);
}

int
main(void)
{
	RUN(cases);
	RUN(many);
	return TEST_EXIT();
}
