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
take_piece(struct job *j, struct sink *s, const void *bytes, size_t len, uint64_t offset)
{
	size_t n = s->peek - s->peeked;

	if (s->peeked < s->peek && offset == s->peeked) {
		if (n > len)
			n = len;
		memcpy(s->head + s->peeked, bytes, n);
		s->peeked += n;
	}
	j->bytes += len;
}

static void
complain_bytes(struct job *j, const struct reader *r, enum reader_result got, const char *path)
{
	if (got == READER_DAMAGED && reader_has_places(r))
		complain_damage(j, r, path);
	else
		complain_reader(j, r, path);
}

/* Reads a member's data as far as anyone wants it.  False when the file that
 * is being written is no good. */
static bool
pump(struct job *j, struct reader *r, const struct reader_entry *e, const char *path, struct sink *s)
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
		take_piece(j, s, bytes, len, offset);
		if (s->write && (wrote = tree_write(j->tree, bytes, len, offset)) != TREE_OK)
			break;
		end = offset + len;
		job_progress(j);
	}
	if (wrote != TREE_OK) {
		complain_tree(j, wrote, path);
		return false;
	}
	if (got == READER_OK)
		return true;
	if (got != READER_END) {
		complain_bytes(j, r, got, path);
		return false;
	}
	if (offset > end)
		end = offset; /* a hole at the end */
	if (e->has_size && end != e->size) {
		char q[QUOTED];

		job_complain(j, EXIT_SYSTEM, "%s: %s is damaged: it has %llu bytes and should have %llu", j->o->name,
		    log_quote_str(path, q, sizeof(q)), (unsigned long long)end, (unsigned long long)e->size);
		return false;
	}
	return true;
}

/* One piece: by the kernel where it can, else through memory. */
static enum tree_result
copy_piece(struct job *j, const struct reader_place *p)
{
	int from = j->by_hand ? -1 : source_fd(j->source);
	enum tree_result wrote = from < 0 ? TREE_ELSEWHERE : tree_copy(j->tree, p, from);
	const void *bytes;
	uint64_t done = 0;

	if (wrote != TREE_ELSEWHERE)
		return wrote;
	j->by_hand = true;
	if (source_seek(j->source, p->at) < 0)
		return TREE_CUT;
	for (wrote = TREE_OK; done < p->len && wrote == TREE_OK;) {
		ssize_t n = source_read(j->source, &bytes);

		if (n <= 0)
			return n < 0 ? TREE_UNREAD : TREE_CUT;
		if ((uint64_t)n > p->len - done)
			n = (ssize_t)(p->len - done);
		wrote = tree_write(j->tree, bytes, (size_t)n, p->offset + done);
		done += (uint64_t)n;
	}
	return wrote;
}

/* A member that is pieces of the image as they are, into the tree's file. */
static bool
copy_places(struct job *j, struct reader *r, const char *path)
{
	enum reader_result got;
	enum tree_result wrote = TREE_OK;
	struct reader_place p;

	while ((got = reader_place(r, &p)) == READER_OK && wrote == TREE_OK) {
		uint64_t end = p.at + p.len;

		for (; p.at < end && wrote == TREE_OK; p.at += p.len, p.offset += p.len) {
			p.len = end - p.at < COPY_STEP ? end - p.at : COPY_STEP;
			if (j->o->interrupted && j->o->interrupted())
				wrote = TREE_UNREAD;
			else
				wrote = copy_piece(j, &p);
			if (wrote != TREE_OK)
				break; /* errno is of this one */
			j->bytes += p.len;
			job_progress(j);
		}
	}
	if (wrote == TREE_UNREAD)
		complain_source(j, path);
	else if (wrote != TREE_OK)
		complain_tree(j, wrote, path);
	else if (got != READER_END)
		complain_bytes(j, r, got, path);
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
take_file(struct job *j, struct reader *r, const struct reader_entry *e, const char *path, struct sink *s)
{
	struct tree_meta meta = meta_of(e);
	enum tree_result there = TREE_OK;
	bool fine;

	source_expect(j->source, e->run);
	j->doing = path;
	if (s->write)
		there = tree_begin(j->tree, path, &meta);
	s->write = s->write && there == TREE_OK;
	fine = s->write && s->peek == 0 && reader_has_places(r) ? copy_places(j, r, path) : pump(j, r, e, path, s);
	if (s->write && !fine)
		tree_drop(j->tree);
	else if (s->write)
		there = tree_end(j->tree);
	source_expect(j->source, 0);
	j->doing = NULL;
	if (!s->write && !s->read_all)
		j->passed += e->size;
	if (j->tree && fine)
		job_count(j, there, path);
}

static void
make_symlink(struct job *j, const struct reader_entry *e, const char *path)
{
	char q[QUOTED], to[QUOTED];

	if (path_link_inside(path, e->link)) {
		if (j->tree)
			job_count(j, tree_symlink(j->tree, path, e->link), path);
		return;
	}
	job_complain(j, EXIT_NO, "the symbolic link %s leads outside, to %s: left out",
	    log_quote_str(path, q, sizeof(q)), log_quote_str(e->link, to, sizeof(to)));
}

static void
make_hardlink(struct job *j, const struct reader_entry *e, const char *path)
{
	char target[PATH_SIZE], q[QUOTED], to[QUOTED];

	log_quote_str(path, q, sizeof(q));
	log_quote_str(e->link, to, sizeof(to));
	if (path_clean(e->link, target) != PATH_OK) {
		job_complain(j, EXIT_NO, "the hard link %s leads outside, to %s: left out", q, to);
		return;
	}
	if (!j->tree)
		return;
	if (job_picks(j, target)) {
		job_count(j, tree_hardlink(j->tree, path, target), path);
		return;
	}
	if (!source_can_rewind(j->source))
		job_complain(j, EXIT_NO,
		    "%s has the data of %s, which has passed by: ask for that one too, "
		    "or give the image as a file",
		    q, to);
	else if (!job_add_alias(j, target, path))
		complain_tree(j, TREE_FAILED, path);
}

/* False when the folder's file system takes it for a name that was written
 * already: that one would be lost. */
static bool
is_another_name(struct job *j, const char *path)
{
	char q[QUOTED];

	if (!j->tree || casenames_add(&j->names, path) != CASENAMES_CASE)
		return true;
	log_quote_str(path, q, sizeof(q));
	if (tree_folds_case(j->tree)) {
		job_complain(j, EXIT_NO,
		    "%s differs from another name in letters' case alone, which %s does not tell apart: "
		    "left out",
		    q, j->o->dir);
		return false;
	}
	if (j->like_others++ == 0)
		snprintf(j->first_like, sizeof(j->first_like), "%.255s", q);
	return true;
}

static void
extract(struct job *j, struct reader *r, const struct reader_entry *e, const char *path, struct sink *s)
{
	struct tree_meta meta = meta_of(e);
	enum tree_result there;
	char q[QUOTED];

	switch (e->type) {
	case READER_FILE:
		s->write = j->tree != NULL;
		s->read_all = j->o->check;
		take_file(j, r, e, path, s);
		return;
	case READER_DIR:
		there = j->tree ? tree_dir(j->tree, path, &meta) : TREE_OK;
		if (there != TREE_OK)
			complain_tree(j, there, path);
		return;
	case READER_SYMLINK:
		make_symlink(j, e, path);
		return;
	case READER_HARDLINK:
		make_hardlink(j, e, path);
		return;
	case READER_OTHER:
		progress_clear(&j->progress);
		if (!j->o->quiet)
			log_warn("%s is a device, FIFO or socket: left out", log_quote_str(path, q, sizeof(q)));
		return;
	}
}

/* ---- the catalog ------------------------------------------------------------------------ */

static struct catalog_member *
catalogue(struct job *j, struct reader_entry *e, const char *path)
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
	m = catalog_add(j->catalog, path, types[e->type], e->size, e->type == READER_HARDLINK ? link : e->link);
	if (!m) {
		job_give_up(j);
		job_complain(j, EXIT_SYSTEM, "out of memory");
	}
	return m;
}

/* A name that cannot be one inside: reported when it is wanted, and listed as
 * it is. */
static void
refuse_name(struct job *j, const struct reader_entry *e, enum path_result why)
{
	char q[QUOTED];

	if (why == PATH_EMPTY || j->second || !job_picks(j, e->path))
		return;
	if (j->o->list) {
		report_unsafe(e, j->o->json);
		return;
	}
	job_complain(j, EXIT_NO, "the name %s %s: left out", log_quote_str(e->path, q, sizeof(q)),
	    why == PATH_OUTSIDE ? "leads outside" : "is too long");
}

/* Hard links have no size of their own: mostly they repeat the last file. */
static void
settle_size(struct job *j, struct reader_entry *e, const char *path)
{
	if (e->type == READER_FILE) {
		memcpy(j->last_file, path, strlen(path) + 1);
		j->last_size = e->size;
	}
	if (e->type == READER_HARDLINK && strcmp(e->link, j->last_file) == 0) {
		e->size = j->last_size;
		e->has_size = true;
	}
}

static void
take_aliases(struct job *j, struct reader *r, const struct reader_entry *e, const char *path)
{
	struct job_alias *a = e->type == READER_FILE ? job_alias_of(j, path, NULL) : NULL;
	struct sink s = { .write = true };
	const char *first = a ? a->path : NULL;

	if (!a)
		return;
	a->done = true;
	take_file(j, r, e, first, &s);
	while ((a = job_alias_of(j, path, a))) {
		a->done = true;
		job_count(j, tree_hardlink(j->tree, a->path, first), a->path);
	}
}

void
member_take(struct job *j, struct reader *r, struct reader_entry *e)
{
	char path[PATH_SIZE];
	enum path_result clean = path_clean(e->path, path);
	struct sink s = { 0 };
	struct catalog_member *m = NULL;
	uint8_t head[CATALOG_PEEK];
	bool picked;

	j->members++;
	if (clean != PATH_OK) {
		refuse_name(j, e, clean);
		return;
	}
	if (j->second) {
		take_aliases(j, r, e, path);
		return;
	}
	settle_size(j, e, path);
	picked = job_picks(j, path);
	if (j->catalog && (m = catalogue(j, e, path)))
		s.peek = catalog_wants(j->catalog, m);
	s.head = head;
	if (s.peek > CATALOG_PEEK)
		s.peek = CATALOG_PEEK;
	if (j->o->list && picked)
		report_member(e, path, j->o->json);
	if ((j->o->dir || j->o->check) && picked && (e->type == READER_DIR || is_another_name(j, path)))
		extract(j, r, e, path, &s);
	else if (s.peek > 0)
		pump(j, r, e, path, &s);
	if (m && s.peek > 0 && !catalog_peeked(j->catalog, m, s.head, s.peeked))
		job_give_up(j);
}
