/* HTTP dates, both ways, against libc's calendar. */
#include "date.h"

#include <time.h>

#include "test.h"

#define AT 784111777

static bool
parse(const char *s, int64_t *t)
{
	return date_parse(s, strlen(s), 1700000000, t);
}

static void
formats(void)
{
	char text[32];

	CHECK_STR(date_http(AT, text), "Sun, 06 Nov 1994 08:49:37 GMT");
	CHECK_STR(date_clf(AT, text), "06/Nov/1994:08:49:37 +0000");
	CHECK_STR(date_short(AT, text), "1994-11-06 08:49");
	CHECK_STR(date_http(0, text), "Thu, 01 Jan 1970 00:00:00 GMT");
	CHECK_STR(date_http(-1, text), "Wed, 31 Dec 1969 23:59:59 GMT");
	CHECK_STR(date_http(INT64_MAX, text), "Fri, 31 Dec 9999 23:59:59 GMT");
	CHECK_STR(date_http(INT64_MIN, text), "Wed, 01 Jan 1000 00:00:00 GMT");
}

/* Every day and a bit over 400 years: all leap year rules. */
static void
as_libc(void)
{
	bool wide = sizeof(time_t) > 4; /* as far as the C library itself goes */

	for (int64_t t = wide ? -3000000000 : INT32_MIN; t < (wide ? 10000000000 : INT32_MAX); t += 86399) {
		char text[DATE_HTTP], want[64];
		struct tm tm;
		int64_t back = 0;
		time_t libc = (time_t)t;

		gmtime_r(&libc, &tm);
		strftime(want, sizeof(want), "%a, %d %b %Y %H:%M:%S GMT", &tm);
		date_http(t, text);
		if (strcmp(text, want) != 0 || !parse(text, &back) || back != t) {
			CHECK_STR(text, want);
			CHECK_INT(back, t);
			return;
		}
	}
}

static void
three_forms(void)
{
	int64_t t = 0;

	CHECK(parse("Sun, 06 Nov 1994 08:49:37 GMT", &t) && t == AT);
	t = 0;
	CHECK(parse("Sunday, 06-Nov-94 08:49:37 GMT", &t) && t == AT);
	t = 0;
	CHECK(parse("Sun Nov  6 08:49:37 1994", &t) && t == AT);
	t = 0;
	CHECK(parse("Sun Nov 16 08:49:37 1994", &t) && t == AT + 864000);
	CHECK(parse("Sun Nov 06 08:49:37 1994", &t) && t == AT); /* RFC 9110: date3 has two digits, too */
	CHECK(parse("Tue, 29 Feb 2000 23:59:60 GMT", &t) && t == 951868800);
	CHECK(parse("Sunday, 06-Nov-73 08:49:37 GMT", &t) && t > 1700000000); /* 2073: 50 years ahead */
	CHECK(parse("Sunday, 06-Nov-74 08:49:37 GMT", &t) && t < 1700000000); /* 1974 */
}

static void
refused(void)
{
	static const char *const list[] = {
		"",
		"0",
		"Sun, 06 Nov 1994 08:49:37",
		"Sun, 06 Nov 1994 08:49:37 UTC",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"Sun, 06 nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 94 08:49:37 GMT",
		"Sun, 32 Nov 1994 08:49:37 GMT",
		"Sun, 00 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT",
		"Sun, 06 Nov 1994 08:60:37 GMT",
		"Sun, 06 Nov 1994 08:49:61 GMT",
		"Sun,  6 Nov 1994 08:49:37 GMT",
		"Sun,06 Nov 1994 08:49:37 GMT",
		"Sun, 06 November 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994  8:49:37 GMT",
		"Sun Nov 6 08:49:37 1994",
		"Sun Nov  6 08:49:37 94",
		"Su, 06 Nov 1994 08:49:37 GMT",
		"06 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 +0000",
		"Sun, 31 Apr 1994 08:49:37 GMT",
		"Thu, 29 Feb 1900 08:49:37 GMT",
		"Sunday, 30-Feb-94 08:49:37 GMT",
	};
	int64_t t = 42;

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		CHECK(!parse(list[i], &t));
		CHECK_INT(t, 42);
	}
	CHECK(!date_parse("Sun, 06 Nov 1994 08:49:37 GMT\0", 30, 0, &t));
	for (size_t n = 0; n < 29; n++)
		CHECK(!date_parse("Sun, 06 Nov 1994 08:49:37 GMT", n, 0, &t));
}

int
main(void)
{
	RUN(formats);
	RUN(as_libc);
	RUN(three_forms);
	RUN(refused);
	return TEST_EXIT();
}
