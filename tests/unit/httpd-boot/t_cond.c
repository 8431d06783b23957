/* Conditions, alone and together, in the order of RFC 9110, 13.2.2. */
#include "cond.h"

#include <stdio.h>

#include "test.h"

#define AT 784111777 /* Sun, 06 Nov 1994 08:49:37 GMT */
#define SAME "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define AFTER "Sun, 06 Nov 1994 08:49:38 GMT"

static const struct cond_file file = { "\"1-2-3\"", AT, AT + 100 };
static struct http_request req;

static const struct http_request *
with(const char *headers)
{
	static char text[1024];

	snprintf(text, sizeof(text), "GET / HTTP/1.0\r\n%s\r\n", headers);
	CHECK_INT(http_parse(text, strlen(text), &req), HTTP_OK);
	return &req;
}

struct cond_case {
	const char *headers;
	enum cond_verdict want;
};

static void
one_by_one(void)
{
	static const struct cond_case list[] = {
		{ "", COND_SEND },
		{ "If-None-Match: \"1-2-3\"\r\n", COND_SAME },
		{ "If-None-Match: W/\"1-2-3\"\r\n", COND_SAME },
		{ "If-None-Match: \"x\", \"1-2-3\"\r\n", COND_SAME },
		{ "If-None-Match: \"x,1\"\r\nIf-None-Match: \"1-2-3\"\r\n", COND_SAME },
		{ "If-None-Match: *\r\n", COND_SAME },
		{ "If-None-Match: \"1-2-4\"\r\n", COND_SEND },
		{ "If-None-Match: 1-2-3\r\n", COND_SEND },
		{ "If-Match: \"1-2-3\"\r\n", COND_SEND },
		{ "If-Match: *\r\n", COND_SEND },
		{ "If-Match: W/\"1-2-3\"\r\n", COND_FAILED }, /* strong comparison */
		{ "If-Match: \"x\"\r\n", COND_FAILED },
		{ "If-Modified-Since: " SAME "\r\n", COND_SAME },
		{ "If-Modified-Since: " AFTER "\r\n", COND_SAME },
		{ "If-Modified-Since: " BEFORE "\r\n", COND_SEND },
		{ "If-Modified-Since: yesterday\r\n", COND_SEND },
		{ "If-Unmodified-Since: " SAME "\r\n", COND_SEND },
		{ "If-Unmodified-Since: " BEFORE "\r\n", COND_FAILED },
		{ "If-Unmodified-Since: never\r\n", COND_SEND },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		CHECK_INT(cond_check(with(list[i].headers), &file), list[i].want);
}

static void
together(void)
{
	static const struct cond_case list[] = {
		/* tags decide, dates beside them do not count */
		{ "If-None-Match: \"x\"\r\nIf-Modified-Since: " SAME "\r\n", COND_SEND },
		{ "If-None-Match: \"1-2-3\"\r\nIf-Modified-Since: " BEFORE "\r\n", COND_SAME },
		{ "If-Match: \"1-2-3\"\r\nIf-Unmodified-Since: " BEFORE "\r\n", COND_SEND },
		{ "If-Match: \"x\"\r\nIf-Unmodified-Since: " AFTER "\r\n", COND_FAILED },
		/* 412 comes before 304 */
		{ "If-Match: \"x\"\r\nIf-None-Match: \"1-2-3\"\r\n", COND_FAILED },
		{ "If-Unmodified-Since: " BEFORE "\r\nIf-None-Match: *\r\n", COND_FAILED },
		{ "If-Match: *\r\nIf-None-Match: \"1-2-3\"\r\n", COND_SAME },
		{ "If-Unmodified-Since: " SAME "\r\nIf-Modified-Since: " SAME "\r\n", COND_SAME },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		CHECK_INT(cond_check(with(list[i].headers), &file), list[i].want);
}

static void
if_range(void)
{
	struct cond_file young = file;

	young.now = AT;
	CHECK(cond_range(with(""), &file));
	CHECK(cond_range(with("If-Range: \"1-2-3\"\r\n"), &file));
	CHECK(!cond_range(with("If-Range: W/\"1-2-3\"\r\n"), &file));
	CHECK(!cond_range(with("If-Range: \"x\"\r\n"), &file));
	CHECK(cond_range(with("If-Range: " SAME "\r\n"), &file));
	CHECK(!cond_range(with("If-Range: " BEFORE "\r\n"), &file));
	CHECK(!cond_range(with("If-Range: " AFTER "\r\n"), &file));
	CHECK(!cond_range(with("If-Range: " SAME "\r\n"), &young)); /* may change again within this second */
}

/* A listing has neither tag nor date. */
static void
without_validators(void)
{
	const struct cond_file page = { NULL, -1, AT };

	CHECK_INT(cond_check(with("If-Modified-Since: " AFTER "\r\n"), &page), COND_SEND);
	CHECK_INT(cond_check(with("If-Unmodified-Since: " BEFORE "\r\n"), &page), COND_SEND);
	CHECK_INT(cond_check(with("If-None-Match: \"x\"\r\n"), &page), COND_SEND);
	CHECK_INT(cond_check(with("If-None-Match: *\r\n"), &page), COND_SAME);
	CHECK_INT(cond_check(with("If-Match: \"x\"\r\n"), &page), COND_FAILED);
	CHECK(!cond_range(with("If-Range: " SAME "\r\n"), &page));
}

int
main(void)
{
	RUN(one_by_one);
	RUN(together);
	RUN(if_range);
	RUN(without_validators);
	return TEST_EXIT();
}
