#include "fat.h"

#include <stdlib.h>
#include <string.h>

#include "utf8.h"
#include "wire.h"

#define ENTRY 32
#define SHORT_NAME 11
#define LONG_UNITS 13   /* UTF-16 units in one entry of a long name */
#define LONG_ENTRIES 20 /* 255 units at most */
#define DIR_MAX 2097152 /* bytes of a directory: 65,536 entries */
#define NAME_SIZE 1024  /* 255 units, in UTF-8 */
#define MODE_FILE 0644
#define MODE_DIR 0755

enum { VOLUME = 0x08, DIRECTORY = 0x10, LONG_NAME = 0x0f, LONG_MASK = 0x3f };
enum { LAST_LONG = 0x40, DELETED = 0xe5, IS_E5 = 0x05, LOWER_BASE = 0x08, LOWER_EXTENSION = 0x10 };

/* A long name, whose entries come last part first. */
struct long_name {
	uint8_t units[LONG_ENTRIES * LONG_UNITS * 2]; /* in network order */
	unsigned parts;                               /* 0: none */
	unsigned missing;                             /* of them, yet to come */
	uint8_t sum;                                  /* of the short name that it belongs to */
};

struct walk {
	struct fat_volume volume;
	struct blockcache *cache;
	uint64_t at; /* of the volume in the image */
	struct fsindex *fs;
	const struct selection *wanted;
	size_t base;     /* the first node of this volume */
	uint32_t *first; /* each node's first cluster */
	size_t first_size;
	uint8_t *taken; /* a bit for each cluster that is a file's or a directory's */
	struct long_name name;
	enum fsindex_result result; /* FSINDEX_OK: go on */
};

/* ---- the boot sector -------------------------------------------------------------------- */

static bool
is_power_of_two(uint32_t n)
{
	return n > 0 && (n & (n - 1)) == 0;
}

static void
read_label(const uint8_t *at, char out[12])
{
	size_t n = 11;

	while (n > 0 && (at[n - 1] == ' ' || at[n - 1] == '\0'))
		n--;
	memcpy(out, at, n);
	out[n] = '\0';
	if (strcmp(out, "NO NAME") == 0)
		out[0] = '\0';
}

/* The number of clusters alone says which kind it is ("FAT Type Determination"). */
static bool
count_clusters(struct fat_volume *v, uint64_t sectors, uint32_t sector)
{
	uint64_t bytes = sectors * sector, n;

	if (bytes <= v->data)
		return false;
	n = (bytes - v->data) / v->cluster;
	if (n == 0 || n > 0x0ffffff5)
		return false;
	v->clusters = (uint32_t)n;
	v->bits = n < 4085 ? 12 : n < 65525 ? 16 : 32;
	return (v->bits == 32) == (v->root_size == 0);
}

bool
fat_identify(const void *sector, size_t len, struct fat_volume *out)
{
	struct rd r = rd_at(sector, len < FAT_SECTOR ? 0 : len, 11);
	uint32_t size, per_cluster, reserved, tables, entries, total, table, jump;

	*out = (struct fat_volume){ 0 };
	size = rd_le16(&r);
	per_cluster = rd_u8(&r);
	reserved = rd_le16(&r);
	tables = rd_u8(&r);
	entries = rd_le16(&r);
	total = rd_le16(&r);
	rd_u8(&r); /* the medium */
	table = rd_le16(&r);
	rd_take(&r, 8);
	if (total == 0)
		total = rd_le32(&r);
	if (r.bad)
		return false;
	if (table == 0) {
		struct rd more = rd_at(sector, len, 36);

		table = rd_le32(&more);
		rd_take(&more, 4);
		out->root_cluster = rd_le32(&more);
	}
	jump = ((const uint8_t *)sector)[0];
	if ((jump != 0xeb && jump != 0xe9) || size < FAT_SECTOR || size > BLOCKCACHE_MAX || !is_power_of_two(size) ||
	    !is_power_of_two(per_cluster) || reserved == 0 || tables == 0 || tables > 2 || table == 0)
		return false;
	out->cluster = per_cluster * size;
	out->table = (uint64_t)reserved * size;
	out->root = out->table + (uint64_t)tables * table * size;
	out->root_size = (entries * ENTRY + size - 1) / size * size;
	out->data = out->root + out->root_size;
	if (!count_clusters(out, total, size))
		return false;
	read_label((const uint8_t *)sector + (out->bits == 32 ? 71 : 43), out->label);
	return true;
}

/* ---- chains of clusters ------------------------------------------------------------------- */

/* The cluster after this one; 0 at the end, or if the chain is broken (*fault). */
static uint32_t
next_cluster(struct walk *w, uint32_t cluster, const char **fault)
{
	const struct fat_volume *v = &w->volume;
	const uint64_t place = v->bits == 12 ? cluster + cluster / 2u : (uint64_t)cluster * (v->bits / 8);
	const size_t len = v->bits == 32 ? 4 : 2;
	const uint8_t *bytes = blockcache_at(w->cache, w->at + v->table + place, len);
	struct rd r = rd_open(bytes, bytes ? len : 0);
	uint32_t next = v->bits == 32 ? rd_le32(&r) & 0x0fffffff : rd_le16(&r);

	if (v->bits == 12)
		next = cluster & 1 ? next >> 4 : next & 0xfff;
	if (next >= (v->bits == 12 ? 0xff8u : v->bits == 16 ? 0xfff8u : 0x0ffffff8u))
		return 0;
	if (r.bad || next < 2)
		*fault = "its chain of clusters is broken";
	return *fault ? 0 : next;
}

/* Each cluster is in one chain.  A sentence for one that cannot be in this one. */
static const char *
take_cluster(struct walk *w, uint32_t cluster)
{
	const uint32_t n = cluster - 2;

	if (cluster < 2 || n >= w->volume.clusters)
		return "its chain of clusters is broken";
	if (w->taken[n / 8] >> n % 8 & 1)
		return "it has clusters twice, or another file has them, too";
	w->taken[n / 8] |= (uint8_t)(1 << n % 8);
	return NULL;
}

static uint64_t
cluster_place(const struct walk *w, uint32_t cluster)
{
	return w->at + w->volume.data + (uint64_t)(cluster - 2) * w->volume.cluster;
}

/* Gives the last node its bytes.  A sentence if they make no sense. */
static const char *
add_extents(struct walk *w, uint32_t cluster, uint64_t size)
{
	const char *fault = NULL;

	while (size > 0) {
		const uint64_t n = size < w->volume.cluster ? size : w->volume.cluster;

		fault = take_cluster(w, cluster);
		if (fault)
			return fault;
		if (!fsindex_extend(w->fs, cluster_place(w, cluster), n)) {
			w->result = FSINDEX_MEMORY;
			return NULL;
		}
		size -= n;
		if (size > 0 && !(cluster = next_cluster(w, cluster, &fault)))
			return fault ? fault : "its chain of clusters ends too early";
	}
	return NULL;
}

/* ---- names ---------------------------------------------------------------------------------- */

static uint8_t
sum_of(const uint8_t *name)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < SHORT_NAME; i++)
		sum = (uint8_t)((sum >> 1 | sum << 7) + name[i]);
	return sum;
}

/* Takes one entry of a long name. */
static void
take_long(struct long_name *name, const uint8_t *entry)
{
	static const uint8_t places[LONG_UNITS] = { 1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30 };
	const unsigned number = entry[0] & LONG_MASK;
	uint8_t *to;

	if (entry[0] & LAST_LONG) {
		name->parts = name->missing = number;
		name->sum = entry[13];
	}
	if (number == 0 || number > LONG_ENTRIES || number != name->missing || entry[13] != name->sum) {
		name->parts = 0;
		return;
	}
	to = name->units + (size_t)(number - 1) * LONG_UNITS * 2;
	for (size_t i = 0; i < LONG_UNITS; i++) {
		to[2 * i] = entry[places[i] + 1];
		to[2 * i + 1] = entry[places[i]];
	}
	name->missing--;
}

/* One character of a short name.  Which alphabet those beyond ASCII are of, nothing says. */
static char
short_character(uint8_t c, bool lower)
{
	if (c < 0x20 || c >= 0x7f)
		return '_';
	return (char)(lower && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static size_t
short_name(const uint8_t *entry, char *out)
{
	size_t base = 8, extension = 3, n = 0;

	while (base > 0 && entry[base - 1] == ' ')
		base--;
	while (extension > 0 && entry[7 + extension] == ' ')
		extension--;
	for (size_t i = 0; i < base; i++)
		out[n++] = short_character(entry[i], entry[12] & LOWER_BASE);
	if (extension > 0)
		out[n++] = '.';
	for (size_t i = 0; i < extension; i++)
		out[n++] = short_character(entry[8 + i], entry[12] & LOWER_EXTENSION);
	out[n] = '\0';
	return n;
}

/* The name of the entry, whose long one may have come before it.  Its length. */
static size_t
entry_name(struct long_name *name, const uint8_t *entry, char out[NAME_SIZE])
{
	size_t units = 0;
	bool whole = name->parts > 0 && name->missing == 0 && name->sum == sum_of(entry);
	const size_t most = (size_t)name->parts * LONG_UNITS;

	name->parts = 0;
	if (!whole)
		return short_name(entry, out);
	while (units < most && (name->units[2 * units] || name->units[2 * units + 1]))
		units++;
	return utf8_from_16be(name->units, units * 2, out, NAME_SIZE);
}

/* ---- directories ------------------------------------------------------------------------------ */

static bool
fat_remember(struct walk *w, uint32_t cluster)
{
	const size_t n = w->fs->nodes - 1 - w->base;

	if (n >= w->first_size) {
		const size_t size = w->first_size ? w->first_size * 2 : 256;
		uint32_t *bigger = reallocarray(w->first, size, sizeof(*bigger));

		if (!bigger)
			return false;
		w->first = bigger;
		w->first_size = size;
	}
	w->first[n] = cluster;
	return true;
}

/* When it was written, by a clock whose time zone nothing says. */
static void
take_date(struct fsindex_node *n, uint32_t time, uint32_t date)
{
	const struct tm tm = { .tm_sec = (int)(time & 31) * 2,
		.tm_min = (int)(time >> 5 & 63),
		.tm_hour = (int)(time >> 11),
		.tm_mday = (int)(date & 31),
		.tm_mon = (int)(date >> 5 & 15) - 1,
		.tm_year = (int)(date >> 9) + 80 };

	n->has_mtime = date != 0 && tm.tm_mday > 0 && fsindex_seconds(&tm, 0, &n->mtime);
}

static void
take_entry(struct walk *w, uint32_t dir, const uint8_t *entry, const char *text, size_t len)
{
	const struct fsindex_name name = { text, len, NULL };
	struct fsindex_node n = { .parent = dir };
	struct rd r = rd_at(entry, ENTRY, 20);
	uint32_t cluster = (uint32_t)rd_le16(&r) << 16, time = rd_le16(&r), date = rd_le16(&r);
	const bool is_dir = entry[11] & DIRECTORY;
	const char *why = NULL;
	char path[FSINDEX_PATH];

	if (w->volume.bits != 32) /* OS/2 keeps something else there */
		cluster = 0;
	cluster |= rd_le16(&r);
	if (w->wanted && !is_dir && fsindex_join(w->fs, dir, &name, path) && !selection_wants(w->wanted, path))
		return;
	n.kind = is_dir ? FSINDEX_DIR : FSINDEX_FILE;
	n.mode = is_dir ? MODE_DIR : MODE_FILE;
	n.size = is_dir ? 0 : rd_le32(&r);
	take_date(&n, time, date);
	if (!fsindex_add(w->fs, &n, &name) || !fat_remember(w, cluster)) {
		w->result = FSINDEX_MEMORY;
		return;
	}
	why = add_extents(w, cluster, n.size);
	if (!why)
		return;
	w->fs->node[w->fs->nodes - 1].broken = true;
	if (!fsindex_add_fault(w->fs, (uint32_t)w->fs->nodes - 1, why))
		w->result = FSINDEX_MEMORY;
}

/* Some entries of a directory.  False after the last one. */
static bool
read_entries(struct walk *w, uint32_t dir, uint64_t at, uint32_t size, const char **fault)
{
	char text[NAME_SIZE];
	uint8_t entry[ENTRY];

	for (uint32_t i = 0; i + ENTRY <= size && w->result == FSINDEX_OK; i += ENTRY) {
		const uint8_t *bytes = blockcache_at(w->cache, at + i, ENTRY);
		size_t len;

		if (!bytes) {
			*fault = blockcache_why(w->cache);
			return false;
		}
		if (bytes[0] == 0)
			return false;
		memcpy(entry, bytes, ENTRY);
		if (entry[0] == DELETED) {
			w->name.parts = 0;
			continue;
		}
		if ((entry[11] & LONG_MASK) == LONG_NAME) {
			take_long(&w->name, entry);
			continue;
		}
		if (entry[0] == IS_E5)
			entry[0] = DELETED;
		len = entry_name(&w->name, entry, text);
		if (!(entry[11] & VOLUME) && len > 0 && strcmp(text, ".") != 0 && strcmp(text, "..") != 0)
			take_entry(w, dir, entry, text, len);
	}
	return true;
}

static void
fat_read_dir(struct walk *w, uint32_t dir, uint32_t cluster)
{
	const struct fat_volume *v = &w->volume;
	const char *fault = NULL;
	uint64_t size = 0;

	w->name.parts = 0;
	do {
		fault = take_cluster(w, cluster);
		if (fault || size >= DIR_MAX || !read_entries(w, dir, cluster_place(w, cluster), v->cluster, &fault))
			break;
		size += v->cluster;
		cluster = next_cluster(w, cluster, &fault);
	} while (cluster && w->result == FSINDEX_OK);
	if (fault && !fsindex_add_fault(w->fs, dir, fault))
		w->result = FSINDEX_MEMORY;
}

/* FAT12 and FAT16 have it before the clusters. */
static void
read_root(struct walk *w, uint32_t dir)
{
	const struct fat_volume *v = &w->volume;
	const char *fault = NULL;

	if (v->root_size == 0) {
		fat_read_dir(w, dir, v->root_cluster);
		return;
	}
	read_entries(w, dir, w->at + v->root, v->root_size, &fault);
	if (fault && !fsindex_add_fault(w->fs, dir, fault))
		w->result = FSINDEX_MEMORY;
}

enum fsindex_result
fat_read(struct blockcache *cache, uint64_t at, const struct selection *wanted, struct fsindex *fs, uint32_t dir)
{
	struct walk w = { .cache = cache, .at = at, .fs = fs, .wanted = wanted, .base = fs->nodes };
	const uint8_t *sector = blockcache_at(cache, at, FAT_SECTOR);
	char path[FSINDEX_PATH];

	if (!sector || !fat_identify(sector, FAT_SECTOR, &w.volume))
		return FSINDEX_NONE;
	w.taken = calloc(w.volume.clusters / 8 + 1, 1);
	if (!w.taken)
		return FSINDEX_MEMORY;
	if (!*fs->label)
		memcpy(fs->label, w.volume.label, sizeof(w.volume.label));
	read_root(&w, dir);
	/* Directories in the order in which they are found. */
	for (size_t i = w.base; i < fs->nodes && w.result == FSINDEX_OK; i++) {
		if (fs->node[i].kind != FSINDEX_DIR)
			continue;
		if (!fsindex_path(fs, (uint32_t)i, path)) {
			if (!fsindex_add_fault(fs, (uint32_t)i, "its path is too long"))
				w.result = FSINDEX_MEMORY;
		} else if (selection_enters(wanted, path)) {
			fat_read_dir(&w, (uint32_t)i, w.first[i - w.base]);
		}
	}
	free(w.first);
	free(w.taken);
	return w.result;
}
