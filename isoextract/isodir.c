#include "isodir.h"

#include <string.h>
#include <strings.h>

#include "iso.h"
#include "rockridge.h"
#include "utf8.h"
#include "wire.h"

enum {
	PRIMARY = 1,
	SUPPLEMENTARY = 2,
	TERMINATOR = 255,
	ROOT_RECORD = 156,
	ROOT_RECORD_LEN = 34,
	ESCAPES = 88,
	BLOCK_SIZE = 128,
	DESCRIPTORS_MAX = 64,
	IS_DIR = 2,
	IS_ASSOCIATED = 4,
	GOES_ON = 0x80,
	S_TYPE = 0170000,
	S_REGULAR = 0100000,
	S_DIRECTORY = 0040000,
	S_LINK = 0120000
};

#define NAME_SIZE 1024 /* 110 letters of Joliet, in UTF-8 */
#define WHY_RECORD "one of its records is damaged"
#define WHY_LOOP "it is inside itself"

/* What to do with a file's further records (files over 4 GiB have several). */
enum more { MORE_NONE, MORE_ADD, MORE_SKIP };

struct walk {
	struct blockcache *cache;
	struct fsindex *fs;
	const struct selection *wanted;
	uint32_t block; /* bytes */
	bool joliet, rich;
	uint32_t skip;       /* bytes of each system use area, as SP says */
	bool only_relocated; /* the directory being read holds only relocated ones */
	enum more more;
	bool unfit;                 /* there are files that only another reader can read */
	enum fsindex_result result; /* FSINDEX_OK: go on */
};

/* A directory record (9.1), in a copy of its bytes. */
struct record {
	uint8_t bytes[256];
	uint32_t start, size; /* blocks, bytes */
	uint8_t flags, unit;
	bool has_mtime;
	int64_t mtime;
	const uint8_t *name;
	size_t name_len;
	struct rockridge_area system;
};

/* ---- records --------------------------------------------------------------------- */

static bool
parse_record(const uint8_t *p, size_t len, struct record *out)
{
	struct rd r;
	uint8_t ext;

	memcpy(out->bytes, p, len);
	r = rd_open(out->bytes, len);
	rd_u8(&r);
	ext = rd_u8(&r);
	out->start = rd_le32(&r) + ext;
	rd_take(&r, 4);
	out->size = rd_le32(&r);
	rd_take(&r, 4);
	out->has_mtime = iso_date(&r, false, &out->mtime);
	out->flags = rd_u8(&r);
	out->unit = rd_u8(&r);
	rd_take(&r, 5);
	out->name_len = rd_u8(&r);
	out->name = rd_take(&r, out->name_len);
	if (r.bad)
		return false;
	if (out->name_len % 2 == 0)
		rd_take(&r, 1);
	out->system.len = rd_left(&r);
	out->system.bytes = rd_take(&r, out->system.len);
	return true;
}

static bool
is_dot(const struct record *r)
{
	return r->name_len == 1 && r->name[0] <= 1;
}

/* Reads a directory's own record, its first: ".". */
static bool
read_dot(struct blockcache *cache, uint64_t dir, struct record *out)
{
	const uint8_t *p = blockcache_at(cache, dir, sizeof(out->bytes));

	return p && p[0] >= ROOT_RECORD_LEN && parse_record(p, p[0], out) && is_dot(out);
}

static void
isodir_fault(struct walk *w, uint32_t node, const char *why)
{
	if (!fsindex_add_fault(w->fs, node, why))
		w->result = FSINDEX_MEMORY;
}

/* ---- nodes ------------------------------------------------------------------------- */

static struct fsindex_node
node_of(const struct record *r, const struct rockridge *rr)
{
	struct fsindex_node n = { .kind = r->flags & IS_DIR ? FSINDEX_DIR : FSINDEX_FILE,
		.mode = r->flags & IS_DIR ? 0700 : 0400,
		.has_mtime = r->has_mtime,
		.mtime = r->mtime };

	if (rr->has_mode) {
		n.mode = rr->mode & 07777;
		if (n.kind == FSINDEX_FILE && (rr->mode & S_TYPE) == S_LINK)
			n.kind = FSINDEX_SYMLINK;
		else if (n.kind == FSINDEX_FILE && (rr->mode & S_TYPE) != S_REGULAR && !rr->has_child)
			n.kind = FSINDEX_OTHER;
	}
	if (rr->has_child)
		n.kind = FSINDEX_DIR;
	if (rr->has_mtime) {
		n.has_mtime = true;
		n.mtime = rr->mtime;
	}
	n.broken = rr->fault != NULL;
	return n;
}

/* Adds a node unless nobody wants it.  A directory's extent is where its records
 * are. */
static void
add_record(struct walk *w, const struct record *r, const struct rockridge *rr, struct fsindex_node *n)
{
	char plain[NAME_SIZE], path[FSINDEX_PATH];
	struct fsindex_name name = { rr->name, rr->name_len, n->kind == FSINDEX_SYMLINK ? rr->link : NULL };
	uint64_t at = (uint64_t)(rr->has_child ? rr->child : r->start) * w->block;
	bool goes_on = n->kind == FSINDEX_FILE && r->flags & GOES_ON;

	/* "NAME.EXT;1" without the version, "NAME." without the dot. */
	if (rr->name_len == 0) {
		if (w->joliet) {
			name.len = utf8_from_16be(r->name, r->name_len, plain, NAME_SIZE);
		} else {
			name.len = r->name_len;
			memcpy(plain, r->name, name.len);
		}
		if (name.len > 2 && memcmp(plain + name.len - 2, ";1", 2) == 0)
			name.len -= 2;
		if (name.len > 1 && plain[name.len - 1] == '.')
			name.len--;
		plain[name.len] = '\0';
		name.text = plain;
	}
	n->size = n->kind == FSINDEX_FILE ? r->size : 0;
	n->packed = n->kind == FSINDEX_FILE && rr->packed;
	if (n->packed)
		n->size = rr->size;
	if (w->wanted && n->kind != FSINDEX_DIR && fsindex_join(w->fs, n->parent, &name, path) &&
	    !selection_wants(w->wanted, path)) {
		w->more = goes_on ? MORE_SKIP : MORE_NONE;
		return;
	}
	if (n->kind == FSINDEX_FILE && (r->unit != 0 || rr->unfit || (n->packed && goes_on)))
		w->unfit = n->broken = true;
	if (!fsindex_add(w->fs, n, &name) ||
	    ((n->kind == FSINDEX_DIR || r->size > 0) &&
	        !fsindex_extend(w->fs, at, n->kind == FSINDEX_DIR ? w->block : r->size)))
		w->result = FSINDEX_MEMORY;
	w->more = goes_on ? MORE_ADD : MORE_NONE;
}

static void
take_record(struct walk *w, uint32_t dir, struct record *r)
{
	struct rockridge rr;
	struct fsindex_node n;
	size_t before;

	if (is_dot(r) || r->flags & IS_ASSOCIATED)
		return;
	if (w->more != MORE_NONE && !(r->flags & IS_DIR)) { /* a further piece of the file added last */
		if (w->more == MORE_ADD) {
			w->fs->node[w->fs->nodes - 1].size += r->size;
			w->fs->bytes += r->size;
			if (!fsindex_extend(w->fs, (uint64_t)r->start * w->block, r->size))
				w->result = FSINDEX_MEMORY;
		}
		if (!(r->flags & GOES_ON))
			w->more = MORE_NONE;
		return;
	}
	rr.name[0] = rr.link[0] = '\0';
	memset(
	    (char *)&rr + offsetof(struct rockridge, name_len), 0, sizeof(rr) - offsetof(struct rockridge, name_len));
	r->system.block = w->block;
	if (w->rich && r->system.len > w->skip) {
		r->system.bytes += w->skip;
		r->system.len -= w->skip;
		rockridge_parse(w->cache, &r->system, &rr);
	}
	if (rr.relocated)
		return;
	w->only_relocated = false;
	n = node_of(r, &rr);
	n.parent = dir;
	before = w->fs->nodes;
	add_record(w, r, &rr, &n);
	if (rr.fault && w->fs->nodes > before)
		isodir_fault(w, (uint32_t)before, rr.fault);
}

/* ---- directories ------------------------------------------------------------------------- */

/* Reads the records of one block; none crosses into the next (6.8.1.1). */
static bool
read_block(struct walk *w, uint32_t dir, uint64_t at, size_t len)
{
	size_t pos = 0;

	while (pos < len && w->result == FSINDEX_OK) {
		struct record r;
		const uint8_t *p = blockcache_at(w->cache, at, len);

		if (!p || p[pos] == 0)
			break;
		if (p[pos] > len - pos || !parse_record(p + pos, p[pos], &r)) {
			isodir_fault(w, dir, WHY_RECORD);
			return false;
		}
		pos += r.bytes[0];
		take_record(w, dir, &r);
	}
	return w->result == FSINDEX_OK;
}

static void
isodir_read_dir(struct walk *w, uint32_t dir)
{
	uint64_t at = fsindex_place(w->fs, dir), len;
	struct record self;

	if (!fsindex_enter(w->fs, at)) {
		isodir_fault(w, dir, WHY_LOOP);
		return;
	}
	if (!read_dot(w->cache, at, &self)) {
		isodir_fault(w, dir, "it cannot be found where it should be");
		return;
	}
	len = self.size;
	if (len > blockcache_size(w->cache) || !blockcache_spend(w->cache, len)) {
		isodir_fault(w, dir, "its length makes no sense");
		return;
	}
	w->more = MORE_NONE;
	w->only_relocated = true;
	for (uint64_t pos = 0; pos < len; pos += ISO_SECTOR) {
		size_t n = len - pos < ISO_SECTOR ? (size_t)(len - pos) : ISO_SECTOR;

		if (!blockcache_at(w->cache, at + pos, n)) {
			isodir_fault(w, dir, blockcache_why(w->cache));
			return;
		}
		if (!read_block(w, dir, at + pos, n))
			return;
	}
}

/* Reads directories in the order in which they are found. */
static enum fsindex_result
isodir_walk(struct walk *w)
{
	char path[FSINDEX_PATH];
	struct fsindex_node *n;
	const char *name;

	for (uint32_t i = 0; i < w->fs->nodes && w->result == FSINDEX_OK; i++) {
		if (w->fs->node[i].kind != FSINDEX_DIR)
			continue;
		if (!fsindex_path(w->fs, i, path)) {
			isodir_fault(w, i, "its path is too long");
			continue;
		}
		if (i != FSINDEX_ROOT && !selection_enters(w->wanted, path))
			continue;
		isodir_read_dir(w, i);
		/* The directory that deep ones were moved to, with nothing else in it. */
		n = &w->fs->node[i];
		name = w->fs->text + n->name;
		if (w->rich && w->only_relocated && n->parent == FSINDEX_ROOT &&
		    (strcasecmp(name, "rr_moved") == 0 || strcasecmp(name, ".rr_moved") == 0))
			n->kind = FSINDEX_ABSENT;
	}
	return w->result;
}

/* ---- descriptors ---------------------------------------------------------------------- */

struct root {
	bool found;
	uint32_t block;
	uint64_t at;
};

static void
take_root(const uint8_t *sector, struct root *out)
{
	struct rd r = rd_open(sector + BLOCK_SIZE, 2);
	struct record record;

	out->block = rd_le16(&r);
	if (out->block != 512 && out->block != 1024 && out->block != 2048)
		return;
	if (!parse_record(sector + ROOT_RECORD, ROOT_RECORD_LEN, &record))
		return;
	out->at = (uint64_t)record.start * out->block;
	out->found = true;
}

static void
find_roots(struct blockcache *cache, struct root *primary, struct root *joliet)
{
	for (unsigned i = 0; i < DESCRIPTORS_MAX; i++) {
		const uint8_t *p = blockcache_at(cache, ISO_DESCRIPTORS + (uint64_t)i * ISO_SECTOR, ISO_SECTOR), *e;

		if (!p || memcmp(p + 1, "CD001", 5) != 0 || p[0] == TERMINATOR)
			return;
		e = p + ESCAPES; /* Joliet is UCS-2 of any level */
		if (p[0] == PRIMARY && !primary->found)
			take_root(p, primary);
		else if (p[0] == SUPPLEMENTARY && !joliet->found && e[0] == '%' && e[1] == '/' &&
		    (e[2] == '@' || e[2] == 'C' || e[2] == 'E'))
			take_root(p, joliet);
	}
}

enum fsindex_result
isodir_read(struct blockcache *cache, const struct selection *wanted, struct fsindex *fs, bool *rich)
{
	struct root primary = { 0 }, joliet = { 0 };
	struct walk w = { .cache = cache, .fs = fs, .wanted = wanted };
	const struct root *root = &primary;
	struct rockridge rr = { 0 };
	struct record dot;

	*rich = false;
	find_roots(cache, &primary, &joliet);
	if (!primary.found && !joliet.found)
		return FSINDEX_NONE;
	/* Rock Ridge is in use if the root's "." has SP and RRIP entries. */
	if (primary.found && read_dot(cache, primary.at, &dot)) {
		dot.system.block = primary.block;
		rockridge_parse(cache, &dot.system, &rr);
		w.skip = rr.skip;
		w.rich = *rich = rr.extensions;
	}
	if (!w.rich && joliet.found) {
		root = &joliet;
		w.joliet = true;
	}
	w.block = root->block;
	if (!fsindex_extend(fs, root->at, root->block))
		return FSINDEX_MEMORY;
	isodir_walk(&w);
	if (w.result == FSINDEX_OK && fs->faults > 0 && fs->nodes == 1)
		return FSINDEX_BROKEN;
	/* What is broken here is broken for the other reader, too, which may not notice:
	 * libarchive follows continuations that lead in a circle for ever. */
	if (w.result == FSINDEX_OK && w.unfit && fs->faults == 0)
		return FSINDEX_UNFIT;
	return w.result;
}
