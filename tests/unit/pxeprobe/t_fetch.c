/* What is kept of a file that is fetched, and what is said against it. */
#include "test.h"

#include "fetch.h"
#include "finding.h"

static void
bytes_are_kept(void)
{
	struct fetched f = { .keep = 5 };

	fetch_take(&f, "abc", 3);
	CHECK_STR((const char *)f.data, "abc");
	fetch_take(&f, "defg", 4);
	fetch_take(&f, "h", 1);
	CHECK_STR((const char *)f.data, "abcde");
	CHECK_INT(f.kept, 5);
	CHECK_INT(f.bytes, 8);
	f.ms = 4;
	CHECK_INT(fetch_rate(&f), 2000);
	f.ms = 0;
	CHECK_INT(fetch_rate(&f), 8000);
	fetch_free(&f);
	CHECK(!f.data && f.kept == 0);
}

static void
a_file_without_end(void)
{
	const uint64_t kernel = 100000000; /* 800 s at 1 Mbit/s */
	const struct fetcher usual = { .patience_ms = 10000 };

	CHECK(!fetch_is_endless(&usual, 120000, 0, 0));
	CHECK(fetch_is_endless(&(struct fetcher){ .patience_ms = 1000 }, 12001, 1, 0));
	CHECK(fetch_is_endless(&usual, 120001, 1, 0));
	CHECK(fetch_is_endless(&usual, 130000, 1ull << 40, 0)); /* fast, and never said how long */
	CHECK(!fetch_is_endless(&usual, 200000, 10000000, kernel));
	CHECK(fetch_is_endless(&usual, 200001, 9999999, kernel)); /* slower than 1 Mbit/s */
	CHECK(!fetch_is_endless(&usual, 900000, kernel - 1, kernel));
	CHECK(fetch_is_endless(&usual, 900000, kernel, kernel)); /* more than it announced */
	CHECK(fetch_is_endless(&usual, 150000, 5, UINT64_MAX));
}

static void
each_flaw_counts_once(void)
{
	static const enum fault other[] = { FAULT_HTTP_10, FAULT_HTTP_CASE, FAULT_HTTP_TYPE, FAULT_HTTP_NO_LENGTH,
		FAULT_HTTP_CHUNKED, FAULT_TFTP_ERROR };
	struct fetched f = { .keep = 0 };

	fetch_flaw(&f, FAULT_TLS_KEY, "%d bits", 1024);
	fetch_warn(&f, FAULT_TLS_KEY, "%d bits", 2048);
	CHECK_INT(f.flaws, 1);
	CHECK_STR(f.flaw[0].why, "1024 bits");
	CHECK(!f.flaw[0].warning);
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		fetch_warn(&f, other[i], "x");
	CHECK_INT(f.flaws, FETCH_FAULTS);
	CHECK(f.flaw[1].warning);
	fetch_fail(&f, FAULT_TFTP_NO_ANSWER, "%s is silent", "10.0.0.1");
	CHECK_INT(f.fault, FAULT_TFTP_NO_ANSWER);
	CHECK_STR(f.why, "10.0.0.1 is silent");
}

static void
errors_take_the_place_of_warnings(void)
{
	struct findings f = { .n = 0 };

	finding_add(&f, FAULT_OVERLOAD, "a warning as a rule");
	CHECK(!finding_error(&f));
	finding_warn(&f, FAULT_HTTP_10, "one");
	CHECK(!finding_error(&f));
	finding_add(&f, FAULT_HTTP_10, "two");
	CHECK_INT(f.n, 2);
	CHECK(finding_error(&f) == &f.at[1]);
	CHECK_STR(f.at[1].evidence, "two");
	finding_warn(&f, FAULT_HTTP_10, "three");
	finding_fatal(&f, FAULT_HTTP_10, "four");
	CHECK_STR(f.at[1].evidence, "two");
	finding_fatal(&f, FAULT_OVERLOAD, "five");
	CHECK(finding_error(&f) == &f.at[0]);
	/* All there is room for, and no more. */
	for (int i = 0; i < FAULTS; i++)
		finding_add(&f, (enum fault)i, "x");
	CHECK_INT(f.n, FINDING_MAX);
}

int
main(void)
{
	RUN(bytes_are_kept);
	RUN(a_file_without_end);
	RUN(each_flaw_counts_once);
	RUN(errors_take_the_place_of_warnings);
	return TEST_EXIT();
}
