/*
 * A unit test is a program: CHECKs inside functions that main() RUNs.  Each
 * function is one line "ok - name" or "not ok - name" (tests/run counts them).
 */
#ifndef TEST_H
#define TEST_H

#include <stdio.h>
#include <string.h>

/* A test may have nothing to run on some platform. */
static int test_bad __attribute__((unused)), test_failed __attribute__((unused));

#define CHECK(cond) ((cond) ? (void)0 : (test_bad++, (void)printf("# %s:%d: %s\n", __FILE__, __LINE__, #cond)))
#define CHECK_INT(got, want) \
	do { \
		long long got_ = (long long)(got), want_ = (long long)(want); \
		if (got_ != want_) \
			test_bad++, \
			    (void)printf("# %s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #got, got_, want_); \
	} while (0)
#define CHECK_STR(got, want) \
	do { \
		const char *got_ = (got), *want_ = (want); \
		if (!got_ || strcmp(got_, want_) != 0) \
			test_bad++, \
			    (void)printf("# %s:%d: %s is \"%s\", not \"%s\"\n", __FILE__, __LINE__, #got, \
			        got_ ? got_ : "(null)", want_); \
	} while (0)
#define RUN(fn) \
	(test_bad = 0, fn(), test_failed |= test_bad != 0, (void)printf("%s - %s\n", test_bad ? "not ok" : "ok", #fn), \
	    (void)fflush(stdout))
#define TEST_EXIT() (test_failed)

#endif
