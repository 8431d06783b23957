#include "udf.h"

#include <stdlib.h>
#include <string.h>

#include "udf_entry.h"
#include "udf_volume.h"

#define NAME_SIZE 1024 /* 255 bytes, in UTF-8 */
#define LINK_SIZE 4096
#define IDENTIFIER 38 /* bytes of a name's descriptor before the name */

enum { IS_DIR = 2, IS_DELETED = 4, IS_PARENT = 8 };

struct walk {
	struct udf_volume volume;
	struct fsindex *fs;
	const struct selection *wanted;
	struct udf_address *at; /* each node's entry, for directories, which are read later */
	size_t at_size;
	struct udf_entry entry;      /* the last one read; its array is reused */
	struct udf_pieces directory; /* of the directory being read */
	enum fsindex_result result;  /* FSINDEX_OK: go on */
};

/* A name in a directory (4/14.4). */
struct name {
	uint8_t flags;
	struct udf_address at;
	char text[NAME_SIZE];
	size_t text_len;
	uint64_t len; /* of its descriptor */
};

static void
udf_fault(struct walk *w, uint32_t node, const char *why)
{
	if (!fsindex_add_fault(w->fs, node, why))
		w->result = FSINDEX_MEMORY;
}

/* ---- nodes ----------------------------------------------------------------------------- */

static bool
remember(struct walk *w, struct udf_address at)
{
	size_t n = w->fs->nodes - 1;

	if (n >= w->at_size) {
		size_t size = w->at_size ? w->at_size * 2 : 256;
		struct udf_address *bigger = reallocarray(w->at, size, sizeof(*bigger));

		if (!bigger)
			return false;
		w->at = bigger;
		w->at_size = size;
	}
	w->at[n] = at;
	return true;
}

static enum fsindex_kind
kind_of(uint8_t type)
{
	switch (type) {
	case UDF_DIRECTORY:
		return FSINDEX_DIR;
	case UDF_FILE:
	case UDF_REALTIME:
	case 0: /* "not specified" */
		return FSINDEX_FILE;
	case UDF_LINK:
		return FSINDEX_SYMLINK;
	default:
		return FSINDEX_OTHER;
	}
}

/* Reads a link's target.  Each part has a kind, a length and a name (4/14.16). */
static bool
udf_read_link(struct walk *w, char out[LINK_SIZE])
{
	uint8_t bytes[BLOCKCACHE_MAX] = { 0 };
	size_t size = w->entry.size < sizeof(bytes) ? (size_t)w->entry.size : sizeof(bytes), len = 0;
	struct rd r = rd_open(bytes, size);

	out[0] = '\0';
	if (!udf_bytes(w->volume.space.cache, &w->entry.pieces, 0, bytes, size))
		return false;
	while (rd_left(&r) >= 4) {
		uint8_t kind = rd_u8(&r), n = rd_u8(&r);
		char part[NAME_SIZE] = "";
		const uint8_t *name;

		rd_take(&r, 2);
		name = rd_take(&r, n);
		if (r.bad)
			return false;
		if (kind == 3 || kind == 4)
			memcpy(part, kind == 3 ? ".." : ".", (size_t)(6 - kind));
		else if (kind == 5)
			udf_text(name, n, part, sizeof(part));
		if (len + strlen(part) + 2 > LINK_SIZE)
			return false;
		if (kind == 2 || (len > 0 && out[len - 1] != '/'))
			out[len++] = '/';
		memcpy(out + len, part, strlen(part) + 1);
		len += strlen(part);
	}
	return true;
}

/* Adds what a name stands for. */
static void
udf_take_name(struct walk *w, uint32_t dir, const struct name *name)
{
	struct fsindex_name named = { name->text, name->text_len, NULL };
	struct fsindex_node n = { .parent = dir };
	const struct udf_entry *e = &w->entry;
	char path[FSINDEX_PATH], link[LINK_SIZE];
	const char *why;

	if (name->flags & (IS_DELETED | IS_PARENT))
		return;
	/* Reading an entry costs a block, and for a URL maybe a request: skip what
	 * nobody wants. */
	if (w->wanted && !(name->flags & IS_DIR) && fsindex_join(w->fs, dir, &named, path) &&
	    !selection_wants(w->wanted, path))
		return;
	w->entry = (struct udf_entry){ .pieces = w->entry.pieces };
	why = udf_entry_read(&w->volume.space, name->at, &w->entry);
	n.kind = (uint8_t)(name->flags & IS_DIR ? FSINDEX_DIR : kind_of(e->type));
	n.mode = e->mode;
	n.has_mtime = e->has_mtime;
	n.mtime = e->mtime;
	n.mtime_ns = e->mtime_ns;
	n.size = n.kind == FSINDEX_FILE ? e->size : 0;
	n.broken = why != NULL;
	if (n.kind == FSINDEX_SYMLINK) {
		named.link = link;
		n.broken = !udf_read_link(w, link) || n.broken;
	}
	if (!fsindex_add(w->fs, &n, &named) || !remember(w, name->at)) {
		w->result = FSINDEX_MEMORY;
		return;
	}
	for (size_t i = 0; n.kind == FSINDEX_FILE && i < e->pieces.n; i++)
		if (!fsindex_extend(w->fs, e->pieces.e[i].at, e->pieces.e[i].len))
			w->result = FSINDEX_MEMORY;
	if (why)
		udf_fault(w, (uint32_t)w->fs->nodes - 1, why);
}

/* ---- directories ----------------------------------------------------------------------------- */

static bool
udf_read_name(const struct walk *w, uint64_t at, struct name *out)
{
	uint8_t head[IDENTIFIER] = { 0 }, text[255];
	struct blockcache *cache = w->volume.space.cache;
	struct rd r = rd_open(head, sizeof(head));
	uint8_t text_len;
	uint16_t use_len;

	if (!udf_bytes(cache, &w->directory, at, head, sizeof(head)))
		return false;
	if (rd_le16(&r) != UDF_NAME)
		return false;
	rd_take(&r, 16);
	out->flags = rd_u8(&r);
	text_len = rd_u8(&r);
	out->at = udf_long_ad(&r).at;
	use_len = rd_le16(&r);
	out->len = (IDENTIFIER + (uint64_t)use_len + text_len + 3) & ~(uint64_t)3;
	if (!udf_bytes(cache, &w->directory, at + IDENTIFIER + use_len, text, text_len))
		return false;
	out->text_len = udf_text(text, text_len, out->text, sizeof(out->text));
	return true;
}

static void
udf_read_dir(struct walk *w, uint32_t dir)
{
	struct udf_entry *e = &w->entry;
	const char *why;
	uint64_t at = 0, size;
	struct name name;

	*e = (struct udf_entry){ .pieces = e->pieces };
	why = udf_entry_read(&w->volume.space, w->at[dir], e);
	if (!why && e->type != UDF_DIRECTORY)
		why = "it is none";
	if (!why && !fsindex_enter(w->fs, e->where))
		why = "it is inside itself";
	if (!why && !blockcache_spend(w->volume.space.cache, e->size))
		why = "its length makes no sense";
	if (why) {
		udf_fault(w, dir, why);
		return;
	}
	size = e->size;
	w->directory = e->pieces;
	e->pieces = (struct udf_pieces){ 0 };
	while (at + IDENTIFIER <= size && w->result == FSINDEX_OK) {
		if (!udf_read_name(w, at, &name)) {
			udf_fault(w, dir, "one of its names is damaged");
			break;
		}
		udf_take_name(w, dir, &name);
		at += name.len;
	}
	free(w->directory.e);
}

enum fsindex_result
udf_read(struct blockcache *cache, const struct selection *wanted, struct fsindex *fs)
{
	struct walk w = { .fs = fs, .wanted = wanted };
	const char *why = NULL;
	char path[FSINDEX_PATH];
	enum fsindex_result found = udf_volume_find(cache, &w.volume, &why);

	if (found == FSINDEX_BROKEN && !fsindex_add_fault(fs, FSINDEX_ROOT, why))
		return FSINDEX_MEMORY;
	if (found != FSINDEX_OK)
		return found;
	memcpy(fs->label, w.volume.label, sizeof(fs->label));
	if (!remember(&w, w.volume.root))
		w.result = FSINDEX_MEMORY;
	/* Directories in the order in which they are found. */
	for (uint32_t i = 0; i < fs->nodes && w.result == FSINDEX_OK; i++) {
		if (fs->node[i].kind != FSINDEX_DIR || fs->node[i].broken)
			continue;
		if (!fsindex_path(fs, i, path))
			udf_fault(&w, i, "its path is too long");
		else if (i == FSINDEX_ROOT || selection_enters(wanted, path))
			udf_read_dir(&w, i);
	}
	udf_space_free(&w.volume.space);
	free(w.entry.pieces.e);
	free(w.at);
	if (w.result == FSINDEX_OK && fs->faults > 0 && fs->nodes == 1)
		return FSINDEX_BROKEN;
	return w.result;
}
