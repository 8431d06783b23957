#include "extract.h"

#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "path.h"
#include "report.h"

#define QUOTED 512
#define COPY_STEP 8388608 /* bytes between two looks at the clock and for a signal */

/* ---- one member ---------------------------------------------------------------------- */

/* Where a member's data goes. */
struct sink {
	bool write;          /* to the tree's open file */
	bool read_all;       /* -n: read it, to see that it can be */
	size_t peek, peeked; /* wanted and got for the catalog */
	uint8_t *head;       /* room for CATALOG_PEEK bytes */
};

static void
take_piece(struct run *run, struct sink *s, const void *bytes, size_t len, uint64_t offset)
{
	size_t n = s->peek - s->peeked;

	if (s->peeked < s->peek && offset == s->peeked) {
		if (n > len)
			n = len;
		memcpy(s->head + s->peeked, bytes, n);
		s->peeked += n;
	}
	run->bytes += len;
}

static void
diag_bytes(struct run *run, const struct reader *r, enum reader_result got, const char *path)
{
	if (got == READER_DAMAGED && reader_has_places(r))
		diag_damage(run, r, path);
	else
		diag_reader(run, r, path);
}

/* Reads a member's data as far as anyone wants it.  False when the file that
 * is being written is no good. */
static bool
pump(struct run *run, struct reader *r, const struct reader_entry *e, const char *path, struct sink *s)
{
	enum reader_result got = READER_OK;
	enum tree_result wrote = TREE_OK;
	const void *bytes;
	uint64_t offset = 0, end = 0;
	size_t len;

	while (s->write || s->read_all || s->peeked < s->peek) {
		got = reader_data(r, &bytes, &len, &offset);
		if (got != READER_OK)
			break;
		take_piece(run, s, bytes, len, offset);
		if (s->write && (wrote = tree_write(run->tree, bytes, len, offset)) != TREE_OK)
			break;
		end = offset + len;
		run_progress(run);
	}
	if (wrote != TREE_OK) {
		diag_tree(run, wrote, path);
		return false;
	}
	if (got == READER_OK)
		return true;
	if (got != READER_END) {
		diag_bytes(run, r, got, path);
		return false;
	}
	if (offset > end)
		end = offset; /* a hole at the end */
	if (e->has_size && end != e->size) {
		char q[QUOTED];

		diag_error(run, EXIT_SYSTEM, "%s: %s is damaged: it has %llu bytes and should have %llu", run->o->name,
		    log_quote_str(path, q, sizeof(q)), (unsigned long long)end, (unsigned long long)e->size);
		return false;
	}
	return true;
}

/* One piece: by the kernel where it can, else through memory. */
static enum tree_result
copy_piece(struct run *run, const struct reader_place *p)
{
	int from = run->by_hand ? -1 : source_fd(run->source);
	enum tree_result wrote = from < 0 ? TREE_ELSEWHERE : tree_copy(run->tree, p, from);
	const void *bytes;
	uint64_t done = 0;

	if (wrote != TREE_ELSEWHERE)
		return wrote;
	run->by_hand = true;
	if (source_seek(run->source, p->at) < 0)
		return TREE_CUT;
	for (wrote = TREE_OK; done < p->len && wrote == TREE_OK;) {
		ssize_t n = source_read(run->source, &bytes);

		if (n <= 0)
			return n < 0 ? TREE_UNREAD : TREE_CUT;
		if ((uint64_t)n > p->len - done)
			n = (ssize_t)(p->len - done);
		wrote = tree_write(run->tree, bytes, (size_t)n, p->offset + done);
		done += (uint64_t)n;
	}
	return wrote;
}

/* A member that is pieces of the image as they are, into the tree's file. */
static bool
copy_places(struct run *run, struct reader *r, const char *path)
{
	enum reader_result got;
	enum tree_result wrote = TREE_OK;
	struct reader_place p;

	while ((got = reader_place(r, &p)) == READER_OK && wrote == TREE_OK) {
		uint64_t end = p.at + p.len;

		for (; p.at < end && wrote == TREE_OK; p.at += p.len, p.offset += p.len) {
			p.len = end - p.at < COPY_STEP ? end - p.at : COPY_STEP;
			if (run->o->interrupted && run->o->interrupted())
				wrote = TREE_UNREAD;
			else
				wrote = copy_piece(run, &p);
			if (wrote != TREE_OK)
				break; /* errno is of this one */
			run->bytes += p.len;
			run_progress(run);
		}
	}
	if (wrote == TREE_UNREAD)
		diag_source(run, path);
	else if (wrote != TREE_OK)
		diag_tree(run, wrote, path);
	else if (got != READER_END)
		diag_bytes(run, r, got, path);
	return wrote == TREE_OK && got == READER_END;
}

static struct tree_meta
meta_of(const struct reader_entry *e)
{
	return (struct tree_meta){
		.mode = e->mode, .has_mtime = e->has_mtime, .mtime = e->mtime, .size = e->size, .has_size = e->has_size
	};
}

/* A regular file's data: into the tree under `path`, and into s. */
static void
take_file(struct run *run, struct reader *r, const struct reader_entry *e, const char *path, struct sink *s)
{
	struct tree_meta meta = meta_of(e);
	enum tree_result there = TREE_OK;
	bool fine;

	source_expect(run->source, e->run);
	run->doing = path;
	if (s->write)
		there = tree_begin(run->tree, path, &meta);
	s->write = s->write && there == TREE_OK;
	fine = s->write && s->peek == 0 && reader_has_places(r) ? copy_places(run, r, path) : pump(run, r, e, path, s);
	if (s->write && !fine)
		tree_drop(run->tree);
	else if (s->write)
		there = tree_end(run->tree);
	source_expect(run->source, 0);
	run->doing = NULL;
	if (!s->write && !s->read_all)
		run->passed += e->size;
	if (run->tree && fine)
		run_count(run, there, path);
}

static void
make_symlink(struct run *run, const struct reader_entry *e, const char *path)
{
	char q[QUOTED], to[QUOTED];

	if (path_link_inside(path, e->link)) {
		if (run->tree)
			run_count(run, tree_symlink(run->tree, path, e->link), path);
		return;
	}
	diag_error(run, EXIT_NO, "the symbolic link %s leads outside, to %s: left out",
	    log_quote_str(path, q, sizeof(q)), log_quote_str(e->link, to, sizeof(to)));
}

static void
make_hardlink(struct run *run, const struct reader_entry *e, const char *path)
{
	char target[PATH_SIZE], q[QUOTED], to[QUOTED];

	log_quote_str(path, q, sizeof(q));
	log_quote_str(e->link, to, sizeof(to));
	if (path_clean(e->link, target) != PATH_OK) {
		diag_error(run, EXIT_NO, "the hard link %s leads outside, to %s: left out", q, to);
		return;
	}
	if (!run->tree)
		return;
	if (run_picks(run, target)) {
		run_count(run, tree_hardlink(run->tree, path, target), path);
		return;
	}
	if (!source_can_rewind(run->source))
		diag_error(run, EXIT_NO,
		    "%s has the data of %s, which has passed by: ask for that one too, "
		    "or give the image as a file",
		    q, to);
	else if (!run_add_alias(run, target, path))
		diag_tree(run, TREE_FAILED, path);
}

/* False when the folder's file system takes it for a name that was written
 * already: that one would be lost. */
static bool
is_another_name(struct run *run, const char *path)
{
	char q[QUOTED];

	if (!run->tree || casenames_add(&run->names, path) != CASENAMES_CASE)
		return true;
	log_quote_str(path, q, sizeof(q));
	if (tree_folds_case(run->tree)) {
		diag_error(run, EXIT_NO,
		    "%s differs from another name in letters' case alone, which %s does not tell apart: "
		    "left out",
		    q, run->o->dir);
		return false;
	}
	if (run->like_others++ == 0)
		snprintf(run->first_like, sizeof(run->first_like), "%.255s", q);
	return true;
}

static void
extract(struct run *run, struct reader *r, const struct reader_entry *e, const char *path, struct sink *s)
{
	struct tree_meta meta = meta_of(e);
	enum tree_result there;
	char q[QUOTED];

	switch (e->type) {
	case READER_FILE:
		s->write = run->tree != NULL;
		s->read_all = run->o->check;
		take_file(run, r, e, path, s);
		return;
	case READER_DIR:
		there = run->tree ? tree_dir(run->tree, path, &meta) : TREE_OK;
		if (there != TREE_OK)
			diag_tree(run, there, path);
		return;
	case READER_SYMLINK:
		make_symlink(run, e, path);
		return;
	case READER_HARDLINK:
		make_hardlink(run, e, path);
		return;
	case READER_OTHER:
		progress_clear(&run->progress);
		if (!run->o->quiet)
			log_warn("%s is a device, FIFO or socket: left out", log_quote_str(path, q, sizeof(q)));
		return;
	}
}

/* ---- the catalog ------------------------------------------------------------------------ */

static struct catalog_member *
catalogue(struct run *run, struct reader_entry *e, const char *path)
{
	static const enum catalog_type types[] = { [READER_FILE] = CATALOG_FILE,
		[READER_DIR] = CATALOG_DIR,
		[READER_SYMLINK] = CATALOG_LINK,
		[READER_HARDLINK] = CATALOG_LINK };
	char link[PATH_SIZE + 1];
	struct catalog_member *m;

	if (e->type == READER_OTHER)
		return NULL;
	/* A hard link's target is a path from the root; as a symbolic link it
	 * has to climb there first. */
	if (e->type == READER_HARDLINK) {
		size_t len = 0;

		for (const char *p = path; (p = strchr(p, '/')) && len + 4 < sizeof(link); p++, len += 3)
			memcpy(link + len, "../", 3);
		snprintf(link + len, sizeof(link) - len, "%s", e->link);
	}
	m = catalog_add(run->catalog, path, types[e->type], e->size, e->type == READER_HARDLINK ? link : e->link);
	if (!m) {
		run_give_up(run);
		diag_error(run, EXIT_SYSTEM, "out of memory");
	}
	return m;
}

/* A name that cannot be one inside: reported when it is wanted, and listed as
 * it is. */
static void
refuse_name(struct run *run, const struct reader_entry *e, enum path_result why)
{
	char q[QUOTED];

	if (why == PATH_EMPTY || run->second || !run_picks(run, e->path))
		return;
	if (run->o->list) {
		report_unsafe(e, run->o->json);
		return;
	}
	diag_error(run, EXIT_NO, "the name %s %s: left out", log_quote_str(e->path, q, sizeof(q)),
	    why == PATH_OUTSIDE ? "leads outside" : "is too long");
}

/* Hard links have no size of their own: mostly they repeat the last file. */
static void
settle_size(struct run *run, struct reader_entry *e, const char *path)
{
	if (e->type == READER_FILE) {
		memcpy(run->last_file, path, strlen(path) + 1);
		run->last_size = e->size;
	}
	if (e->type == READER_HARDLINK && strcmp(e->link, run->last_file) == 0) {
		e->size = run->last_size;
		e->has_size = true;
	}
}

static void
take_aliases(struct run *run, struct reader *r, const struct reader_entry *e, const char *path)
{
	struct run_alias *a = e->type == READER_FILE ? run_alias_of(run, path, NULL) : NULL;
	struct sink s = { .write = true };
	const char *first = a ? a->path : NULL;

	if (!a)
		return;
	a->done = true;
	take_file(run, r, e, first, &s);
	while ((a = run_alias_of(run, path, a))) {
		a->done = true;
		run_count(run, tree_hardlink(run->tree, a->path, first), a->path);
	}
}

void
extract_member(struct run *run, struct reader *r, struct reader_entry *e)
{
	char path[PATH_SIZE];
	enum path_result clean = path_clean(e->path, path);
	struct sink s = { 0 };
	struct catalog_member *m = NULL;
	uint8_t head[CATALOG_PEEK];
	bool picked;

	run->members++;
	if (clean != PATH_OK) {
		refuse_name(run, e, clean);
		return;
	}
	if (run->second) {
		take_aliases(run, r, e, path);
		return;
	}
	settle_size(run, e, path);
	picked = run_picks(run, path);
	if (run->catalog && (m = catalogue(run, e, path)))
		s.peek = catalog_wants(run->catalog, m);
	s.head = head;
	if (s.peek > CATALOG_PEEK)
		s.peek = CATALOG_PEEK;
	if (run->o->list && picked)
		report_member(e, path, run->o->json);
	if ((run->o->dir || run->o->check) && picked && (e->type == READER_DIR || is_another_name(run, path)))
		extract(run, r, e, path, &s);
	else if (s.peek > 0)
		pump(run, r, e, path, &s);
	if (m && s.peek > 0 && !catalog_peeked(run->catalog, m, s.head, s.peeked))
		run_give_up(run);
}
