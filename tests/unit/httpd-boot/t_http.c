/* Request heads: what is read, what is refused and how, cut at every length. */
#include "http.h"

#include <stdlib.h>

#include "test.h"

#define HOST "Host: boot\r\n"

static struct http_request req;

static enum http_error
parse(const char *text)
{
	return http_parse(text, strlen(text), &req);
}

struct line_case {
	const char *head;
	enum http_error error;
	const char *path; /* NULL: does not matter */
};

static void
check_cases(const struct line_case *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		enum http_error e = parse(c[i].head);

		if (e != c[i].error)
			printf("# %s\n", c[i].head);
		CHECK_INT(e, c[i].error);
		if (e == HTTP_OK && c[i].path)
			CHECK_STR(req.path, c[i].path);
	}
}
#define CASES(list) check_cases(list, sizeof(list) / sizeof((list)[0]))

static void
request_lines(void)
{
	static const struct line_case list[] = {
		{ "GET / HTTP/1.1\r\n" HOST "\r\n", HTTP_OK, "/" },
		{ "GET / HTTP/1.1\n"
		  "Host: x\n\n",
		    HTTP_OK, "/" },
		{ "\r\n\r\nGET /late HTTP/1.1\r\n" HOST "\r\n", HTTP_OK, "/late" },
		{ "GET / HTTP/1.0\r\n\r\n", HTTP_OK, "/" },
		{ "GET / HTTP/1.7\r\n" HOST "\r\n", HTTP_OK, "/" },
		{ "GET / HTTP/2.0\r\n" HOST "\r\n", HTTP_BAD_VERSION, NULL },
		{ "PRI * HTTP/2.0\r\n\r\n", HTTP_BAD_VERSION, NULL },
		{ "GET /\r\n\r\n", HTTP_BAD_LINE, NULL },
		{ "GET  / HTTP/1.1\r\n" HOST "\r\n", HTTP_BAD_LINE, NULL },
		{ "GET / HTTP/1.1 \r\n" HOST "\r\n", HTTP_BAD_LINE, NULL },
		{ "GET / http/1.1\r\n" HOST "\r\n", HTTP_BAD_LINE, NULL },
		{ "GET / HTTP/11\r\n" HOST "\r\n", HTTP_BAD_LINE, NULL },
		{ "G@T / HTTP/1.1\r\n" HOST "\r\n", HTTP_BAD_LINE, NULL },
		{ " GET / HTTP/1.1\r\n" HOST "\r\n", HTTP_BAD_LINE, NULL },
		{ "GET /a b HTTP/1.1\r\n" HOST "\r\n", HTTP_BAD_LINE, NULL },
		{ "get / HTTP/1.1\r\n" HOST "\r\n", HTTP_OK, NULL },
		{ "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", HTTP_OK, NULL },
		{ "CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n", HTTP_OK, NULL },
	};

	CASES(list);
	CHECK_INT(parse("GET / HTTP/1.1\r\n" HOST "\r\n"), HTTP_OK);
	CHECK_INT(req.method, HTTP_GET);
	CHECK_INT(parse("HEAD / HTTP/1.0\r\n\r\n"), HTTP_OK);
	CHECK_INT(req.method, HTTP_HEAD);
	CHECK(req.http10);
	CHECK_INT(parse("get / HTTP/1.1\r\n" HOST "\r\n"), HTTP_OK);
	CHECK_INT(req.method, HTTP_OTHER); /* methods have case (RFC 9110, 9.1) */
}

static void
targets(void)
{
	static const struct line_case list[] = {
		{ "GET /a%20b HTTP/1.0\r\n\r\n", HTTP_OK, "/a b" },
		{ "GET /%e4%BD%a0 HTTP/1.0\r\n\r\n", HTTP_OK, "/\xe4\xbd\xa0" },
		{ "GET /\xe4\xbd\xa0 HTTP/1.0\r\n\r\n", HTTP_OK, "/\xe4\xbd\xa0" },
		{ "GET /%2e%2e%2Fx HTTP/1.0\r\n\r\n", HTTP_OK, "/../x" },
		{ "GET /%2541 HTTP/1.0\r\n\r\n", HTTP_OK, "/%41" },
		{ "GET /a+b HTTP/1.0\r\n\r\n", HTTP_OK, "/a+b" },
		{ "GET /x?a=/../b%zz HTTP/1.0\r\n\r\n", HTTP_OK, "/x" },
		{ "GET /a? HTTP/1.0\r\n\r\n", HTTP_OK, "/a" },
		{ "GET http://10.0.0.1:8080/efi/x.efi HTTP/1.0\r\n\r\n", HTTP_OK, "/efi/x.efi" },
		{ "GET HTTP://boot HTTP/1.0\r\n\r\n", HTTP_OK, "/" },
		{ "GET http://boot?q HTTP/1.0\r\n\r\n", HTTP_OK, "/" },
		{ "GET https://boot/s HTTP/1.0\r\n\r\n", HTTP_OK, "/s" },
		{ "GET http://boot/http://x HTTP/1.0\r\n\r\n", HTTP_OK, "/http://x" },
		{ "GET ftp://boot/x HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET http:// HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET http:///a HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET http://?a HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET http://:80/a HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET http://[::1]:80/a HTTP/1.0\r\n\r\n", HTTP_OK, "/a" },
		{ "GET x HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET * HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET /%00 HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET /a%0 HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET /a% HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET /%g0 HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET /%0g HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET /a#b HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET /a\tb HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET /a\rb HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
		{ "GET /a?b\x01 HTTP/1.0\r\n\r\n", HTTP_BAD_TARGET, NULL },
	};

	CASES(list);
}

static void
header_lines(void)
{
	static const struct line_case list[] = {
		{ "GET / HTTP/1.0\r\nA: b\r\nC:d\r\nE:\r\n\r\n", HTTP_OK, NULL },
		{ "GET / HTTP/1.0\r\nA : b\r\n\r\n", HTTP_BAD_FIELD, NULL },
		{ "GET / HTTP/1.0\r\nA\r\n\r\n", HTTP_BAD_FIELD, NULL },
		{ "GET / HTTP/1.0\r\n: b\r\n\r\n", HTTP_BAD_FIELD, NULL },
		{ "GET / HTTP/1.0\r\nA(: b\r\n\r\n", HTTP_BAD_FIELD, NULL },
		{ "GET / HTTP/1.0\r\nA: b\rX: c\r\n\r\n", HTTP_BAD_FIELD, NULL },
		{ "GET / HTTP/1.0\r\nA: b\r\n c\r\n\r\n", HTTP_FOLDED, NULL },
		{ "GET / HTTP/1.0\r\nA: b\r\n\tc\r\n\r\n", HTTP_FOLDED, NULL },
		{ "GET / HTTP/1.0\r\n A: b\r\n\r\n", HTTP_FOLDED, NULL },
		{ "GET / HTTP/1.1\r\n\r\n", HTTP_BAD_HOST, NULL },
		{ "GET / HTTP/1.1\r\n" HOST HOST "\r\n", HTTP_BAD_HOST, NULL },
		{ "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", HTTP_BAD_HOST, NULL },
		{ "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", HTTP_BAD_HOST, NULL },
		{ "GET / HTTP/1.1\r\nhOST: [fe80::1]:8080\r\n\r\n", HTTP_OK, NULL },
		{ "GET / HTTP/1.1\r\nHost: [fe80::1]\r\n\r\n", HTTP_OK, NULL },
		{ "GET / HTTP/1.1\r\nHost: [::1]:\r\n\r\n", HTTP_OK, NULL },
		{ "GET / HTTP/1.1\r\nHost: fe80::1\r\n\r\n", HTTP_OK, NULL },
		{ "GET / HTTP/1.1\r\nHost: boot:\r\n\r\n", HTTP_OK, NULL },
		{ "GET / HTTP/1.1\r\nHost: boot:8080\r\n\r\n", HTTP_OK, NULL },
		{ "GET / HTTP/1.1\r\nHost: boot:http\r\n\r\n", HTTP_BAD_HOST, NULL },
		{ "GET / HTTP/1.1\r\nHost: boot:8a\r\n\r\n", HTTP_BAD_HOST, NULL },
		{ "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", HTTP_BAD_HOST, NULL },
		{ "GET / HTTP/1.1\r\nHost: [::1]:-1\r\n\r\n", HTTP_BAD_HOST, NULL },
		{ "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", HTTP_BAD_HOST, NULL },
		{ "GET / HTTP/1.1\r\nHost:\r\n\r\n", HTTP_OK, NULL },
		{ "GET / HTTP/1.0\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", HTTP_BAD_LENGTH, NULL },
		{ "GET / HTTP/1.0\r\nContent-Length: 5, 5\r\n\r\n", HTTP_BAD_LENGTH, NULL },
		{ "GET / HTTP/1.0\r\nContent-Length: -1\r\n\r\n", HTTP_BAD_LENGTH, NULL },
		{ "GET / HTTP/1.0\r\nContent-Length: +1\r\n\r\n", HTTP_BAD_LENGTH, NULL },
		{ "GET / HTTP/1.0\r\nContent-Length: 0x1\r\n\r\n", HTTP_BAD_LENGTH, NULL },
		{ "GET / HTTP/1.0\r\nContent-Length:\r\n\r\n", HTTP_BAD_LENGTH, NULL },
		{ "GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_BAD_LENGTH,
		    NULL },
		{ "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n", HTTP_BAD_CODING, NULL },
		{ "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n", HTTP_BAD_CODING, NULL },
		{ "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
		    HTTP_BAD_CODING, NULL },
	};

	CASES(list);
}

/* A header's name inside another's value is not a header. */
static void
look_up(void)
{
	struct http_text t;
	size_t at = 0;

	CHECK_INT(parse("GET / HTTP/1.1\r\n" HOST "X: Range: bytes=0-1\r\nrange:  \t bytes=2-3 \t\r\nRANGE: x\r\n\r\n"),
	    HTTP_OK);
	t = http_next(&req, HTTP_RANGE, &at);
	CHECK(http_exact(t, "bytes=2-3"));
	CHECK(http_exact(http_next(&req, HTTP_RANGE, &at), "x"));
	CHECK(!http_next(&req, HTTP_RANGE, &at).at);
	CHECK(!http_get(&req, HTTP_IF_RANGE).at);
	CHECK(!req.plain);
	CHECK_INT(
	    parse("GET / HTTP/1.1\r\n" HOST "X: Range: bytes=0-1\r\nIf-Matches: x\r\nRange-: x\r\n\r\n"), HTTP_OK);
	CHECK(!http_get(&req, HTTP_RANGE).at);
	CHECK(req.plain);
	CHECK_INT(parse("GET / HTTP/1.1\r\n" HOST "if-none-match: x\r\n\r\n"), HTTP_OK);
	CHECK(!req.plain);
	CHECK_INT(parse("GET / HTTP/1.1\r\n" HOST "If-Unmodified-Since: x\r\n\r\n"), HTTP_OK);
	CHECK(!req.plain);
	CHECK_INT(parse("GET / HTTP/1.1\r\n" HOST "\r\n"), HTTP_OK);
	CHECK(http_exact(req.line, "GET / HTTP/1.1"));
}

static void
connection_and_content(void)
{
	CHECK_INT(parse("GET / HTTP/1.1\r\n" HOST "\r\n"), HTTP_OK);
	CHECK(req.keep && !req.endless && !req.continues && !req.unexpected && req.body == 0);
	CHECK_INT(parse("GET / HTTP/1.1\r\n" HOST "Connection: TE, Close\r\n\r\n"), HTTP_OK);
	CHECK(!req.keep);
	CHECK_INT(parse("GET / HTTP/1.1\r\n" HOST "Connection: keep-alive\r\nConnection: close\r\n\r\n"), HTTP_OK);
	CHECK(!req.keep);
	CHECK_INT(parse("GET / HTTP/1.0\r\n\r\n"), HTTP_OK);
	CHECK(!req.keep);
	CHECK_INT(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"), HTTP_OK);
	CHECK(req.keep);
	CHECK_INT(parse("GET / HTTP/1.1\r\n" HOST "Content-Length: 0017\r\nExpect: 100-Continue\r\n\r\n"), HTTP_OK);
	CHECK(req.body == 17 && req.continues && !req.endless);
	CHECK_INT(parse("GET / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999999\r\n\r\n"), HTTP_OK);
	CHECK(req.endless);
	CHECK_INT(parse("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n"), HTTP_OK);
	CHECK(req.endless);
	CHECK_INT(parse("GET / HTTP/1.1\r\n" HOST "Expect: 200-ok\r\n\r\n"), HTTP_OK);
	CHECK(req.unexpected);
	CHECK_INT(parse("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n"), HTTP_OK);
	CHECK(!req.continues && !req.unexpected);
}

/* Byte by byte, as a slow client sends it: complete exactly at its end, and
 * never read beyond what has arrived. */
static void
every_length(void)
{
	static const char *const heads[] = {
		"GET /x HTTP/1.1\r\nHost: a\r\n\r\n",
		"\r\nGET /x HTTP/1.1\nHost: a\n\n",
		"HEAD /x HTTP/1.0\r\n\r\n",
		"GET /x HTTP/1.0\n\r\n",
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		size_t len = strlen(heads[i]), scanned = 0, head = 0;

		for (size_t n = 1; n <= len; n++) {
			char *copy = malloc(n);

			if (!copy)
				abort();
			memcpy(copy, heads[i], n);
			CHECK_INT(http_scan(copy, n, &scanned, &head), n < len ? HTTP_MORE : HTTP_OK);
			CHECK_INT(http_parse(copy, n, &req), n < len ? HTTP_MORE : HTTP_OK);
			free(copy);
		}
		CHECK_INT(head, len);
	}
}

static enum http_error
scan(const char *text, size_t len, size_t *head)
{
	size_t scanned = 0;

	return http_scan(text, len, &scanned, head);
}

/* What can never become a request is answered before its end. */
static void
early(void)
{
	size_t head = 0;

	CHECK_INT(scan("\x16\x03\x01", 3, &head), HTTP_TLS);
	CHECK_INT(scan("\x01junk", 5, &head), HTTP_BAD_LINE);
	CHECK_INT(scan("junk\r\n", 6, &head), HTTP_BAD_LINE);
	CHECK_INT(scan("GET / HTTP/3.0\r\n", 16, &head), HTTP_BAD_VERSION);
	CHECK_INT(scan("GET / HTTP/1.1\r\n", 16, &head), HTTP_MORE);
	CHECK_INT(scan("GET / HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\n", 37, &head), HTTP_OK);
	CHECK_INT(head, 18);
}

static void
too_long(void)
{
	static char text[HTTP_HEAD_MAX + 1];
	size_t head = 0;
	char *p;

	memset(text, 'a', sizeof(text));
	memcpy(text, "GET /", 5);
	CHECK_INT(scan(text, 8000, &head), HTTP_MORE);
	CHECK_INT(scan(text, HTTP_LINE_MAX + 1, &head), HTTP_LONG_LINE);
	memcpy(text, "GET / HTTP/1.1\r\nX: ", 19);
	CHECK_INT(scan(text, HTTP_HEAD_MAX - 1, &head), HTTP_MORE);
	CHECK_INT(scan(text, HTTP_HEAD_MAX, &head), HTTP_LONG_HEAD);
	p = text + 16;
	for (int i = 0; i <= HTTP_FIELDS; i++, p += 6)
		memcpy(p, "A: b\r\n", 6);
	memcpy(p, "\r\n", 2);
	CHECK_INT(http_parse(text, (size_t)(p + 2 - text), &req), HTTP_LONG_HEAD);
	memset(text, 'a', sizeof(text));
	memcpy(text, "GET /", 5);
	memcpy(text + 5000, " HTTP/1.0\r\n\r\n", 13);
	CHECK_INT(http_parse(text, 5013, &req), HTTP_OK); /* longer than any file's name */
	CHECK(req.too_long);
	CHECK_INT(http_error_status(HTTP_LONG_LINE), 414);
	CHECK_INT(http_error_status(HTTP_LONG_HEAD), 431);
	CHECK_INT(http_error_status(HTTP_FOLDED), 400);
	CHECK_INT(http_error_status(HTTP_BAD_VERSION), 505);
	CHECK_INT(http_error_status(HTTP_BAD_CODING), 501);
}

static void
lists(void)
{
	struct http_text list = { " ,a, \"b,c\" ,,d", 14 }, e;
	uint64_t n = 7;

	CHECK(http_element(&list, &e) && http_exact(e, "a"));
	CHECK(http_element(&list, &e) && http_exact(e, "\"b,c\""));
	CHECK(http_element(&list, &e) && http_exact(e, "d"));
	CHECK(!http_element(&list, &e));
	CHECK(!http_number((struct http_text){ "", 0 }, &n) && n == 7);
	CHECK(!http_number((struct http_text){ "1a", 2 }, &n) && n == 7);
	CHECK(http_number((struct http_text){ "18446744073709551615", 20 }, &n) && n == UINT64_MAX);
	CHECK(http_number((struct http_text){ "18446744073709551616", 20 }, &n) && n == UINT64_MAX);
	CHECK(http_number((struct http_text){ "0042", 4 }, &n) && n == 42);
}

int
main(void)
{
	RUN(request_lines);
	RUN(targets);
	RUN(header_lines);
	RUN(look_up);
	RUN(connection_and_content);
	RUN(every_length);
	RUN(early);
	RUN(too_long);
	RUN(lists);
	return TEST_EXIT();
}
