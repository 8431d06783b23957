/* Range headers against a file of 100 bytes and some of other sizes. */
#include "range.h"

#include "test.h"

static struct range_set set;

static enum range_result
parse(const char *value, uint64_t size)
{
	memset(&set, 0xee, sizeof(set));
	return range_parse((struct http_text){ value, strlen(value) }, size, &set);
}

/* "0-4 10-20", the ranges that come out. */
static const char *
shown(void)
{
	static char text[1024];
	size_t n = 0;

	for (size_t i = 0; i < set.n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%llu-%llu", i ? " " : "",
		    (unsigned long long)set.range[i].first, (unsigned long long)set.range[i].last);
	return text;
}

static void
good(void)
{
	static const struct {
		const char *value, *want;
	} list[] = {
		{ "bytes=0-4", "0-4" },
		{ "BYTES=0-4", "0-4" },
		{ "bytes=0-0", "0-0" },
		{ "bytes=5-", "5-99" },
		{ "bytes=99-", "99-99" },
		{ "bytes=90-1000", "90-99" },
		{ "bytes=-5", "95-99" },
		{ "bytes=-1000", "0-99" },
		{ "bytes=0-18446744073709551615", "0-99" },
		{ "bytes=0-99999999999999999999999999", "0-99" },
		{ "bytes= 0-4 , 10-20", "0-4 10-20" },
		{ "bytes=,0-4,,10-20,", "0-4 10-20" },
		{ "bytes=10-20,0-4", "10-20 0-4" }, /* the client's order */
		{ "bytes=0-10,5-20", "0-20" },
		{ "bytes=0-9,10-19", "0-19" }, /* they touch */
		{ "bytes=0-1,50-60,1-55", "0-60" },
		{ "bytes=80-90,0-1,85-99,50-50", "80-99 0-1 50-50" },
		{ "bytes=0-99,-1,5-6", "0-99" },
		{ "bytes=200-300,1-2", "1-2" }, /* what is outside is left out */
		{ "bytes=0-0,2-2,4-4,1-1", "0-2 4-4" },
		{ "bytes=0-0,2-2,4-4,1-3", "0-4" },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		CHECK_INT(parse(list[i].value, 100), RANGE_SOME);
		CHECK_STR(shown(), list[i].want);
	}
}

/* None of these is a range: the whole file is right (RFC 9110, 14.2). */
static void
ignored(void)
{
	static const char *const list[] = {
		"bytes=u-u",
		"bytes=",
		"bytes=-",
		"bytes=a-4",
		"bytes=0-b",
		"bytes=4-0",
		"bytes=0",
		"bytes=0-1,x",
		"bytes=0 -1",
		"bytes=0--1",
		"bytes==0-1",
		"lines=0-4",
		"bytes 0-4",
		"byte",
		"",
		"bytes=0x1-2",
		"bytes=+1-2",
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		CHECK_INT(parse(list[i], 100), RANGE_NONE);
		CHECK_INT(set.n, (size_t)0xeeeeeeeeeeeeeeee);
	}
	CHECK_INT(range_parse((struct http_text){ NULL, 0 }, 100, &set), RANGE_NONE);
}

static void
outside(void)
{
	CHECK_INT(parse("bytes=100-", 100), RANGE_OUTSIDE);
	CHECK_INT(parse("bytes=100-200,300-", 100), RANGE_OUTSIDE);
	CHECK_INT(parse("bytes=-0", 100), RANGE_OUTSIDE);
	CHECK_INT(parse("bytes=0-", 0), RANGE_OUTSIDE);
	CHECK_INT(parse("bytes=-1", 0), RANGE_OUTSIDE);
	CHECK_INT(parse("bytes=99999999999999999999-", 100), RANGE_OUTSIDE);
}

static void
large(void)
{
	CHECK_INT(parse("bytes=4294967296-4294967299", 5000000000), RANGE_SOME);
	CHECK_STR(shown(), "4294967296-4294967299");
	CHECK_INT(parse("bytes=-1", INT64_MAX), RANGE_SOME);
	CHECK_INT((long long)set.range[0].last, INT64_MAX - 1);
}

/* "bytes=0-0,3-3,6-6,...": n ranges that do not meet. */
static const char *
ranges(int n)
{
	static char value[1024];
	int len = snprintf(value, sizeof(value), "bytes=0-0");

	for (int i = 1; i < n; i++)
		len += snprintf(value + len, sizeof(value) - (size_t)len, ",%d-%d", i * 3, i * 3);
	return value;
}

static void
many(void)
{
	CHECK_INT(parse(ranges(RANGE_MAX), 1000), RANGE_SOME);
	CHECK_INT(set.n, RANGE_MAX);
	CHECK_INT(parse(ranges(RANGE_MAX + 1), 1000), RANGE_NONE);
}

int
main(void)
{
	RUN(good);
	RUN(ignored);
	RUN(outside);
	RUN(large);
	RUN(many);
	return TEST_EXIT();
}
