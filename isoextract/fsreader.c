#include "fsreader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blockcache.h"
#include "disk.h"
#include "fat.h"
#include "iso.h"
#include "isodir.h"
#include "udf.h"
#include "zisofs.h"

#define NOTHING UINT32_MAX
/* Files that are the same are often stored once.  How many times the size of an image
 * its files may be, and how small it counts at least. */
#define SHARED_TIMES 32
#define SHARED_SPARE 16777216
#define RUN_GAP 32768 /* largest gap between two files that are read in one go */

struct fsreader {
	struct reader base;
	struct source *source;
	struct fsindex fs;
	uint32_t *order;
	size_t n, next, next_fault;
	uint32_t node;             /* the current member */
	uint32_t piece;            /* its next piece */
	uint64_t offset, in_piece; /* of the next byte */
	char path[FSINDEX_PATH], first[FSINDEX_PATH];
	/* Of a packed member: what its header says, its next block, room for one as it is
	 * stored and one unpacked. */
	struct zisofs zisofs;
	uint64_t block;
	uint8_t *packed, *plain;
	uint32_t first_node; /* the file whose name is in `first` */
	uint64_t run_end;    /* where the last run ends */
	bool told;           /* somebody tried to read a broken file */
	uint64_t given;      /* bytes of the image that files had, holes left out */
	char why[FSINDEX_PATH + 128];
};

static ssize_t
fsreader_bytes(void *context, uint64_t at, void *out, size_t len)
{
	return source_at(context, at, out, len);
}

/* ---- choosing the file system --------------------------------------------------------- */

/* Most images with both have the same files in both.  Windows media have just a
 * README in ISO 9660, and files over 4 GiB may be cut there: the one with more
 * bytes is the real one.  If they are equal, Rock Ridge knows links and modes;
 * without it UDF has the full names. */
static bool
choose_fs(struct fsreader *r, const struct selection *wanted, bool unfit_too, const char **fault)
{
	struct source *s = r->source;
	const struct blockcache_source from = { fsreader_bytes, s, source_size(s) };
	struct blockcache *cache = blockcache_new(&from);
	struct fsindex of_udf = { 0 }, of_iso = { 0 };
	enum fsindex_result udf = FSINDEX_MEMORY, iso = FSINDEX_MEMORY;
	bool rich = false, takes_udf, found;

	if (cache && fsindex_init(&of_udf))
		udf = udf_read(cache, wanted, &of_udf);
	if (cache && fsindex_init(&of_iso)) {
		blockcache_renew(cache);
		iso = isodir_read(cache, wanted, &of_iso, &rich);
	}
	blockcache_free(cache);
	if (udf != FSINDEX_OK || (iso != FSINDEX_OK && iso != FSINDEX_UNFIT))
		takes_udf = udf == FSINDEX_OK;
	else if (of_udf.bytes != of_iso.bytes)
		takes_udf = of_udf.bytes > of_iso.bytes;
	else
		takes_udf = !rich || of_udf.nodes > of_iso.nodes;
	found = takes_udf || iso == FSINDEX_OK || (unfit_too && iso == FSINDEX_UNFIT);
	*fault = NULL;
	if (!found && iso != FSINDEX_UNFIT) {
		if (udf == FSINDEX_MEMORY || iso == FSINDEX_MEMORY)
			*fault = "it has more names than there is memory for";
		else if (udf == FSINDEX_BROKEN)
			*fault = of_udf.fault[0].why;
		else if (iso == FSINDEX_BROKEN)
			*fault = of_iso.fault[0].why;
	}
	if (source_is_remote(s) && *source_error(s)) { /* half of the directories will not do */
		found = false;
		*fault = source_error(s);
	}
	r->fs = takes_udf ? of_udf : of_iso;
	fsindex_free(takes_udf ? &of_iso : &of_udf);
	if (!found)
		fsindex_free(&r->fs);
	return found;
}

/* Files of the partition that firmware starts from are named as it names them, those of
 * any other after its number: 2/... */
static enum fsindex_result
read_partition(struct fsreader *r, struct blockcache *cache, const struct selection *wanted,
    const struct disk_partition *p, bool first)
{
	struct fsindex_node n = { .kind = FSINDEX_DIR, .mode = 0755 };
	uint32_t dir = FSINDEX_ROOT;
	char text[16];
	const struct fsindex_name name = { text, (size_t)snprintf(text, sizeof(text), "%u", p->number), NULL };
	const uint8_t *sector = blockcache_at(cache, p->at, FAT_SECTOR);
	struct fat_volume volume;

	if (!sector || !fat_identify(sector, FAT_SECTOR, &volume))
		return FSINDEX_NONE;
	if (!first) {
		if (!fsindex_add(&r->fs, &n, &name))
			return FSINDEX_MEMORY;
		dir = (uint32_t)r->fs.nodes - 1;
	}
	blockcache_renew(cache);
	return fat_read(cache, p->at, wanted, &r->fs, dir);
}

/* The partitions of a disk that can be read. */
static bool
choose_partitions(struct fsreader *r, const struct disk *d, const struct selection *wanted, const char **fault)
{
	struct source *s = r->source;
	const struct blockcache_source from = { fsreader_bytes, s, source_size(s) };
	struct blockcache *cache = blockcache_new(&from);
	bool fine = cache && fsindex_init(&r->fs), first = true;

	for (int efi = 1; efi >= 0; efi--)
		for (size_t i = 0; i < d->n && fine; i++) {
			enum fsindex_result found = d->partition[i].efi == efi ?
			    read_partition(r, cache, wanted, &d->partition[i], first) :
			    FSINDEX_NONE;

			fine = found != FSINDEX_MEMORY;
			first = first && found != FSINDEX_OK;
		}
	blockcache_free(cache);
	if (first)
		snprintf(r->why, sizeof(r->why),
		    "a disk's image, of whose partitions none has a file system that is read here: FAT");
	*fault = fine ? NULL : "it has more names than there is memory for";
	if (fine && source_is_remote(s) && *source_error(s)) { /* half of the directories will not do */
		*fault = source_error(s);
		fine = false;
	}
	if (!fine)
		fsindex_free(&r->fs);
	return fine;
}

/* ---- members ----------------------------------------------------------------------------- */

static bool
is_dir(const struct fsreader *r, uint32_t node)
{
	return r->fs.node[node].kind == FSINDEX_DIR;
}

/* Once all members are given, reports what could not be read, except files that
 * somebody has tried to read. */
static enum reader_result
give_fault(struct fsreader *r)
{
	const struct fsindex_fault *f;

	while (r->told && r->next_fault < r->fs.faults && !is_dir(r, r->fs.fault[r->next_fault].node))
		r->next_fault++;
	if (r->next_fault == r->fs.faults)
		return READER_END;
	f = &r->fs.fault[r->next_fault++];
	if (!fsindex_path(&r->fs, f->node, r->path))
		memcpy(r->path, "...", 4);
	snprintf(r->why, sizeof(r->why), "%s /%s is damaged: %s", is_dir(r, f->node) ? "the directory" : "the file",
	    r->path, f->why);
	return READER_DAMAGED;
}

/* Two names with the same place are one file: a hard link. */
static void
describe_file(struct fsreader *r, struct reader_entry *e)
{
	const struct fsindex *fs = &r->fs;
	const struct fsindex_node *first = r->first_node == NOTHING ? NULL : &fs->node[r->first_node];
	uint64_t place = fsindex_place(fs, r->node);

	if (first && place != FSINDEX_HOLE && fsindex_place(fs, r->first_node) == place && first->size == e->size &&
	    first->extents == fs->node[r->node].extents) {
		e->type = READER_HARDLINK;
		e->link = r->first;
		return;
	}
	r->first_node = r->node;
	memcpy(r->first, r->path, strlen(r->path) + 1);
	/* How many bytes the files that follow each other from here take. */
	if (place >= r->run_end) {
		r->run_end = place;
		for (size_t i = r->next - 1; i < r->n && r->run_end - place < SOURCE_RUN; i++) {
			const struct fsindex_node *n = &fs->node[r->order[i]];

			if (n->extents != 1 || fs->extent[n->first].at > r->run_end + RUN_GAP)
				break;
			if (fs->extent[n->first].at + fs->extent[n->first].len > r->run_end)
				r->run_end = fs->extent[n->first].at + fs->extent[n->first].len;
		}
	}
	e->run = r->run_end - place;
	if (e->run < e->size)
		e->run = e->size;
}

static bool
lies_whole(const struct fsreader *r, const struct fsindex_node *n, uint64_t *at)
{
	const struct fsindex_extent *e = &r->fs.extent[n->first];
	const uint64_t size = source_size(r->source);

	*at = 0;
	if (n->broken || n->packed || n->size == 0)
		return !n->broken && !n->packed;
	if (n->extents != 1 || e->at == FSINDEX_HOLE || e->len != n->size || e->at > size || size - e->at < e->len)
		return false;
	*at = e->at;
	return true;
}

static enum reader_result
fsreader_next(struct reader *base, struct reader_entry *e)
{
	struct fsreader *r = (struct fsreader *)base;
	static const enum reader_type types[] = { [FSINDEX_FILE] = READER_FILE,
		[FSINDEX_DIR] = READER_DIR,
		[FSINDEX_SYMLINK] = READER_SYMLINK,
		[FSINDEX_OTHER] = READER_OTHER };
	const struct fsindex_node *n;

	if (r->next == r->n)
		return give_fault(r);
	r->node = r->order[r->next++];
	r->piece = 0;
	r->offset = r->in_piece = 0;
	r->zisofs.block = 0;
	n = &r->fs.node[r->node];
	fsindex_path(&r->fs, r->node, r->path);
	*e = (struct reader_entry){ .path = r->path,
		.type = types[n->kind],
		.size = n->size,
		.has_size = true,
		.mode = n->mode,
		.has_mtime = n->has_mtime,
		.mtime = { n->mtime, n->mtime_ns },
		.link = n->link ? r->fs.text + n->link : NULL };
	if (n->kind == FSINDEX_SYMLINK && !e->link)
		e->link = "";
	if (n->kind == FSINDEX_FILE)
		describe_file(r, e);
	e->packed = n->packed;
	e->in_place = n->kind == FSINDEX_FILE && lies_whole(r, n, &e->at);
	return READER_OK;
}

static enum reader_result
damaged(struct fsreader *r, const char *why)
{
	snprintf(r->why, sizeof(r->why), "%s", why);
	return READER_DAMAGED;
}

/* A few bytes of a hostile image may stand for any number of files, and of extents
 * of one, that all lie in the same place. */
static bool
charge(struct fsreader *r, const struct fsindex_node *n)
{
	const uint64_t size = source_size(r->source);
	uint64_t stored = 0;

	for (uint32_t i = 0; i < n->extents && stored <= size; i++) {
		const struct fsindex_extent *e = &r->fs.extent[n->first + i];

		stored += e->at == FSINDEX_HOLE ? 0 : e->len;
	}
	if (stored > size) {
		damaged(r, "the image ends before it does");
		return false;
	}
	r->given += stored;
	if (r->given / SHARED_TIMES > size + SHARED_SPARE) {
		damaged(r, "too many files lie in the same place");
		return false;
	}
	return true;
}

static enum reader_result
fsreader_place(struct reader *base, struct reader_place *out)
{
	struct fsreader *r = (struct fsreader *)base;
	const struct fsindex_node *n = &r->fs.node[r->node];

	if (n->broken) {
		size_t i = 0;

		while (i < r->fs.faults && r->fs.fault[i].node != r->node)
			i++;
		r->told = true;
		return damaged(r, i < r->fs.faults ? r->fs.fault[i].why : "what describes it is damaged");
	}
	if (r->piece == 0 && r->in_piece == 0 && !charge(r, n))
		return READER_DAMAGED;
	while (r->piece < n->extents) {
		const struct fsindex_extent *e = &r->fs.extent[n->first + r->piece++];
		uint64_t from = r->in_piece, size = source_size(r->source);

		r->in_piece = 0;
		*out = (struct reader_place){ e->at + from, e->len - from, r->offset };
		r->offset += e->len - from;
		if (e->at == FSINDEX_HOLE)
			continue;
		if (e->at > size || size - e->at < e->len)
			return damaged(r, "the image ends before it does");
		return READER_OK;
	}
	out->offset = r->offset;
	return READER_END;
}

/* ---- zisofs ---------------------------------------------------------------------------- */

/* Bytes of the current member as they are stored. */
static bool
read_stored(struct fsreader *r, uint64_t at, void *out, size_t len)
{
	const struct fsindex_node *n = &r->fs.node[r->node];
	const struct fsindex_extent *e = &r->fs.extent[n->first];

	return n->extents == 1 && e->at != FSINDEX_HOLE && at <= e->len && len <= e->len - at &&
	    source_at(r->source, e->at + at, out, len) == (ssize_t)len;
}

static bool
open_packed(struct fsreader *r)
{
	const struct fsindex_node *n = &r->fs.node[r->node];
	const uint64_t stored = n->extents == 1 ? r->fs.extent[n->first].len : 0;
	uint8_t head[ZISOFS_HEADER], *more;
	struct zisofs *z = &r->zisofs;

	if (n->broken || !charge(r, n) ||
	    !read_stored(r, 0, head, stored < sizeof(head) ? (size_t)stored : sizeof(head)) ||
	    !zisofs_read_header(head, stored < sizeof(head) ? (size_t)stored : sizeof(head), z) || z->size != n->size ||
	    stored < z->table || zisofs_blocks(z) >= (stored - z->table) / z->pointer)
		return false;
	more = realloc(r->packed, 3 * z->block);
	if (!more)
		return false;
	r->packed = more;
	r->plain = more + 2 * z->block;
	r->block = 0;
	return true;
}

/* The next block that is not all zeros. */
static enum reader_result
unpack_next(struct fsreader *r, const void **bytes, size_t *len, uint64_t *offset)
{
	const struct fsindex_node *n = &r->fs.node[r->node];
	struct zisofs *z = &r->zisofs;
	uint64_t begin, end;
	uint8_t pointers[16];

	if (z->block == 0 && !open_packed(r)) {
		z->block = 0;
		return damaged(r, "it is packed with zisofs in a way that is not known, or damaged");
	}
	for (; r->block < zisofs_blocks(z); r->block++) {
		*offset = r->block * z->block;
		*len = n->size - *offset < z->block ? (size_t)(n->size - *offset) : z->block;
		*bytes = r->plain;
		if (!read_stored(r, z->table + r->block * z->pointer, pointers, 2 * z->pointer) ||
		    !zisofs_range(z, pointers, r->fs.extent[n->first].len, &begin, &end) ||
		    (begin < end &&
		        (!read_stored(r, begin, r->packed, (size_t)(end - begin)) ||
		            !zisofs_unpack(r->packed, (size_t)(end - begin), r->plain, *len))))
			return damaged(r, "what zisofs packed is damaged");
		if (begin < end) {
			r->block++;
			return READER_OK;
		}
	}
	*offset = n->size;
	return READER_END;
}

static enum reader_result
fsreader_data(struct reader *base, const void **bytes, size_t *len, uint64_t *offset)
{
	struct fsreader *r = (struct fsreader *)base;
	struct reader_place p;
	enum reader_result result;
	ssize_t n;

	if (r->fs.node[r->node].packed)
		return unpack_next(r, bytes, len, offset);
	result = fsreader_place(base, &p);
	if (result != READER_DAMAGED)
		*offset = p.offset;
	if (result != READER_OK)
		return result;
	if (source_seek(r->source, p.at) < 0)
		return damaged(r, "the image ends before it does");
	n = source_read(r->source, bytes);
	if (n < 0) { /* a bad sector hits one file, a failing server all */
		damaged(r, source_error(r->source));
		return source_is_remote(r->source) ? READER_FATAL : READER_DAMAGED;
	}
	if (n == 0)
		return damaged(r, "the image ends before it does");
	*len = (uint64_t)n < p.len ? (size_t)n : (size_t)p.len;
	if (*len < p.len) { /* the rest of this piece comes next */
		r->piece--;
		r->in_piece = r->fs.extent[r->fs.node[r->node].first + r->piece].len - (p.len - *len);
		r->offset = p.offset + *len;
	}
	return READER_OK;
}

/* ---- opening ----------------------------------------------------------------------------- */

static void
fsreader_close(struct reader *base)
{
	struct fsreader *r = (struct fsreader *)base;

	fsindex_free(&r->fs);
	free(r->order);
	free(r->packed);
	free(r);
}

static struct reader *
open_reader(struct source *s, const struct selection *wanted, bool unfit_too, const char **fault)
{
	struct fsreader *r;
	struct iso iso;
	struct disk disk;
	size_t len;
	const void *head = source_head(s, &len);
	bool found;

	*fault = NULL;
	iso_identify(head, len, &iso);
	if (!source_seekable(s) || (!iso.udf && !iso.iso9660 && !disk_identify(head, len, source_size(s), &disk)))
		return NULL;
	r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->base = (struct reader){ .next = fsreader_next,
		.data = fsreader_data,
		.place = fsreader_place,
		.close = fsreader_close,
		.why = r->why,
		.apart = true };
	r->source = s;
	r->node = r->first_node = NOTHING;
	found = iso.udf || iso.iso9660 ? choose_fs(r, wanted, unfit_too, fault) :
	                                 choose_partitions(r, &disk, wanted, fault);
	if (found && (r->order = fsindex_order(&r->fs, &r->n))) {
		r->base.label = r->fs.label;
		r->base.bytes = r->fs.bytes;
		return &r->base;
	}
	fsreader_close(&r->base);
	return NULL;
}

struct reader *
fsreader_open(struct source *s, const struct selection *wanted, const char **fault)
{
	return open_reader(s, wanted, false, fault);
}

struct reader *
fsreader_map(struct source *s, const struct selection *wanted, const char **fault)
{
	return open_reader(s, wanted, true, fault);
}
