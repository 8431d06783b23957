#include "udf_space.h"

#include <stdlib.h>
#include <string.h>

#define PIECES_MAX 1048576
#define TAG_LEN 16
#define PIECE_COST 16 /* bytes of the budget for directories */

void
udf_space_free(struct udf_space *s)
{
	for (size_t i = 0; i < s->partitions; i++)
		free(s->partition[i].pieces.e);
	s->partitions = 0;
}

/* ---- tags ------------------------------------------------------------------------- */

uint16_t
udf_crc(const uint8_t *p, size_t len)
{
	static const uint16_t of_four_bits[] = { 0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5, 0x60c6, 0x70e7, 0x8108,
		0x9129, 0xa14a, 0xb16b, 0xc18c, 0xd1ad, 0xe1ce, 0xf1ef };
	unsigned c = 0;

	for (; len > 0; len--, p++) {
		c = (c << 4 ^ of_four_bits[(c >> 12 ^ *p >> 4) & 15]) & 0xffff;
		c = (c << 4 ^ of_four_bits[(c >> 12 ^ *p) & 15]) & 0xffff;
	}
	return (uint16_t)c;
}

unsigned
udf_tag(const void *bytes, size_t len)
{
	struct rd r = rd_open(bytes, len);
	const uint8_t *tag = rd_take(&r, TAG_LEN), *body;
	struct rd t = rd_open(tag, TAG_LEN);
	uint16_t id = rd_le16(&t), want, crc_len;
	uint8_t sum = 0;

	if (!tag)
		return 0;
	for (size_t i = 0; i < TAG_LEN; i++)
		sum = (uint8_t)(sum + (i == 4 ? 0 : tag[i]));
	rd_take(&t, 6);
	want = rd_le16(&t);
	crc_len = rd_le16(&t);
	if (sum != tag[4])
		return 0;
	body = rd_take(&r, crc_len);
	return crc_len == 0 || (body && udf_crc(body, crc_len) == want) ? id : 0;
}

/* ---- extents ----------------------------------------------------------------------- */

static struct udf_extent
with_kind(uint32_t len, struct udf_address at)
{
	return (struct udf_extent){ .at = at, .bytes = len & 0x3fffffff, .kind = (uint8_t)(len >> 30) };
}

struct udf_extent
udf_short_ad(struct rd *r, uint16_t partition)
{
	uint32_t len = rd_le32(r), block = rd_le32(r);

	return with_kind(len, (struct udf_address){ block, partition });
}

struct udf_extent
udf_long_ad(struct rd *r)
{
	uint32_t len = rd_le32(r), block = rd_le32(r);
	uint16_t partition = rd_le16(r);

	rd_take(r, 6);
	return with_kind(len, (struct udf_address){ block, partition });
}

bool
udf_pieces_add(struct udf_pieces *p, uint64_t at, uint64_t len)
{
	struct udf_piece *last = p->n > 0 ? &p->e[p->n - 1] : NULL;

	if (last &&
	    (at == FSINDEX_HOLE ? last->at == FSINDEX_HOLE : last->at != FSINDEX_HOLE && last->at + last->len == at)) {
		last->len += len;
		last->upto += len;
		return true;
	}
	if (p->n == p->size) {
		size_t size = p->size ? p->size * 2 : 16;
		struct udf_piece *bigger = p->n < PIECES_MAX ? reallocarray(p->e, size, sizeof(*bigger)) : NULL;

		if (!bigger)
			return false;
		p->e = bigger;
		p->size = size;
	}
	p->e[p->n] = (struct udf_piece){ at, len, (p->n > 0 ? p->e[p->n - 1].upto : 0) + len };
	p->n++;
	return true;
}

uint64_t
udf_pieces_len(const struct udf_pieces *p)
{
	return p->n > 0 ? p->e[p->n - 1].upto : 0;
}

/* The piece that holds a place, which becomes relative to it; p->n past the end. */
static size_t
find_piece(const struct udf_pieces *p, uint64_t *at)
{
	size_t low = 0, high = p->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (*at < p->e[middle].upto)
			high = middle;
		else
			low = middle + 1;
	}
	if (low > 0)
		*at -= p->e[low - 1].upto;
	return low;
}

bool
udf_bytes(struct blockcache *cache, const struct udf_pieces *p, uint64_t at, void *out, size_t len)
{
	uint8_t *to = out;
	size_t i = find_piece(p, &at);

	for (; len > 0 && i < p->n; i++, at = 0) {
		uint64_t room = p->e[i].len - at;
		size_t n = room < len ? (size_t)room : len;
		const uint8_t *from = p->e[i].at == FSINDEX_HOLE ? NULL : blockcache_at(cache, p->e[i].at + at, n);

		if (p->e[i].at == FSINDEX_HOLE)
			memset(to, 0, n);
		else if (!from)
			return false;
		else
			memcpy(to, from, n);
		to += n;
		len -= n;
	}
	return len == 0;
}

/* ---- partitions ------------------------------------------------------------------------ */

/* Each piece counts like the descriptor of one: few bytes of a hostile image may
 * stand for any number of them. */
static bool
map_piece(const struct udf_space *s, struct udf_pieces *out, uint64_t at, uint64_t len)
{
	return blockcache_spend(s->cache, PIECE_COST) && udf_pieces_add(out, at, len);
}

static bool
map_plain(const struct udf_space *s, const struct udf_partition *p, const struct udf_extent *e, struct udf_pieces *out)
{
	uint64_t from = (uint64_t)e->at.block * s->block;

	if (from > p->len || p->len - from < e->bytes)
		return false;
	return map_piece(s, out, p->start + from, e->bytes);
}

/* The blocks of a bad packet lie elsewhere (2.2.11): those between two such packets
 * are one piece. */
static bool
map_sparable(
    const struct udf_space *s, const struct udf_partition *p, const struct udf_extent *e, struct udf_pieces *out)
{
	const uint64_t packet = (uint64_t)p->packet * s->block;
	uint64_t at = (uint64_t)e->at.block * s->block, end = at + e->bytes;
	size_t i = 0;

	if (end > p->len)
		return false;
	while (i < p->spares && (uint64_t)p->spare[i].from * s->block + packet <= at)
		i++;
	while (at < end) {
		uint64_t from = i < p->spares ? (uint64_t)p->spare[i].from * s->block : end, upto = from,
		         to = p->start + at;

		if (from <= at) { /* in the bad packet */
			upto = from + packet;
			to = (uint64_t)p->spare[i++].to * s->block + (at - from);
		}
		if (upto > end)
			upto = end;
		if (!map_piece(s, out, to, upto - at))
			return false;
		at = upto;
	}
	return true;
}

/* One block, whose real number stands in a table (2.2.8). */
static bool
map_virtual(
    const struct udf_space *s, const struct udf_partition *p, const struct udf_extent *e, struct udf_pieces *out)
{
	uint64_t at = p->table_at + 4 * (uint64_t)e->at.block;
	struct udf_extent real = *e;
	uint8_t entry[4] = { 0 };
	struct rd r = rd_open(entry, sizeof(entry));

	if (e->bytes > s->block || at + 4 > p->table_len || !udf_bytes(s->cache, &p->pieces, at, entry, sizeof(entry)))
		return false;
	real.at.block = rd_le32(&r);
	return map_plain(s, p, &real, out);
}

/* Blocks of the file that holds all metadata (2.2.10). */
static bool
map_metadata(
    const struct udf_space *s, const struct udf_partition *p, const struct udf_extent *e, struct udf_pieces *out)
{
	uint64_t at = (uint64_t)e->at.block * s->block, left = e->bytes;
	size_t i = find_piece(&p->pieces, &at);

	for (; left > 0 && i < p->pieces.n; i++, at = 0) {
		uint64_t room = p->pieces.e[i].len - at, n = left < room ? left : room;

		if (p->pieces.e[i].at == FSINDEX_HOLE || !map_piece(s, out, p->pieces.e[i].at + at, n))
			return false;
		left -= n;
	}
	return left == 0;
}

bool
udf_map(const struct udf_space *s, const struct udf_extent *e, struct udf_pieces *out)
{
	static bool (*const map[])(const struct udf_space *, const struct udf_partition *, const struct udf_extent *,
	    struct udf_pieces *) = { [UDF_PLAIN] = map_plain,
		[UDF_SPARABLE] = map_sparable,
		[UDF_VIRTUAL] = map_virtual,
		[UDF_METADATA] = map_metadata };
	const struct udf_partition *p;

	if (e->kind != UDF_RECORDED && e->kind != UDF_CONTINUED)
		return map_piece(s, out, FSINDEX_HOLE, e->bytes);
	if (e->at.partition >= s->partitions)
		return false;
	p = &s->partition[e->at.partition];
	return map[p->kind](s, p, e, out);
}

bool
udf_block(const struct udf_space *s, struct udf_address a, uint8_t copy[UDF_BLOCK_MAX])
{
	struct udf_extent e = { .at = a, .bytes = s->block, .kind = UDF_RECORDED };
	struct udf_pieces p = { 0 };
	bool fine = udf_map(s, &e, &p) && udf_bytes(s->cache, &p, 0, copy, s->block);

	free(p.e);
	return fine;
}
