#include "udf_entry.h"

#include <stdlib.h>
#include <string.h>

#define VERSIONS_MAX 256 /* of a file on a write-once disc */
#define LISTS_MAX 8192   /* blocks that list one file's extents */

enum { SHORT_ADS, LONG_ADS, EXTENDED_ADS, EMBEDDED };
enum { AD_SHORT = 8, AD_LONG = 16, AD_EXTENDED = 20, ALLOCATION_HEADER = 24, STRATEGY_4096 = 4096 };

/* ---- fields ------------------------------------------------------------------------- */

/* Execute, write, read, change attributes, delete: for others, group, owner (4/14.9.5). */
static uint16_t
read_mode(uint32_t permissions)
{
	uint16_t mode = 0;

	for (unsigned who = 0; who < 3; who++)
		for (unsigned bit = 0; bit < 3; bit++)
			if (permissions >> (who * 5 + bit) & 1)
				mode |= (uint16_t)(1u << (who * 3 + bit));
	return mode;
}

/* A timestamp (1/7.3).  Its zone is a signed 12-bit number of minutes; -2047: none. */
static void
read_time(struct rd *r, struct udf_entry *out)
{
	uint16_t zone = rd_le16(r);
	int offset_min;
	struct tm date = { 0 };
	uint32_t us;

	offset_min = (int)(zone & 0xfff) - (zone & 0x800 ? 0x1000 : 0);
	if (offset_min == -2047)
		offset_min = 0;
	date.tm_year = (int16_t)rd_le16(r) - 1900;
	date.tm_mon = rd_u8(r) - 1;
	date.tm_mday = rd_u8(r);
	date.tm_hour = rd_u8(r);
	date.tm_min = rd_u8(r);
	date.tm_sec = rd_u8(r);
	us = rd_u8(r) * 10000u;
	us += rd_u8(r) * 100u;
	us += rd_u8(r);
	out->mtime_ns = us < 1000000 ? us * 1000 : 0;
	out->has_mtime = !r->bad && fsindex_seconds(&date, offset_min, &out->mtime);
}

/* ---- allocation descriptors ------------------------------------------------------------ */

struct descriptors {
	struct rd r;
	uint8_t form;                 /* SHORT_ADS ... */
	uint32_t last;                /* the block being read */
	unsigned lists;               /* how many blocks it continued in */
	uint16_t partition;           /* for short ones */
	uint8_t block[UDF_BLOCK_MAX]; /* a continuation */
};

/* The descriptors continue in a block of their own (4/14.5). */
static const char *
continue_elsewhere(const struct udf_space *s, struct descriptors *a, const struct udf_extent *e)
{
	struct rd r = rd_open(a->block, s->block);
	uint32_t len;

	if (e->at.block == a->last || ++a->lists > LISTS_MAX || !blockcache_spend(s->cache, s->block))
		return "its list of extents has no end";
	if (!udf_block(s, e->at, a->block) || udf_tag(a->block, s->block) != UDF_ALLOCATION)
		return "its list of extents breaks off";
	a->last = e->at.block;
	rd_take(&r, 20);
	len = rd_le32(&r);
	if (len > rd_left(&r))
		len = (uint32_t)rd_left(&r);
	a->r = rd_sub(&r, len);
	return NULL;
}

static const char *
read_extents(const struct udf_space *s, struct descriptors *a, struct udf_entry *out)
{
	const size_t len = a->form == SHORT_ADS ? AD_SHORT : a->form == LONG_ADS ? AD_LONG : AD_EXTENDED;
	uint64_t left = out->size;
	uint32_t bytes;

	while (left > 0 && rd_left(&a->r) >= len) {
		struct udf_extent e;

		if (a->form == SHORT_ADS) {
			e = udf_short_ad(&a->r, a->partition);
		} else if (a->form == LONG_ADS) {
			e = udf_long_ad(&a->r);
		} else {
			bytes = rd_le32(&a->r);
			rd_take(&a->r, 8);
			e.at.block = rd_le32(&a->r);
			e.at.partition = rd_le16(&a->r);
			rd_take(&a->r, 2);
			e.bytes = bytes & 0x3fffffff;
			e.kind = (uint8_t)(bytes >> 30);
		}
		if (e.bytes == 0)
			break;
		if (e.kind == UDF_CONTINUED) {
			const char *why = continue_elsewhere(s, a, &e);

			if (why)
				return why;
			continue;
		}
		if (e.bytes > left) /* the rest is allocated, but past the file's end */
			e.bytes = (uint32_t)left;
		left -= e.bytes;
		if (!udf_map(s, &e, &out->pieces))
			return "its extents lie outside the partition";
	}
	return left == 0 ? NULL : "its extents are shorter than it should be";
}

/* ---- entries --------------------------------------------------------------------------- */

/* Finds where a block lies in the image. */
static bool
place_of(const struct udf_space *s, struct udf_address a, uint64_t *at)
{
	struct udf_extent e = { .at = a, .bytes = s->block, .kind = UDF_RECORDED };
	struct udf_pieces p = { 0 };
	bool fine = udf_map(s, &e, &p) && p.n > 0 && p.e[0].at != FSINDEX_HOLE;

	if (fine)
		*at = p.e[0].at;
	free(p.e);
	return fine;
}

/* On write-once discs an indirect entry after the old entry points to a newer one
 * (4/14.3, strategy 4096). */
static bool
newer(const struct udf_space *s, struct udf_address *a, uint8_t block[UDF_BLOCK_MAX])
{
	struct udf_address next = { a->block + 1, a->partition };
	struct rd r = rd_open(block, s->block);

	if (!blockcache_spend(s->cache, 2 * (uint64_t)s->block) || !udf_block(s, next, block) ||
	    udf_tag(block, s->block) != UDF_INDIRECT)
		return false;
	rd_take(&r, 36);
	*a = udf_long_ad(&r).at;
	return udf_block(s, *a, block);
}

static uint16_t
strategy_of(const uint8_t *block)
{
	struct rd r = rd_open(block + 20, 2);

	return rd_le16(&r);
}

/* Both kinds of entry (4/14.9, 4/14.17). */
static const char *
parse_entry(const struct udf_space *s, struct descriptors *a, const uint8_t *block, struct udf_entry *out)
{
	bool extended = udf_tag(block, s->block) == UDF_EXTENDED_ENTRY;
	struct rd r = rd_open(block, s->block);
	uint32_t ea_len, ad_len;

	rd_take(&r, 16 + 11);
	out->type = rd_u8(&r);
	rd_take(&r, 6);
	a->form = rd_le16(&r) & 7;
	rd_take(&r, 8);
	out->mode = read_mode(rd_le32(&r));
	rd_take(&r, 8);
	out->size = rd_le64(&r);
	rd_take(&r, extended ? 28 : 20); /* blocks, time of access */
	read_time(&r, out);
	rd_take(&r, extended ? 208 - 104 : 168 - 96);
	ea_len = rd_le32(&r);
	ad_len = rd_le32(&r);
	rd_take(&r, ea_len);
	a->r = rd_sub(&r, ad_len);
	if (a->r.bad)
		return "its entry is damaged";
	if (a->form != EMBEDDED)
		return a->form > EXTENDED_ADS ? "its extents are of an unknown form" : read_extents(s, a, out);
	if (out->size > ad_len)
		return "its bytes are cut";
	return out->size == 0 ||
	        udf_pieces_add(&out->pieces, out->where + (extended ? 216u : 176u) + ea_len, out->size) ?
	    NULL :
	    "out of memory";
}

const char *
udf_entry_read(const struct udf_space *s, struct udf_address a, struct udf_entry *out)
{
	struct descriptors ads;
	uint8_t block[UDF_BLOCK_MAX], next[UDF_BLOCK_MAX];
	struct udf_address at = a;
	unsigned tag;

	out->pieces.n = 0;
	if (!blockcache_spend(s->cache, s->block))
		return blockcache_why(s->cache);
	if (!udf_block(s, at, block))
		return "its entry is not there";
	for (unsigned i = 0; i < VERSIONS_MAX && strategy_of(block) == STRATEGY_4096 && newer(s, &at, next); i++) {
		unsigned kind = udf_tag(next, s->block);

		if (kind != UDF_ENTRY && kind != UDF_EXTENDED_ENTRY)
			break;
		memcpy(block, next, s->block);
		a = at;
	}
	tag = udf_tag(block, s->block);
	if ((tag != UDF_ENTRY && tag != UDF_EXTENDED_ENTRY) || !place_of(s, a, &out->where))
		return "its entry is damaged";
	ads.partition = a.partition;
	ads.lists = 0;
	ads.last = UINT32_MAX;
	return parse_entry(s, &ads, block, out);
}
