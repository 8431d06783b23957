#include "udf_volume.h"

#include <stdlib.h>
#include <string.h>

#include "udf_entry.h"
#include "utf8.h"

#define RECOGNITION 32768 /* where the volume recognition sequence begins (2/8.3) */
#define RECOGNITION_MAX 64
#define ANCHOR 256       /* the block of one of the anchors */
#define SEQUENCE_MAX 256 /* blocks read of a descriptor sequence */
#define PHYSICAL_MAX 8
#define NAMED_MAP_LEN 64

struct physical {
	uint16_t number;
	uint32_t start, len; /* blocks */
};

/* The contents of a volume descriptor sequence (3/8.4). */
struct sequence {
	struct physical physical[PHYSICAL_MAX];
	size_t n;
	bool has_logical;
	uint32_t newest;
	uint8_t logical[UDF_BLOCK_MAX];
	size_t logical_len;
};

size_t
udf_text(const void *bytes, size_t len, char *out, size_t size)
{
	struct rd r = rd_open(bytes, len);
	uint8_t kind = rd_u8(&r);
	size_t n = rd_left(&r);
	const uint8_t *p = rd_take(&r, n);

	if (kind == 8 || kind == 254)
		return utf8_from_latin1(p, n, out, size);
	if (kind == 16 || kind == 255)
		return utf8_from_16be(p, n, out, size);
	out[0] = '\0';
	return 0;
}

/* ---- recognition ---------------------------------------------------------------------- */

static bool
is_recognised(struct blockcache *cache)
{
	static const char *const names[] = { "BEA01", "BOOT2", "CD001", "CDW02", "NSR02", "NSR03", "TEA01" };

	for (unsigned i = 0; i < RECOGNITION_MAX; i++) {
		const uint8_t *p = blockcache_at(cache, RECOGNITION + 2048u * (uint64_t)i, 7);
		size_t n = 0;

		while (p && n < sizeof(names) / sizeof(names[0]) && memcmp(p + 1, names[n], 5) != 0)
			n++;
		if (!p || (n == sizeof(names) / sizeof(names[0]) && p[1] != 0))
			return false;
		if (memcmp(p + 1, "NSR02", 5) == 0 || memcmp(p + 1, "NSR03", 5) == 0)
			return true;
	}
	return false;
}

/* ---- the descriptor sequence -------------------------------------------------------------- */

static void
take_partition(struct rd r, struct sequence *q)
{
	struct physical p;

	rd_take(&r, 22);
	p.number = rd_le16(&r);
	rd_take(&r, 164);
	p.start = rd_le32(&r);
	p.len = rd_le32(&r);
	for (size_t i = 0; i < q->n; i++)
		if (q->physical[i].number == p.number) {
			q->physical[i] = p;
			return;
		}
	if (!r.bad && q->n < PHYSICAL_MAX)
		q->physical[q->n++] = p;
}

static bool
read_sequence(struct blockcache *cache, uint32_t block, struct rd extent, struct sequence *q)
{
	uint32_t bytes = rd_le32(&extent), at = rd_le32(&extent), number;

	memset(q, 0, offsetof(struct sequence, logical));
	for (uint32_t i = 0; i < bytes / block && i < SEQUENCE_MAX; i++) {
		const uint8_t *p = blockcache_at(cache, ((uint64_t)at + i) * block, block);
		unsigned tag = udf_tag(p, p ? block : 0);
		struct rd next = rd_open(p, p ? block : 0);

		if (!p || tag == 0 || tag == UDF_TERMINATOR)
			break;
		if (tag == UDF_PARTITION)
			take_partition(next, q);
		if (tag == UDF_LOGICAL) { /* the one with the highest number counts */
			rd_take(&next, 16);
			number = rd_le32(&next);
			if (!q->has_logical || number >= q->newest) {
				memcpy(q->logical, p, block);
				q->logical_len = block;
				q->newest = number;
				q->has_logical = true;
			}
		}
		if (tag != UDF_POINTER)
			continue;
		rd_take(&next, 20); /* the sequence continues elsewhere; blocks read so far count */
		bytes = rd_le32(&next);
		at = rd_le32(&next) - i - 1;
		if (bytes / block > SEQUENCE_MAX)
			bytes = SEQUENCE_MAX * block;
		bytes += (i + 1) * block;
	}
	return q->n > 0 && q->has_logical;
}

/* ---- partition maps ---------------------------------------------------------------------- */

/* In order; of two for one packet the later one counts. */
static void
add_spare(struct udf_partition *p, struct udf_spare spare)
{
	size_t i = p->spares;

	while (i > 0 && p->spare[i - 1].from > spare.from)
		i--;
	if (i > 0 && p->spare[i - 1].from == spare.from) {
		p->spare[i - 1] = spare;
		return;
	}
	memmove(&p->spare[i + 1], &p->spare[i], (p->spares - i) * sizeof(spare));
	p->spare[i] = spare;
	p->spares++;
}

static void
read_spares(struct udf_space *s, struct udf_partition *p, uint32_t at)
{
	const uint8_t *bytes = blockcache_at(s->cache, (uint64_t)at * s->block, s->block);
	struct rd r = rd_open(bytes, bytes ? s->block : 0);
	unsigned n;

	rd_take(&r, 48);
	n = rd_le16(&r);
	rd_take(&r, 6);
	for (; n > 0 && rd_left(&r) >= 8 && p->spares < UDF_SPARES; n--) {
		uint32_t from = rd_le32(&r), to = rd_le32(&r);

		if (from < 0xfffffff0 && p->packet > 0 && from % p->packet == 0)
			add_spare(p, (struct udf_spare){ from, to });
	}
}

/* Type 2 maps give their kind by name (UDF 2.2.8 to 2.2.10). */
static bool
take_named_map(struct udf_space *s, struct udf_partition *p, struct rd m)
{
	const uint8_t *name;

	rd_take(&m, 3);
	name = rd_take(&m, 23);
	rd_take(&m, 10);
	p->number = rd_le16(&m);
	if (!name || m.bad)
		return false;
	if (memcmp(name, "*UDF Virtual Partition", 22) == 0) {
		p->kind = UDF_VIRTUAL;
	} else if (memcmp(name, "*UDF Sparable Partition", 23) == 0) {
		p->kind = UDF_SPARABLE;
		p->packet = rd_le16(&m);
		rd_take(&m, 6);
		read_spares(s, p, rd_le32(&m));
		return p->packet > 0;
	} else if (memcmp(name, "*UDF Metadata Partition", 23) == 0) {
		p->kind = UDF_METADATA;
		p->file = rd_le32(&m);
		p->mirror = rd_le32(&m);
	} else {
		return false;
	}
	return !m.bad;
}

static bool
take_map(struct udf_space *s, const struct sequence *q, struct rd *maps)
{
	struct udf_partition *p = &s->partition[s->partitions];
	uint8_t kind = rd_u8(maps), len = rd_u8(maps);
	struct rd m = rd_sub(maps, len > 2 ? len - 2u : 0);
	const struct physical *on = NULL;

	memset(p, 0, sizeof(*p));
	if (kind == 1) {
		rd_take(&m, 2);
		p->number = rd_le16(&m);
	} else if (kind != 2 || len != NAMED_MAP_LEN || !take_named_map(s, p, m)) {
		return false;
	}
	for (size_t i = 0; i < q->n && !on; i++)
		if (q->physical[i].number == p->number)
			on = &q->physical[i];
	if (!on || maps->bad)
		return false;
	p->start = (uint64_t)on->start * s->block;
	p->len = (uint64_t)on->len * s->block;
	s->partitions++;
	return true;
}

/* Finds the plain partition with that number, which a metadata file lies in. */
static bool
plain_with(const struct udf_space *s, uint16_t number, uint16_t *out)
{
	for (size_t i = 0; i < s->partitions; i++)
		if (s->partition[i].number == number && s->partition[i].kind != UDF_METADATA &&
		    s->partition[i].kind != UDF_VIRTUAL) {
			*out = (uint16_t)i;
			return true;
		}
	return false;
}

static bool
load_metadata(struct udf_space *s, struct udf_partition *p)
{
	struct udf_address a = { .block = p->file };
	struct udf_entry e = { 0 };

	if (!plain_with(s, p->number, &a.partition))
		return false;
	if (udf_entry_read(s, a, &e) != NULL) {
		a.block = p->mirror;
		if (udf_entry_read(s, a, &e) != NULL) {
			free(e.pieces.e);
			return false;
		}
	}
	p->pieces = e.pieces;
	return true;
}

/* UDF 1.50: the entries, then 36 bytes.  2.00: a header that starts with its
 * length, then the entries (UDF 2.2.11). */
static bool
locate_table(const struct udf_space *s, struct udf_partition *p, const struct udf_entry *e)
{
	uint8_t head[2] = { 0 };
	struct rd r = rd_open(head, sizeof(head));

	p->pieces = e->pieces;
	p->table_len = e->size;
	if (e->type != UDF_VAT_200) {
		p->table_len -= p->table_len < 36 ? p->table_len : 36;
		return true;
	}
	if (!udf_bytes(s->cache, &e->pieces, 0, head, sizeof(head)))
		return false;
	p->table_at = rd_le16(&r);
	return true;
}

/* A virtual partition's table was written last: its entry is in the last block,
 * or a few before (drives add run-out blocks). */
static bool
load_virtual(struct udf_space *s, struct udf_partition *p)
{
	uint64_t last = blockcache_size(s->cache) / s->block, first = p->start / s->block;
	struct udf_address a = { 0 };
	struct udf_entry e = { 0 };

	if (!plain_with(s, p->number, &a.partition))
		return false;
	for (unsigned back = 1; back <= 160 && last > first + back; back++) {
		a.block = (uint32_t)(last - back - first);
		if (udf_entry_read(s, a, &e) == NULL && (e.type == UDF_VAT_150 || e.type == UDF_VAT_200) &&
		    locate_table(s, p, &e))
			return true;
	}
	free(e.pieces.e);
	p->pieces = (struct udf_pieces){ 0 };
	return false;
}

/* ---- the logical volume ------------------------------------------------------------------- */

static const char *
take_volume(struct udf_volume *out, const struct sequence *q)
{
	struct udf_space *s = &out->space;
	struct rd r = rd_open(q->logical, q->logical_len), maps;
	struct udf_extent set;
	uint32_t block, len, n;
	uint8_t copy[UDF_BLOCK_MAX];
	const uint8_t *label;

	rd_take(&r, 84);
	label = rd_take(&r, 128); /* its last byte is the length used */
	udf_text(label, label[127] < 127 ? label[127] : 127, out->label, FSINDEX_LABEL);
	block = rd_le32(&r);
	rd_take(&r, 32);
	set = udf_long_ad(&r);
	len = rd_le32(&r);
	n = rd_le32(&r);
	rd_take(&r, 168);
	maps = rd_sub(&r, len);
	if (r.bad || block != s->block || n > UDF_PARTITIONS)
		return "its UDF logical volume cannot be read";
	while (n-- > 0)
		if (!take_map(s, q, &maps))
			return "its UDF partition is of a kind that cannot be read";
	for (size_t i = 0; i < s->partitions; i++) {
		struct udf_partition *p = &s->partition[i];

		if ((p->kind == UDF_METADATA && !load_metadata(s, p)) ||
		    (p->kind == UDF_VIRTUAL && !load_virtual(s, p)))
			return "what describes its UDF partitions is damaged";
	}
	if (!udf_block(s, set.at, copy) || udf_tag(copy, s->block) != UDF_FILE_SET)
		return "its UDF file set is damaged";
	r = rd_open(copy, s->block);
	rd_take(&r, 400);
	out->root = udf_long_ad(&r).at;
	return r.bad ? "its UDF file set is damaged" : NULL;
}

/* Finds the anchor, for blocks of this size, at block 256 or 512, or at or near the
 * end; reads the sequence that it gives, or else the reserve (3/10.2). */
static bool
find_sequence(struct blockcache *cache, uint32_t block, struct sequence *q)
{
	uint64_t blocks = blockcache_size(cache) / block;
	const uint64_t places[] = { ANCHOR, blocks - 1, blocks - 1 - ANCHOR, 512 };
	uint8_t anchor[32];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const uint8_t *p = places[i] < blocks ? blockcache_at(cache, places[i] * block, 512) : NULL;
		struct rd r = rd_open(anchor, sizeof(anchor));

		if (!p || udf_tag(p, 512) != UDF_ANCHOR)
			continue;
		memcpy(anchor, p, sizeof(anchor));
		rd_take(&r, 12);
		if (rd_le32(&r) == places[i])
			return read_sequence(cache, block, rd_sub(&r, 8), q) ||
			    read_sequence(cache, block, rd_sub(&r, 8), q);
	}
	return false;
}

enum fsindex_result
udf_volume_find(struct blockcache *cache, struct udf_volume *out, const char **why)
{
	static const uint32_t blocks[] = { 2048, 512, 4096, 1024 };
	struct sequence q;

	if (!is_recognised(cache))
		return FSINDEX_NONE;
	*why = "its UDF volume descriptors cannot be found";
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		memset(out, 0, sizeof(*out));
		out->space.cache = cache;
		out->space.block = blocks[i];
		if (!find_sequence(cache, blocks[i], &q))
			continue;
		*why = take_volume(out, &q);
		if (!*why)
			return FSINDEX_OK;
		udf_space_free(&out->space);
	}
	return FSINDEX_BROKEN;
}
