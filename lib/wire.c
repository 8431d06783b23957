#include "wire.h"

#include <string.h>

struct rd
rd_at(const void *buf, size_t len, uint64_t at)
{
	struct rd r = rd_open(buf, len);

	if (at > (size_t)(r.end - r.p))
		r.bad = true;
	else
		r.p += at;
	return r;
}

struct rd
rd_sub(struct rd *r, size_t n)
{
	const uint8_t *at = rd_take(r, n);

	if (!at)
		return (struct rd){ .p = r->end, .end = r->end, .bad = true };
	return (struct rd){ .p = at, .end = at + n };
}

uint8_t
rd_u8(struct rd *r)
{
	const uint8_t *b = rd_take(r, 1);

	return b ? b[0] : 0;
}

uint32_t
rd_u32(struct rd *r)
{
	const uint8_t *b = rd_take(r, 4);

	return b ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3] : 0;
}

uint64_t
rd_u64(struct rd *r)
{
	const uint64_t high = rd_u32(r);

	return high << 32 | rd_u32(r);
}

uint16_t
rd_le16(struct rd *r)
{
	const uint8_t *b = rd_take(r, 2);

	return b ? (uint16_t)(b[1] << 8 | b[0]) : 0;
}

uint32_t
rd_le32(struct rd *r)
{
	const uint8_t *b = rd_take(r, 4);

	return b ? (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0] : 0;
}

uint64_t
rd_le64(struct rd *r)
{
	const uint64_t low = rd_le32(r);

	return low | (uint64_t)rd_le32(r) << 32;
}

const char *
rd_cstr(struct rd *r)
{
	size_t left = rd_left(r);
	const uint8_t *nul = left ? memchr(r->p, 0, left) : NULL;

	if (!nul) {
		r->bad = true;
		return NULL;
	}
	return (const char *)rd_take(r, (size_t)(nul - r->p) + 1);
}

struct wr
wr_open(void *buf, size_t size)
{
	return (struct wr){ .start = buf, .p = buf, .end = (uint8_t *)buf + size };
}

size_t
wr_len(const struct wr *w)
{
	return (size_t)(w->p - w->start);
}

size_t
wr_left(const struct wr *w)
{
	return w->full ? 0 : (size_t)(w->end - w->p);
}

uint8_t *
wr_reserve(struct wr *w, size_t n)
{
	uint8_t *at = w->p;

	if (w->full || (size_t)(w->end - w->p) < n) {
		w->full = true;
		return NULL;
	}
	memset(at, 0, n);
	w->p += n;
	return at;
}

void
wr_bytes(struct wr *w, const void *data, size_t n)
{
	if (w->full || (size_t)(w->end - w->p) < n) {
		w->full = true;
		return;
	}
	if (n)
		memcpy(w->p, data, n);
	w->p += n;
}

void
wr_u8(struct wr *w, uint8_t v)
{
	wr_bytes(w, &v, 1);
}

void
wr_u16(struct wr *w, uint16_t v)
{
	uint8_t b[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	wr_bytes(w, b, sizeof(b));
}

void
wr_u32(struct wr *w, uint32_t v)
{
	uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };

	wr_bytes(w, b, sizeof(b));
}

void
wr_u64(struct wr *w, uint64_t v)
{
	wr_u32(w, (uint32_t)(v >> 32));
	wr_u32(w, (uint32_t)v);
}

void
wr_cstr(struct wr *w, const char *s)
{
	wr_bytes(w, s, strlen(s) + 1);
}

void
wr_text(struct wr *w, const char *s)
{
	wr_bytes(w, s, strlen(s));
}

void
wr_decimal(struct wr *w, uint64_t n)
{
	uint8_t digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (uint8_t)('0' + n % 10);
		n /= 10;
	} while (n);
	wr_bytes(w, digits + at, sizeof(digits) - at);
}
