/*
 * Cursors over bytes: the only code of the suite that does bounds
 * arithmetic.  Reading past the end sets `bad`, writing past it sets `full`;
 * both stick, so a parser reads everything and tests once.  What parsers spend their
 * time in stands here, for the compiler.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rd {
	const uint8_t *p, *end;
	bool bad;
};

/* NULL reads as no bytes at all, whatever len. */
static inline struct rd
rd_open(const void *buf, size_t len)
{
	static const uint8_t nothing[1];

	if (!buf)
		return (struct rd){ .p = nothing, .end = nothing };
	return (struct rd){ .p = (const uint8_t *)buf, .end = (const uint8_t *)buf + len };
}
/* A cursor `at` bytes in; bad when the buffer ends before. */
struct rd rd_at(const void *buf, size_t len, uint64_t at);
/* Bytes not read yet; 0 once bad. */
static inline size_t
rd_left(const struct rd *r)
{
	return r->bad ? 0 : (size_t)(r->end - r->p);
}
/* The next n bytes, inside the buffer; NULL (and bad) when there are fewer. */
static inline const uint8_t *
rd_take(struct rd *r, size_t n)
{
	const uint8_t *at = r->p;

	if (r->bad || (size_t)(r->end - r->p) < n) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	return at;
}
/* A cursor over the next n bytes alone, which the outer one then has passed. */
struct rd rd_sub(struct rd *r, size_t n);
/* Numbers in network order; 0 when bad. */
uint8_t rd_u8(struct rd *r);
static inline uint16_t
rd_u16(struct rd *r)
{
	const uint8_t *b = rd_take(r, 2);

	return b ? (uint16_t)(b[0] << 8 | b[1]) : 0;
}
uint32_t rd_u32(struct rd *r);
uint64_t rd_u64(struct rd *r);
/* Numbers in little-endian order (PE, FAT, ISO 9660, UDF). */
uint16_t rd_le16(struct rd *r);
uint32_t rd_le32(struct rd *r);
uint64_t rd_le64(struct rd *r);
/* A string up to and with its NUL; NULL (and bad) when no NUL is left. */
const char *rd_cstr(struct rd *r);

struct wr {
	uint8_t *start, *p, *end;
	bool full;
};

struct wr wr_open(void *buf, size_t size);
/* Bytes written so far. */
size_t wr_len(const struct wr *w);
size_t wr_left(const struct wr *w);
/* Room for n bytes, zeroed; NULL (and full) when there is less. */
uint8_t *wr_reserve(struct wr *w, size_t n);
void wr_bytes(struct wr *w, const void *data, size_t n);
void wr_u8(struct wr *w, uint8_t v);
void wr_u16(struct wr *w, uint16_t v);
void wr_u32(struct wr *w, uint32_t v);
void wr_u64(struct wr *w, uint64_t v);
/* The string with its NUL, or without. */
void wr_cstr(struct wr *w, const char *s);
void wr_text(struct wr *w, const char *s);
/* Decimal digits. */
void wr_decimal(struct wr *w, uint64_t n);

#endif
