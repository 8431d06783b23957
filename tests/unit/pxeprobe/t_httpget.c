/* The HTTP client of a storm, fed whole, byte by byte, and cut off anywhere. */
#include "test.h"

#include "httpget.h"

static const struct persona_http *
how(const char *persona)
{
	return persona_find(persona)->http;
}

#define HEAD "HTTP/1.1 200 OK\r\nServer: x\r\n"

static void
requests(void)
{
	struct url loader = { .host = "10.0.0.1", .path = "/a.efi" }, kernel = { .host = "10.0.0.1", .path = "/linux" };
	struct url root = { .host = "h" };
	char out[512];
	size_t n = httpget_request(how("http-x64"), &loader, true, out, sizeof(out));

	CHECK(n == strlen(out));
	CHECK_STR(out, "HEAD /a.efi HTTP/1.1\r\nHost: 10.0.0.1\r\nAccept: */*\r\nUser-Agent: UefiHttpBoot/1.0\r\n\r\n");
	CHECK(httpget_request(&persona_http_grub, &kernel, false, out, sizeof(out)) > 0);
	CHECK(strncmp(out, "GET /linux HTTP/1.1\r\n", 21) == 0);
	CHECK(strstr(out, "\r\nConnection: close\r\n") != NULL);
	CHECK(httpget_request(&persona_http_ipxe, &root, false, out, sizeof(out)) > 0);
	CHECK(strncmp(out, "GET / HTTP/1.1\r\n", 16) == 0);
	CHECK_INT(httpget_request(&persona_http_ipxe, &root, false, out, 20), 0);
}

struct reply {
	const char *bytes, *persona;
	enum httpget_event end;
	enum fault fault;
	uint64_t body;
	bool keeps;
};

static const struct reply replies[] = {
	{ HEAD "Content-Length: 5\r\n\r\nhello", "http-x64", HTTPGET_DONE, FAULT_NONE, 5, true },
	{ HEAD "content-length:5 \r\n\r\nhello", "http-x64", HTTPGET_DONE, FAULT_NONE, 5, true },
	{ HEAD "Content-Length: 0\r\n\r\n", "http-x64", HTTPGET_DONE, FAULT_NONE, 0, true },
	{ HEAD "Content-Length: 5\r\nConnection: close\r\n\r\nhello", "http-x64", HTTPGET_DONE, FAULT_NONE, 5, false },
	{ "HTTP/1.1 100 Continue\r\n\r\n" HEAD "Content-Length: 2\r\n\r\nab", "http-x64", HTTPGET_DONE, FAULT_NONE, 2,
	    true },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10;x=y\r\n0123456789abcdef\r\n0\r\nTrailer: 1\r\n\r\n",
	    "http-x64", HTTPGET_DONE, FAULT_NONE, 19, true },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "http-x64", HTTPGET_FAILED, FAULT_HTTP_NO_ANSWER, 0, false },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", "http-x64", HTTPGET_FAILED,
	    FAULT_HTTP_NO_ANSWER, 0, false },
	{ HEAD "\r\n", "http-x64", HTTPGET_FAILED, FAULT_HTTP_NO_LENGTH, 0, false },
	{ HEAD "Content-Length: -1\r\n\r\n", "http-x64", HTTPGET_FAILED, FAULT_HTTP_NO_LENGTH, 0, false },
	{ HEAD "Content-Length: 99999999999999999999\r\n\r\n", "http-x64", HTTPGET_FAILED, FAULT_HTTP_NO_LENGTH, 0,
	    false },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", "http-x64", HTTPGET_FAILED, FAULT_HTTP_10, 0, false },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", "ipxe", HTTPGET_DONE, FAULT_NONE, 1, false },
	{ "HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx", "ipxe", HTTPGET_FAILED, FAULT_HTTP_STATUS, 0, true },
	{ "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "http-x64", HTTPGET_FAILED, FAULT_HTTP_REDIRECT, 0, false },
	{ "SSH-2.0-OpenSSH_9.2\r\n", "http-x64", HTTPGET_FAILED, FAULT_HTTP_NO_ANSWER, 0, false },
	{ "HTTP/1.1 2x0 OK\r\n", "http-x64", HTTPGET_FAILED, FAULT_HTTP_NO_ANSWER, 0, false },
	{ "HTTP/1.1 \r\n", "http-x64", HTTPGET_FAILED, FAULT_HTTP_NO_ANSWER, 0, false },
};

static void
replies_in_pieces(void)
{
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
		for (size_t piece = 1; piece < 64; piece += 9) {
			const struct reply *r = &replies[i];
			enum httpget_event e = HTTPGET_MORE;
			size_t len = strlen(r->bytes);
			struct httpget g;

			httpget_start(&g, how(r->persona), false);
			for (size_t at = 0; at < len && e == HTTPGET_MORE; at += piece)
				e = httpget_input(&g, r->bytes + at, len - at < piece ? len - at : piece);
			CHECK_INT(e, r->end);
			CHECK_INT(g.fault, r->fault);
			CHECK_INT(g.bytes, r->body);
			if (r->end == HTTPGET_DONE)
				CHECK_INT(httpget_keeps(&g), r->keeps);
			if (test_bad)
				printf("# reply %zu, %zu bytes at a time\n", i, piece);
		}
}

static void
cut_off_anywhere_is_no_whole_reply(void)
{
	const char *whole = replies[5].bytes;

	for (size_t n = 0; n < strlen(whole); n++) {
		struct httpget g;

		httpget_start(&g, how("http-x64"), false);
		CHECK_INT(httpget_input(&g, whole, n), HTTPGET_MORE);
		CHECK_INT(httpget_closed(&g), HTTPGET_FAILED);
		CHECK_INT(g.fault, FAULT_HTTP_NO_ANSWER);
	}
}

static void
a_body_may_be_skipped(void)
{
	struct httpget g;

	httpget_start(&g, how("http-x64"), false);
	CHECK_INT(httpget_may_skip(&g), 0);
	CHECK_INT(httpget_input(&g, HEAD "Content-Length: 3000000\r\n\r\nabc", sizeof(HEAD) + 29), HTTPGET_MORE);
	CHECK_INT(httpget_may_skip(&g), HTTPGET_SKIP);
	CHECK_INT(httpget_skipped(&g, HTTPGET_SKIP), HTTPGET_MORE);
	CHECK_INT(httpget_skipped(&g, HTTPGET_SKIP), HTTPGET_MORE);
	CHECK_INT(httpget_may_skip(&g), 3000000 - 3 - 2 * HTTPGET_SKIP);
	CHECK_INT(httpget_skipped(&g, httpget_may_skip(&g)), HTTPGET_DONE);
	CHECK_INT(g.bytes, 3000000);
}

static void
without_a_length_the_end_is_the_end(void)
{
	struct httpget g;

	httpget_start(&g, how("ipxe"), false);
	CHECK_INT(httpget_input(&g, HEAD "\r\nabcd", sizeof(HEAD) - 1 + 6), HTTPGET_MORE);
	CHECK_INT(httpget_closed(&g), HTTPGET_DONE);
	CHECK_INT(g.bytes, 4);
	CHECK(!httpget_keeps(&g));
}

static void
head_ends_with_its_headers(void)
{
	struct httpget g;

	httpget_start(&g, how("http-x64"), true);
	CHECK_INT(httpget_input(&g, HEAD "Content-Length: 77\r\n\r\n", sizeof(HEAD) - 1 + 22), HTTPGET_DONE);
	CHECK_INT(g.bytes, 0);
	CHECK(httpget_keeps(&g));
}

int
main(void)
{
	RUN(requests);
	RUN(replies_in_pieces);
	RUN(cut_off_anywhere_is_no_whole_reply);
	RUN(a_body_may_be_skipped);
	RUN(without_a_length_the_end_is_the_end);
	RUN(head_ends_with_its_headers);
	return TEST_EXIT();
}
