/* Headers of the PROXY protocol, both versions: whole, cut at every byte, and wrong. */
#include "proxyhead.h"

#include <arpa/inet.h>

#include "test.h"

static struct proxyhead h;

static enum proxyhead_result
parse(const char *text)
{
	return proxyhead_parse(text, strlen(text), &h);
}

static const char *
address(void)
{
	static char text[INET6_ADDRSTRLEN];

	return h.bits ? inet_ntop(h.bits == 32 ? AF_INET : AF_INET6, h.address, text, sizeof(text)) : "";
}

static void
lines(void)
{
	CHECK_INT(parse("PROXY TCP4 10.0.0.7 192.168.1.11 56324 443\r\nGET / HTTP/1.1\r\n"), PROXYHEAD_OK);
	CHECK_STR(address(), "10.0.0.7");
	CHECK_INT(h.port, 56324);
	CHECK_INT(h.len, 44);
	CHECK_INT(parse("PROXY TCP6 2001:db8::7 ::1 1 65535\r\n"), PROXYHEAD_OK);
	CHECK_STR(address(), "2001:db8::7");
	CHECK_INT(parse("PROXY UNKNOWN\r\n"), PROXYHEAD_OK);
	CHECK_INT(h.bits, 0);
	CHECK_INT(parse("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"), PROXYHEAD_OK);
	CHECK_INT(h.bits, 0);
}

static void
lines_cut(void)
{
	static const char text[] =
	    "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
	    "65535 65535\r\n";

	for (size_t n = 0; n < sizeof(text) - 1; n++)
		CHECK_INT(proxyhead_parse(text, n, &h), PROXYHEAD_MORE);
	CHECK_INT(parse(text), PROXYHEAD_OK);
	CHECK_INT(h.len, 104); /* the longest with a family; UNKNOWN has three more */
}

static void
lines_wrong(void)
{
	static const char *const bad[] = {
		"PROXY \r\n",
		"PROXY TCP4\r\n",
		"PROXY TCP5 10.0.0.7 10.0.0.1 1 2\r\n",
		"PROXY tcp4 10.0.0.7 10.0.0.1 1 2\r\n",
		"PROXY TCP4 10.0.0.7 10.0.0.1 1\r\n",
		"PROXY TCP4 10.0.0.7 10.0.0.1 1 \r\n",
		"PROXY TCP4 10.0.0.7 10.0.0.1 1 2 3\r\n",
		"PROXY TCP4  10.0.0.7 10.0.0.1 1 2\r\n",
		"PROXY TCP4 10.0.0.256 10.0.0.1 1 2\r\n",
		"PROXY TCP4 ::1 ::1 1 2\r\n",
		"PROXY TCP6 10.0.0.7 10.0.0.1 1 2\r\n",
		"PROXY TCP4 10.0.0.7 10.0.0.1 65536 2\r\n",
		"PROXY TCP4 10.0.0.7 10.0.0.1 01 2\r\n",
		"PROXY TCP4 10.0.0.7 10.0.0.1 -1 2\r\n",
		"PROXY TCP4 10.0.0.7 10.0.0.1 1 2\n",
		"PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ::1 1 2\r\n",
	};
	char longest[PROXYHEAD_LINE + 1];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_INT(parse(bad[i]), PROXYHEAD_BAD);
	CHECK_INT(proxyhead_parse("PROXY TCP4 10.0.0.7\0 10.0.0.1 1 2\r\n", 37, &h), PROXYHEAD_BAD);
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "PROXY UNKNOWN ", 14);
	CHECK_INT(proxyhead_parse(longest, PROXYHEAD_LINE - 1, &h), PROXYHEAD_MORE);
	CHECK_INT(proxyhead_parse(longest, PROXYHEAD_LINE, &h), PROXYHEAD_BAD);
	memcpy(longest + PROXYHEAD_LINE - 2, "\r\n", 2);
	CHECK_INT(proxyhead_parse(longest, PROXYHEAD_LINE, &h), PROXYHEAD_OK);
	CHECK_INT(h.len, PROXYHEAD_LINE);
}

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define BINARY(text) proxyhead_parse(SIGNATURE text, sizeof(SIGNATURE text) - 1, &h)

static void
binary(void)
{
	/* with one TLV behind the addresses */
	static const char v4[] = SIGNATURE "\x21\x11\0\x11\x0a\0\0\x07\x7f\0\0\x01\xc0\x01\x01\xbb\x04\0\x02xyGET";
	static const char v6[] = SIGNATURE "\x21\x21\0\x24\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07"
	                                   "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\x50\x01\xbb";

	for (size_t n = 0; n < 28; n++)
		CHECK_INT(proxyhead_parse(v4, n, &h), n < 26 ? PROXYHEAD_MORE : PROXYHEAD_OK);
	CHECK_INT(proxyhead_parse(v4, sizeof(v4) - 1, &h), PROXYHEAD_OK);
	CHECK_STR(address(), "10.0.0.7");
	CHECK_INT(h.port, 0xc001);
	CHECK_INT(h.len, 12 + 4 + 17);
	CHECK_INT(proxyhead_parse(v6, sizeof(v6) - 1, &h), PROXYHEAD_OK);
	CHECK_STR(address(), "2001:db8::7");
	CHECK_INT(h.port, 80);
}

static void
binary_without_address(void)
{
	CHECK_INT(BINARY("\x20\0\0\0"), PROXYHEAD_OK); /* LOCAL */
	CHECK_INT(h.bits, 0);
	CHECK_INT(h.len, 16);
	CHECK_INT(BINARY("\x20\x11\0\x0c\x0a\0\0\x07\x7f\0\0\x01\0\x01\x01\xbb"), PROXYHEAD_OK); /* LOCAL, with one */
	CHECK_INT(h.bits, 0);
	CHECK_INT(BINARY("\x21\0\0\x05"), PROXYHEAD_OK); /* UNSPEC */
	CHECK_INT(h.len, 21);
	CHECK_INT(BINARY("\x21\x31\0\xd8"), PROXYHEAD_OK); /* UNIX */
	CHECK_INT(h.bits, 0);
	CHECK_INT(BINARY("\x21\x12\0\x0c"), PROXYHEAD_OK); /* a datagram's */
	CHECK_INT(h.bits, 0);
}

static void
binary_wrong(void)
{
	CHECK_INT(BINARY("\x11\x11\0\x0c"), PROXYHEAD_BAD); /* version */
	CHECK_INT(BINARY("\x22\x11\0\x0c"), PROXYHEAD_BAD); /* command */
	CHECK_INT(BINARY("\x21\x41\0\x0c"), PROXYHEAD_BAD); /* family */
	CHECK_INT(BINARY("\x21\x13\0\x0c"), PROXYHEAD_BAD); /* protocol */
	CHECK_INT(BINARY("\x21\x11\0\x0b"), PROXYHEAD_BAD); /* too short for its family */
	CHECK_INT(BINARY("\x21\x21\0\x0c"), PROXYHEAD_BAD);
	CHECK_INT(BINARY("\x21\x31\0\xd7"), PROXYHEAD_BAD);
}

static void
something_else(void)
{
	CHECK_INT(parse("GET / HTTP/1.1\r\n"), PROXYHEAD_NONE);
	CHECK_INT(parse("PROXX"), PROXYHEAD_NONE);
	CHECK_INT(parse("P"), PROXYHEAD_MORE);
	CHECK_INT(parse("\r\nGET"), PROXYHEAD_NONE);
	CHECK_INT(parse("\r\n\r\n"), PROXYHEAD_MORE);
	CHECK_INT(proxyhead_parse(NULL, 0, &h), PROXYHEAD_MORE);
}

int
main(void)
{
	RUN(lines);
	RUN(lines_cut);
	RUN(lines_wrong);
	RUN(binary);
	RUN(binary_without_address);
	RUN(binary_wrong);
	RUN(something_else);
	return TEST_EXIT();
}
