/* Listings: what is asked for, the order, the page and the JSON. */
#include "listing.h"

#include <stdlib.h>

#include "listing_page.h"
#include "test.h"

static struct http_text
text_of(const char *s)
{
	return (struct http_text){ s, s ? strlen(s) : 0 };
}

static struct listing_view
view_of(const char *query, const char *accept)
{
	return listing_view(text_of(query), text_of(accept));
}

static void
what_is_asked_for(void)
{
	CHECK(!view_of(NULL, NULL).json);
	CHECK(view_of("json", NULL).json);
	CHECK(view_of("a=b&json", "text/html").json);
	CHECK(view_of(NULL, "application/json").json);
	CHECK(view_of(NULL, "Application/JSON; charset=utf-8, */*;q=0.1").json);
	CHECK(!view_of(NULL, "application/jsonx, */*").json);
	CHECK(!view_of(NULL, "*/*").json);
	CHECK(!view_of(NULL, "application/json;q=0").json);
	CHECK(view_of(NULL, "application/*").json);
	CHECK(!view_of(NULL, "application/*, application/json;q=0").json);
	CHECK(!view_of(NULL, "text/*, application/json;q=0.5").json);
	CHECK(view_of(NULL, "text/*;q=0.1, application/*;q=0.5, */*").json);
	CHECK(!view_of(NULL, "text/html,application/json").json);
	CHECK(!view_of(NULL, "text/html;q=0.85,application/json;q=0.8").json);
	CHECK(view_of(NULL, "text/html;q=0.8,application/json;q=0.85").json);
	CHECK_INT(view_of("C=S", NULL).sort, LISTING_SIZE);
	CHECK(!view_of("C=S", NULL).down);
	CHECK(view_of("C=S;O=D", NULL).down);
	CHECK(view_of("C=-M", NULL).down);
	CHECK_INT(view_of("C=-M", NULL).sort, LISTING_DATE);
	CHECK_INT(view_of("C=Z&&;;=", NULL).sort, LISTING_NAME);
}

static void
numbers_are_numbers(void)
{
	static const char *const want[] = { "a", "a1", "a01", "a2", "a10", "a10b", "a10b9", "b",
		"b18446744073709551617" };
	enum { N = sizeof(want) / sizeof(want[0]) };
	struct listing_entry e[N];
	struct listing l = { e, N, N };
	struct listing_view view = { .sort = LISTING_NAME };

	for (int turn = 0; turn < N; turn++) {
		for (int i = 0; i < N; i++)
			e[i] = (struct listing_entry){ .name = (char *)(uintptr_t)want[(i * 4 + turn) % N] };
		listing_order(&l, &view);
		for (int i = 0; i < N; i++)
			if (strcmp(want[i], "a1") != 0 && strcmp(want[i], "a01") != 0) /* the same number */
				CHECK_STR(e[i].name, want[i]);
	}
}

static char names[][24] = { "x\"\\\xff\n", "a&b" };

static void
pages(void)
{
	struct listing_entry e[] = { { names[0], false, 7, 0 }, { names[1], true, 0, 0 } };
	struct listing l = { e, 2, 2 };
	struct listing_view view = { .json = true };
	size_t len;
	char *page = listing_page(&l, "p/q", &view, &len);

	CHECK_STR(page,
	    "[\n{ \"name\":\"x\\\"\\\\\\ufffd\\u000a\", \"type\":\"file\", "
	    "\"mtime\":\"Thu, 01 Jan 1970 00:00:00 GMT\", \"size\":7 },\n"
	    "{ \"name\":\"a&b\", \"type\":\"directory\", \"mtime\":\"Thu, 01 Jan 1970 00:00:00 GMT\" }\n]\n");
	free(page);
	view.json = false;
	page = listing_page(&l, "p/q", &view, &len);
	CHECK_INT(len, strlen(page));
	CHECK(strstr(page, "<h1><a href=\"../../\">/</a><a href=\"../\">p</a>/q</h1>"));
	CHECK(strstr(page, "<a href=\"a%26b/\">a&amp;b/</a>"));
	CHECK(strstr(page, "<a href=\"x%22%5C%FF%0A\">"));
	free(page);
	page = listing_page(&l, "", &view, &len);
	CHECK(strstr(page, "<h1>/</h1>") && !strstr(page, "../"));
	free(page);
}

int
main(void)
{
	RUN(what_is_asked_for);
	RUN(numbers_are_numbers);
	RUN(pages);
	return TEST_EXIT();
}
