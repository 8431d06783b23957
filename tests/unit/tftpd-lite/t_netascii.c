/* Text on the wire: each case also in pieces of every size. */
#include "test.h"

#include "netascii.h"

static size_t
encode(const char *in, size_t len, size_t piece, uint8_t *out)
{
	struct netascii_out s = { .pending = false };
	size_t n = 0, got;

	do {
		got = netascii_encode(&s, (const uint8_t *)in, len, out + n, piece);
		in += s.taken;
		len -= s.taken;
		n += got;
	} while (got == piece);
	return n;
}

static size_t
decode(const char *in, size_t len, size_t piece, uint8_t *out)
{
	struct netascii_in s = { .cr = false };
	size_t n = 0;

	for (size_t i = 0; i < len; i += piece)
		n += netascii_decode(&s, (const uint8_t *)in + i, len - i < piece ? len - i : piece, out + n);
	return n + netascii_flush(&s, out + n);
}

static const struct {
	const char *local, *wire;
	size_t local_len, wire_len;
} table[] = {
#define CASE(l, w) \
	{ \
		l, w, sizeof(l) - 1, sizeof(w) - 1 \
	}
	CASE("", ""),
	CASE("abc", "abc"),
	CASE("a\nb\n", "a\r\nb\r\n"),
	CASE("a\rb", "a\r\0b"),
	CASE("\r\n", "\r\0\r\n"),
	CASE("\r\r\n\n", "\r\0\r\0\r\n\r\n"),
	CASE("a\0b", "a\0b"),
	CASE("end\r", "end\r\0"),
};

static void
both_ways(void)
{
	uint8_t out[64];

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		for (size_t piece = 1; piece < 12; piece++) {
			CHECK_INT(encode(table[i].local, table[i].local_len, piece, out), table[i].wire_len);
			CHECK(memcmp(out, table[i].wire, table[i].wire_len) == 0);
			CHECK_INT(decode(table[i].wire, table[i].wire_len, piece, out), table[i].local_len);
			CHECK(memcmp(out, table[i].local, table[i].local_len) == 0);
		}
}

static void
careless_senders_lose_nothing(void)
{
	uint8_t out[16];

	CHECK_INT(decode("a\rb", 3, 1, out), 3);
	CHECK(memcmp(out, "a\rb", 3) == 0);
	CHECK_INT(decode("a\nb", 3, 2, out), 3);
	CHECK(memcmp(out, "a\nb", 3) == 0);
	CHECK_INT(decode("a\r", 2, 2, out), 2);
	CHECK_INT(decode("\r\r\n", 3, 1, out), 2);
	CHECK(memcmp(out, "\r\n", 2) == 0);
}

int
main(void)
{
	RUN(both_ways);
	RUN(careless_senders_lose_nothing);
	return TEST_EXIT();
}
