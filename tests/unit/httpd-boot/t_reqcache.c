/* What is remembered is what http_parse says, and nothing else is. */
#include "reqcache.h"

#include <stdlib.h>

#include "test.h"

#define HOST "Host: boot\r\n"

static struct reqcache *reqcache;

static bool
knows(const char *head)
{
	return reqcache_find(reqcache, head, strlen(head)) != NULL;
}

static void
remembered(void)
{
	static const char head[] = "GET /a%20b HTTP/1.1\r\n" HOST "Range: bytes=0-1\r\n\r\n";
	const struct http_request *req;

	CHECK(!knows(head));
	CHECK_INT(reqcache_read(reqcache, head, strlen(head), &req), HTTP_OK);
	req = reqcache_find(reqcache, head, strlen(head));
	CHECK(req && strcmp(req->path, "/a b") == 0 && !req->plain);
	CHECK(req && http_exact(http_get(req, HTTP_RANGE), "bytes=0-1"));
	CHECK(req && http_exact(req->line, "GET /a%20b HTTP/1.1"));
}

/* One byte more, less or other is another request. */
static void
exactly(void)
{
	char head[] = "GET /abc HTTP/1.1\r\n" HOST "\r\n", longer[sizeof(head) + 1];
	const struct http_request *req;

	CHECK_INT(reqcache_read(reqcache, head, sizeof(head) - 1, &req), HTTP_OK);
	for (size_t n = 0; n < sizeof(head) - 1; n++)
		CHECK(!reqcache_find(reqcache, head, n));
	memcpy(longer, head, sizeof(head) - 1);
	longer[sizeof(head) - 1] = 'G';
	CHECK(!reqcache_find(reqcache, longer, sizeof(head)));
	for (size_t i = 0; i < sizeof(head) - 1; i++) {
		head[i] ^= 1;
		CHECK(!knows(head));
		head[i] ^= 1;
	}
	CHECK(knows(head));
}

static void
not_remembered(void)
{
	static const char wrong[] = "GET /wrong HTTP/1.1\r\n\r\n";
	static char large[4096];
	const struct http_request *req;

	CHECK_INT(reqcache_read(reqcache, wrong, strlen(wrong), &req), HTTP_BAD_HOST);
	CHECK(http_exact(req->line, "GET /wrong HTTP/1.1"));
	CHECK(!knows(wrong));
	snprintf(large, sizeof(large), "GET /large HTTP/1.1\r\n" HOST "X: %03000d\r\n\r\n", 7);
	CHECK_INT(reqcache_read(reqcache, large, strlen(large), &req), HTTP_OK);
	CHECK_STR(req->path, "/large");
	CHECK(!knows(large));
}

/* More requests than places: each is still read right. */
static void
many(void)
{
	char head[128], path[32];
	const struct http_request *req;

	for (int i = 0; i < 2000; i++) {
		snprintf(path, sizeof(path), "/%d", i % 700 * 7919);
		snprintf(head, sizeof(head), "GET %s HTTP/1.1\r\n" HOST "\r\n", path);
		req = reqcache_find(reqcache, head, strlen(head));
		if (!req)
			CHECK_INT(reqcache_read(reqcache, head, strlen(head), &req), HTTP_OK);
		CHECK_STR(req->path, path);
	}
}

/* Two requests and a half in one buffer. */
static void
in_a_row(void)
{
	static const char text[] = "\r\nGET /1 HTTP/1.1\r\n" HOST "\r\nGET /22 HTTP/1.1\r\n" HOST "\r\nGET /3";
	struct http_text rest = { text, sizeof(text) - 1 };
	const struct http_request *req;
	size_t scanned = 0, head;

	for (int i = 0; i < 2; i++) {
		CHECK_INT(reqcache_next(reqcache, rest, &scanned, &req, &head), HTTP_OK);
		CHECK_STR(req->path, i ? "/22" : "/1");
		CHECK(head < rest.len);
		rest = (struct http_text){ rest.at + head, rest.len - head };
		scanned = 0;
	}
	CHECK_INT(rest.len, 6);
	CHECK_INT(reqcache_next(reqcache, rest, &scanned, &req, &head), HTTP_MORE);
	rest.len = 0;
	CHECK_INT(reqcache_next(reqcache, rest, &scanned, &req, &head), HTTP_MORE);
}

/* What can only be bad takes up all the bytes, and its first line is what the log shows. */
static void
unfinished(void)
{
	static const char text[] = "GET nowhere HTTP/1.1\r\nHost: bo";
	struct http_text tls = { "\026\003\001", 3 }, all = { text, sizeof(text) - 1 };
	const struct http_request *req;
	size_t scanned = 0, head;

	CHECK_INT(reqcache_next(reqcache, tls, &scanned, &req, &head), HTTP_TLS);
	CHECK_INT(head, 3);
	CHECK_INT(req->line.len, 3);
	scanned = 0;
	CHECK_INT(reqcache_next(reqcache, all, &scanned, &req, &head), HTTP_BAD_TARGET);
	CHECK_INT(head, all.len);
	CHECK(http_exact(req->line, "GET nowhere HTTP/1.1\r"));
	CHECK(req->method == HTTP_OTHER && !req->path[0] && !http_get(req, HTTP_USER_AGENT).at);
}

int
main(void)
{
	reqcache = reqcache_make();
	RUN(remembered);
	RUN(exactly);
	RUN(not_remembered);
	RUN(many);
	RUN(in_a_row);
	RUN(unfinished);
	reqcache_free(reqcache);
	return TEST_EXIT();
}
