#include "fsreader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blockcache.h"
#include "iso.h"
#include "isodir.h"
#include "udf.h"

#define NOTHING UINT32_MAX
#define RUN_GAP 32768 /* between two files that are still read in one go */

struct volread {
	struct source *source;
	struct volume volume;
	uint32_t *order;
	size_t n, next, next_fault;
	uint32_t node;             /* the current member */
	uint32_t piece;            /* of it, next */
	uint64_t offset, in_piece; /* of the next byte */
	char path[VOLUME_PATH], first[VOLUME_PATH];
	uint32_t first_node; /* the file whose name is in `first` */
	uint64_t run_end;    /* as far as the last run went */
	bool told;           /* a broken file was tried */
	char why[VOLUME_PATH + 128];
};

static ssize_t
on_read(void *context, uint64_t at, void *out, size_t len)
{
	return source_at(context, at, out, len);
}

/* ---- choosing the file system --------------------------------------------------------- */

struct choice {
	enum volume_result udf, iso;
	bool rich; /* ISO 9660 with Rock Ridge */
	struct volume of_udf, of_iso;
};

/* Images with both mostly say the same twice.  Windows media have one README
 * in ISO 9660, and files over 4 GiB may be cut there: whichever has more bytes
 * is the real one.  With as many, Rock Ridge knows links and modes, and UDF
 * knows whole names. */
static bool
takes_udf(const struct choice *c)
{
	bool iso = c->iso == VOLUME_OK || c->iso == VOLUME_UNFIT;

	if (c->udf != VOLUME_OK || !iso)
		return c->udf == VOLUME_OK;
	if (c->of_udf.bytes != c->of_iso.bytes)
		return c->of_udf.bytes > c->of_iso.bytes;
	return !c->rich || c->of_udf.nodes > c->of_iso.nodes;
}

static const char *
fault_of(const struct choice *c)
{
	if (c->udf == VOLUME_MEMORY || c->iso == VOLUME_MEMORY)
		return "it has more names than there is memory for";
	if (c->udf == VOLUME_BROKEN)
		return c->of_udf.fault[0].why;
	return c->iso == VOLUME_BROKEN ? c->of_iso.fault[0].why : NULL;
}

static bool
choose(struct source *s, const struct volume_filter *f, struct volume *out, const char **fault)
{
	const struct disc_source from = { on_read, s, source_size(s) };
	struct disc *d = disc_new(&from);
	struct choice c = { .udf = VOLUME_MEMORY, .iso = VOLUME_MEMORY };
	bool udf, found;

	if (d && volume_init(&c.of_udf))
		c.udf = udf_read(d, f, &c.of_udf);
	if (d && volume_init(&c.of_iso)) {
		disc_renew(d);
		c.iso = isodir_read(d, f, &c.of_iso, &c.rich);
	}
	disc_free(d);
	udf = takes_udf(&c);
	found = udf || c.iso == VOLUME_OK;
	*fault = found || c.iso == VOLUME_UNFIT ? NULL : fault_of(&c);
	if (source_is_remote(s) && *source_error(s)) { /* half of the folders is no answer */
		found = false;
		*fault = source_error(s);
	}
	*out = udf ? c.of_udf : c.of_iso;
	volume_free(udf ? &c.of_iso : &c.of_udf);
	if (!found)
		volume_free(out);
	return found;
}

struct volread *
volread_open(struct source *s, const struct volume_filter *f, const char **fault)
{
	struct volread *r;
	struct iso iso;
	size_t len;
	const void *head = source_head(s, &len);

	*fault = NULL;
	iso_identify(head, len, &iso);
	if (!source_seekable(s) || (!iso.udf && !iso.iso9660))
		return NULL;
	r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->source = s;
	r->node = r->first_node = NOTHING;
	if (choose(s, f, &r->volume, fault) && (r->order = volume_order(&r->volume, &r->n)))
		return r;
	volread_close(r);
	return NULL;
}

void
volread_close(struct volread *r)
{
	if (!r)
		return;
	volume_free(&r->volume);
	free(r->order);
	free(r);
}

/* ---- members ----------------------------------------------------------------------------- */

static bool
is_dir(const struct volread *r, uint32_t node)
{
	return r->volume.node[node].kind == VOLUME_DIR;
}

/* What could not be read, when everything else has been given; not files that
 * somebody has tried to read. */
static enum reader_result
give_fault(struct volread *r)
{
	const struct volume_fault *f;

	while (r->told && r->next_fault < r->volume.faults && !is_dir(r, r->volume.fault[r->next_fault].node))
		r->next_fault++;
	if (r->next_fault == r->volume.faults)
		return READER_END;
	f = &r->volume.fault[r->next_fault++];
	if (!volume_path(&r->volume, f->node, r->path))
		memcpy(r->path, "...", 4);
	snprintf(r->why, sizeof(r->why), "%s /%s is damaged: %s", is_dir(r, f->node) ? "the folder" : "the file",
	    r->path, f->why);
	return READER_DAMAGED;
}

/* How far files that lie behind each other go on from here. */
static uint64_t
run_from(struct volread *r, size_t i)
{
	const struct volume *v = &r->volume;
	uint64_t start = volume_place(v, r->order[i]), end = start;

	if (start < r->run_end)
		return r->run_end - start;
	for (; i < r->n && end - start < SOURCE_RUN; i++) {
		const struct volume_node *n = &v->node[r->order[i]];

		if (n->extents != 1 || v->extent[n->first].at > end + RUN_GAP)
			break;
		if (v->extent[n->first].at + v->extent[n->first].len > end)
			end = v->extent[n->first].at + v->extent[n->first].len;
	}
	r->run_end = end;
	return end - start;
}

/* Two names with the same place are one file. */
static bool
is_same_file(const struct volread *r, uint32_t a, uint32_t b)
{
	const struct volume_node *x, *y;

	if (a == NOTHING || volume_place(&r->volume, a) == VOLUME_HOLE)
		return false;
	x = &r->volume.node[a];
	y = &r->volume.node[b];
	return x->size == y->size && x->extents == y->extents &&
	    volume_place(&r->volume, a) == volume_place(&r->volume, b);
}

static void
describe_file(struct volread *r, struct reader_entry *e)
{
	if (is_same_file(r, r->first_node, r->node)) {
		e->type = READER_HARDLINK;
		e->link = r->first;
		return;
	}
	r->first_node = r->node;
	memcpy(r->first, r->path, strlen(r->path) + 1);
	e->run = run_from(r, r->next - 1);
	if (e->run < e->size)
		e->run = e->size;
}

enum reader_result
volread_next(struct volread *r, struct reader_entry *e)
{
	static const enum reader_type types[] = { [VOLUME_FILE] = READER_FILE,
		[VOLUME_DIR] = READER_DIR,
		[VOLUME_SYMLINK] = READER_SYMLINK,
		[VOLUME_OTHER] = READER_OTHER };
	const struct volume_node *n;

	if (r->next == r->n)
		return give_fault(r);
	r->node = r->order[r->next++];
	r->piece = 0;
	r->offset = r->in_piece = 0;
	n = &r->volume.node[r->node];
	volume_path(&r->volume, r->node, r->path);
	*e = (struct reader_entry){ .path = r->path,
		.type = types[n->kind],
		.size = n->size,
		.has_size = true,
		.mode = n->mode,
		.has_mtime = n->has_mtime,
		.mtime = { n->mtime, n->mtime_ns },
		.link = n->link ? r->volume.text + n->link : NULL };
	if (n->kind == VOLUME_SYMLINK && !e->link)
		e->link = "";
	if (n->kind == VOLUME_FILE)
		describe_file(r, e);
	return READER_OK;
}

static enum reader_result
damaged(struct volread *r, const char *why)
{
	snprintf(r->why, sizeof(r->why), "%s", why);
	return READER_DAMAGED;
}

/* A disk's bad place is one file's; a server that has been tried again and
 * again is every file's. */
static enum reader_result
unread(struct volread *r)
{
	enum reader_result result = damaged(r, source_error(r->source));

	return source_is_remote(r->source) ? READER_FATAL : result;
}

static const char *
why_broken(const struct volread *r)
{
	for (size_t i = 0; i < r->volume.faults; i++)
		if (r->volume.fault[i].node == r->node)
			return r->volume.fault[i].why;
	return "what describes it is damaged";
}

enum reader_result
volread_place(struct volread *r, struct reader_place *out)
{
	const struct volume_node *n = &r->volume.node[r->node];

	if (n->broken) {
		r->told = true;
		return damaged(r, why_broken(r));
	}
	while (r->piece < n->extents) {
		const struct volume_extent *e = &r->volume.extent[n->first + r->piece++];
		uint64_t from = r->in_piece, size = source_size(r->source);

		r->in_piece = 0;
		*out = (struct reader_place){ e->at + from, e->len - from, r->offset };
		r->offset += e->len - from;
		if (e->at == VOLUME_HOLE)
			continue;
		if (e->at > size || size - e->at < e->len)
			return damaged(r, "the image ends before it does");
		return READER_OK;
	}
	out->offset = r->offset;
	return READER_END;
}

enum reader_result
volread_data(struct volread *r, const void **bytes, size_t *len, uint64_t *offset)
{
	struct reader_place p;
	enum reader_result result = volread_place(r, &p);
	ssize_t n;

	if (result != READER_DAMAGED)
		*offset = p.offset;
	if (result != READER_OK)
		return result;
	if (source_seek(r->source, p.at) < 0)
		return damaged(r, "the image ends before it does");
	n = source_read(r->source, bytes);
	if (n < 0)
		return unread(r);
	if (n == 0)
		return damaged(r, "the image ends before it does");
	*len = (uint64_t)n < p.len ? (size_t)n : (size_t)p.len;
	if (*len < p.len) { /* the rest of this piece comes next */
		r->piece--;
		r->in_piece = r->volume.extent[r->volume.node[r->node].first + r->piece].len - (p.len - *len);
		r->offset = p.offset + *len;
	}
	return READER_OK;
}

const char *
volread_label(const struct volread *r)
{
	return r->volume.label;
}

uint64_t
volread_bytes(const struct volread *r)
{
	return r->volume.bytes;
}

const char *
volread_why(const struct volread *r)
{
	return r->why;
}
