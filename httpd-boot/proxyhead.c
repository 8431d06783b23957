#include "proxyhead.h"

#include <arpa/inet.h>
#include <string.h>

#include "num.h"
#include "wire.h"

#define WORD 48 /* the longest address as text, and room to see that it is too long */

/* The numbers of sections are those of haproxy's doc/proxy-protocol.txt. */
static const char line_start[] = "PROXY ";
static const char signature[] = "\r\n\r\n\0\r\nQUIT\n";

#define START_LEN (sizeof(line_start) - 1)
#define SIGNATURE_LEN (sizeof(signature) - 1)

/* Does it begin as `start` does, as far as it has come? */
static bool
begins_as(const void *bytes, size_t len, const char *start, size_t start_len)
{
	return memcmp(bytes, start, len < start_len ? len : start_len) == 0;
}

/* ---- version 1 (2.1) ----------------------------------------------------- */

/* The next word, which ends before a single blank or with the line. */
static bool
next_word(struct rd *line, char word[WORD])
{
	size_t n = 0;

	while (rd_left(line)) {
		uint8_t c = rd_u8(line);

		if (c == ' ')
			break;
		if (c == '\0' || n == WORD - 1)
			return false;
		word[n++] = (char)c;
	}
	word[n] = '\0';
	return n > 0;
}

static bool
read_port(const char *word, uint16_t *out)
{
	uint64_t n;

	if (!num_uint(word, 0, 65535, &n) || (word[0] == '0' && word[1]))
		return false;
	*out = (uint16_t)n;
	return true;
}

/* What stands behind "PROXY ": "TCP4 SOURCE DESTINATION PORT PORT". */
static bool
read_line(struct rd *line, struct proxyhead *h)
{
	char word[WORD], unused[16];
	uint16_t to;
	int family;

	if (!next_word(line, word))
		return false;
	if (strcmp(word, "UNKNOWN") == 0)
		return true; /* and whatever else the line says */
	family = strcmp(word, "TCP4") == 0 ? AF_INET : strcmp(word, "TCP6") == 0 ? AF_INET6 : AF_UNSPEC;
	if (family == AF_UNSPEC || !next_word(line, word) || inet_pton(family, word, h->address) != 1 ||
	    !next_word(line, word) || inet_pton(family, word, unused) != 1 || !next_word(line, word) ||
	    !read_port(word, &h->port) || !next_word(line, word) || !read_port(word, &to))
		return false;
	h->bits = family == AF_INET ? 32 : 128;
	return rd_left(line) == 0;
}

static enum proxyhead_result
proxyhead_line(const char *bytes, size_t len, struct proxyhead *h)
{
	size_t most = len < PROXYHEAD_LINE ? len : PROXYHEAD_LINE;
	const char *end = memchr(bytes, '\n', most);
	struct rd line;

	if (!end)
		return len < PROXYHEAD_LINE ? PROXYHEAD_MORE : PROXYHEAD_BAD;
	h->len = (size_t)(end - bytes) + 1;
	if (h->len < START_LEN + 2 || end[-1] != '\r')
		return PROXYHEAD_BAD;
	line = rd_at(bytes, h->len - 2, START_LEN);
	return read_line(&line, h) ? PROXYHEAD_OK : PROXYHEAD_BAD;
}

/* ---- version 2 (2.2) ----------------------------------------------------- */

enum { LOCAL = 0x20, PROXY = 0x21 };
enum { UNSPEC, INET, INET6, UNIX, FAMILIES };
enum { STREAM = 1, PROTOCOLS = 3 };

/* Bytes of both addresses and ports. */
static const uint16_t block[FAMILIES] = { [INET] = 12, [INET6] = 36, [UNIX] = 216 };

static enum proxyhead_result
proxyhead_binary(const void *bytes, size_t len, struct proxyhead *h)
{
	struct rd r = rd_at(bytes, len, SIGNATURE_LEN);
	uint8_t command = rd_u8(&r), kind = rd_u8(&r), family = kind >> 4, protocol = kind & 15;
	uint16_t rest = rd_u16(&r);
	const uint8_t *source;
	size_t width;

	if (r.bad)
		return PROXYHEAD_MORE;
	h->len = SIGNATURE_LEN + 4 + rest;
	if (command == LOCAL) /* the sender itself, to see whether we are there; what follows says nothing */
		return PROXYHEAD_OK;
	if (command != PROXY || family >= FAMILIES || protocol >= PROTOCOLS || rest < block[family])
		return PROXYHEAD_BAD;
	if (protocol != STREAM || (family != INET && family != INET6))
		return PROXYHEAD_OK; /* no address that a client of ours could have */
	width = family == INET ? 4 : 16;
	source = rd_take(&r, width);
	rd_take(&r, width);
	h->port = rd_u16(&r);
	if (r.bad)
		return PROXYHEAD_MORE;
	memcpy(h->address, source, width);
	h->bits = (unsigned)width * 8;
	return PROXYHEAD_OK;
}

enum proxyhead_result
proxyhead_parse(const void *bytes, size_t len, struct proxyhead *out)
{
	struct proxyhead h = { .len = 0 };
	enum proxyhead_result r;

	if (len == 0)
		return PROXYHEAD_MORE;
	if (begins_as(bytes, len, line_start, START_LEN))
		r = len < START_LEN ? PROXYHEAD_MORE : proxyhead_line(bytes, len, &h);
	else if (begins_as(bytes, len, signature, SIGNATURE_LEN))
		r = proxyhead_binary(bytes, len, &h);
	else
		return PROXYHEAD_NONE;
	if (r == PROXYHEAD_OK)
		*out = h;
	return r;
}
