/* Heads byte by byte: firmware compares header names with their case. */
#include "response_head.h"

#include "test.h"

static const char *
head(const struct response_head *r)
{
	static char out[RESPONSE_HEAD_MAX + 1];

	struct wr w = wr_open(out, RESPONSE_HEAD_MAX);

	response_head_write(&w, r);
	CHECK(!w.full);
	out[wr_len(&w)] = '\0';
	return out;
}

static void
whole_file(void)
{
	const struct response_head r = {
		.status = 200,
		.date = "D",
		.type = "application/efi",
		.length = 5000000000,
		.etag = "\"1\"",
		.modified = "M",
		.ranges = true,
		.keep = true,
	};

	CHECK_STR(head(&r),
	    "HTTP/1.1 200 OK\r\nDate: D\r\nServer: httpd-boot\r\nContent-Type: application/efi\r\n"
	    "Content-Length: 5000000000\r\nAccept-Ranges: bytes\r\nLast-Modified: M\r\nETag: \"1\"\r\n"
	    "Connection: keep-alive\r\n\r\n");
}

static void
piece(void)
{
	const struct response_head r = {
		.status = 206,
		.date = "D",
		.type = "a/b",
		.length = 5,
		.ranges = true,
		.ranged = true,
		.first = 0,
		.last = 4,
		.size = 10,
		.close = true,
		.keep = true,
	};

	CHECK_STR(head(&r),
	    "HTTP/1.1 206 Partial Content\r\nDate: D\r\nServer: httpd-boot\r\nContent-Type: a/b\r\n"
	    "Content-Length: 5\r\nContent-Range: bytes 0-4/10\r\nAccept-Ranges: bytes\r\nConnection: close\r\n\r\n");
}

static void
parts(void)
{
	struct response_head r = {
		.status = 206,
		.date = "D",
		.type = "a/b",
		.length = 99,
		.boundary = "xyz",
		.first = 1,
		.last = 2,
		.size = 10,
	};
	char out[RESPONSE_HEAD_PART_MAX + 1];
	struct wr w;

	CHECK_STR(head(&r),
	    "HTTP/1.1 206 Partial Content\r\nDate: D\r\nServer: httpd-boot\r\n"
	    "Content-Type: multipart/byteranges; boundary=xyz\r\nContent-Length: 99\r\n\r\n");
	w = wr_open(out, RESPONSE_HEAD_PART_MAX);
	response_head_part(&w, &r);
	out[wr_len(&w)] = '\0';
	CHECK_STR(out, "\r\n--xyz\r\nContent-Type: a/b\r\nContent-Range: bytes 1-2/10\r\n\r\n");
	w = wr_open(out, RESPONSE_HEAD_PART_MAX);
	response_head_end(&w, "xyz");
	out[wr_len(&w)] = '\0';
	CHECK_STR(out, "\r\n--xyz--\r\n");
}

static void
errors(void)
{
	struct response_head r = { .status = 416, .date = "D", .type = "text/plain", .ranged = true, .size = 7 };

	CHECK(strstr(head(&r), "\r\nContent-Range: bytes */7\r\n"));
	CHECK(strstr(head(&r), "\r\nContent-Length: 0\r\n"));
	r = (struct response_head){ .status = 405, .date = "D" };
	CHECK(strstr(head(&r), "HTTP/1.1 405 Method Not Allowed\r\n"));
	CHECK(strstr(head(&r), "\r\nAllow: GET, HEAD\r\n"));
	r = (struct response_head){ .status = 503, .date = "D" };
	CHECK(strstr(head(&r), "\r\nRetry-After: 5\r\n"));
	r = (struct response_head){ .status = 304, .date = "D", .etag = "\"1\"" };
	CHECK_STR(head(&r), "HTTP/1.1 304 Not Modified\r\nDate: D\r\nServer: httpd-boot\r\nETag: \"1\"\r\n\r\n");
	CHECK_STR(response_head_status(999), "500 Internal Server Error");
}

/* The longest head and part there can be fit; a longer one is seen not to. */
static void
longest(void)
{
	char type[RESPONSE_HEAD_TYPE_MAX], out[RESPONSE_HEAD_PART_MAX];
	struct wr w;
	struct response_head r = {
		.status = 431,
		.date = "Sun, 06 Nov 1994 08:49:37 GMT",
		.type = type,
		.length = UINT64_MAX,
		.etag = "\"ffffffffffffffff-ffffffffffffffff-ffffffffffffffff\"",
		.modified = "Sun, 06 Nov 1994 08:49:37 GMT",
		.ranges = true,
		.ranged = true,
		.first = UINT64_MAX,
		.last = UINT64_MAX,
		.size = UINT64_MAX,
		.close = true,
	};

	memset(type, 'x', sizeof(type) - 1);
	type[sizeof(type) - 1] = '\0';
	CHECK(strlen(head(&r)) < RESPONSE_HEAD_MAX);
	r.boundary = "part-0123456789abcdef";
	w = wr_open(out, sizeof(out));
	response_head_part(&w, &r);
	CHECK(!w.full);
	w = wr_open(out, sizeof(out));
	response_head_end(&w, r.boundary);
	CHECK(!w.full);
	w = wr_open(out, sizeof(out));
	response_head_write(&w, &r);
	CHECK(w.full);
}

int
main(void)
{
	RUN(whole_file);
	RUN(piece);
	RUN(parts);
	RUN(errors);
	RUN(longest);
	return TEST_EXIT();
}
