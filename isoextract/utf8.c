#include "utf8.h"

#include "wire.h"

#define REPLACEMENT 0xfffd

static void
utf8_put(struct wr *w, uint32_t c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	uint8_t *p = wr_left(w) > n ? wr_reserve(w, n) : NULL;

	if (!p) {
		w->full = true;
		return;
	}
	if (n == 1) {
		p[0] = (uint8_t)c;
		return;
	}
	for (size_t i = n - 1; i > 0; i--) {
		p[i] = (uint8_t)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	p[0] = (uint8_t)((0xf00u >> n) | c);
}

static size_t
utf8_end(struct wr *w, char *out)
{
	size_t n = wr_len(w);

	out[n] = '\0';
	return n;
}

size_t
utf8_from_16be(const void *text, size_t len, char *out, size_t size)
{
	struct rd r = rd_open(text, len);
	struct wr w = wr_open(out, size);

	while (rd_left(&r) >= 2 && !w.full) {
		uint32_t c = rd_u16(&r), low;
		struct rd ahead = r;

		if (c >= 0xd800 && c < 0xdc00 && (low = rd_u16(&ahead)) >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			r = ahead;
		} else if (c >= 0xd800 && c < 0xe000) {
			c = REPLACEMENT;
		}
		utf8_put(&w, c);
	}
	return utf8_end(&w, out);
}

size_t
utf8_from_latin1(const void *text, size_t len, char *out, size_t size)
{
	struct rd r = rd_open(text, len);
	struct wr w = wr_open(out, size);

	while (rd_left(&r) > 0 && !w.full)
		utf8_put(&w, rd_u8(&r));
	return utf8_end(&w, out);
}

void
utf8_plain(char *text)
{
	for (unsigned char *c = (unsigned char *)text; *c; c++) {
		if (*c < ' ' || *c == 0x7f)
			*c = '?';
		if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
			c[0] = c[1] = '?';
	}
}
