#include "extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archivereader.h"
#include "clock.h"
#include "diag.h"
#include "dirreader.h"
#include "extents.h"
#include "fsreader.h"
#include "path.h"
#include "report.h"

#define COPY_STEP 8388608 /* bytes between two checks of the clock and for a signal */

/* A hard link that was picked, to a file that was not: the second pass fetches
 * its data. */
struct alias {
	char *target, *path;
	bool done;
};

struct extract {
	struct run *run;
	struct output *output;
	struct catalog *catalog;
	struct reader *reader;
	bool second;   /* pass */
	bool no_kcopy; /* the kernel cannot copy between source and directory */
	uint64_t members;
	struct alias *alias;
	size_t aliases;
	char last_file[PATH_SIZE]; /* the last file seen: most hard links are to it */
	uint64_t last_size;        /* its size */
	/* For the progress line. */
	const char *doing; /* the member being read; NULL between two */
	uint64_t expected; /* bytes in all; 0: unknown */
	uint64_t passed;   /* bytes of these that need no reading */
	uint64_t bytes;    /* bytes read */
	uint64_t start;    /* source_traffic when the members began */
};

/* Where a member's data goes. */
struct sink {
	bool write;          /* to the tree's open file */
	bool read_all;       /* -n: read it to check it */
	size_t peek, peeked; /* first bytes wanted and got for the catalog */
	uint8_t *head;       /* room for CATALOG_HEAD of them */
};

static void
show_progress(void *context)
{
	struct extract *x = context;
	struct source *source = x->run->source;
	const struct source *root = source_root(source);
	uint64_t done = source_position(root), total = source_size(root);

	if (!x->doing)
		return;
	if (x->expected > 0) { /* reads only what is wanted */
		done = x->passed + (source_is_remote(source) ? source_traffic(source) - x->start : x->bytes);
		total = x->expected;
	}
	progress_show(&x->run->progress, done, total, x->doing, clock_ms());
}

/* ---- data ------------------------------------------------------------------------------- */

static void
diag_data(struct extract *x, enum reader_result got, const char *path)
{
	if (got == READER_DAMAGED && x->reader->apart)
		diag_damage(x->run, x->reader->why, path);
	else
		diag_fatal(x->run, x->reader->why, path);
}

/* Reads as much of a member's data as anyone wants.  False if the file being
 * written is no good. */
static bool
read_data(struct extract *x, const struct reader_entry *e, const char *path, struct sink *s)
{
	enum reader_result got = READER_OK;
	enum tree_result wrote = TREE_OK;
	const void *bytes;
	uint64_t offset = 0, end = 0;
	size_t len;
	char q[RUN_QUOTED];

	while (s->write || s->read_all || s->peeked < s->peek) {
		got = x->reader->data(x->reader, &bytes, &len, &offset);
		if (got != READER_OK)
			break;
		if (s->peeked < s->peek && offset == s->peeked) {
			size_t n = s->peek - s->peeked < len ? s->peek - s->peeked : len;

			memcpy(s->head + s->peeked, bytes, n);
			s->peeked += n;
		}
		x->bytes += len;
		if (s->write && (wrote = tree_write(x->output->tree, bytes, len, offset)) != TREE_OK)
			break;
		end = offset + len;
		show_progress(x);
	}
	if (wrote != TREE_OK) {
		diag_tree(x->run, wrote, path);
		return false;
	}
	if (got == READER_OK)
		return true;
	if (got != READER_END) {
		diag_data(x, got, path);
		return false;
	}
	if (offset > end)
		end = offset; /* a hole at the end */
	if (!e->has_size || end == e->size)
		return true;
	run_error(x->run, EXIT_SYSTEM, "%s: %s is damaged: it has %llu bytes and should have %llu", x->run->o->name,
	    log_quote_str(path, q, sizeof(q)), (unsigned long long)end, (unsigned long long)e->size);
	return false;
}

/* Copies one piece, by the kernel if it can, else through memory. */
static enum tree_result
copy_piece(struct extract *x, const struct reader_place *p)
{
	struct source *source = x->run->source;
	const struct kcopy piece = {
		.from = x->no_kcopy ? -1 : source_fd(source), .at = p->at, .offset = p->offset, .len = (size_t)p->len
	};
	enum tree_result wrote = piece.from < 0 ? TREE_ELSEWHERE : tree_copy(x->output->tree, &piece);
	const void *bytes;
	uint64_t done = 0;

	if (wrote != TREE_ELSEWHERE)
		return wrote;
	x->no_kcopy = true;
	if (source_seek(source, p->at) < 0)
		return TREE_CUT;
	for (wrote = TREE_OK; done < p->len && wrote == TREE_OK;) {
		ssize_t n = source_read(source, &bytes);

		if (n <= 0)
			return n < 0 ? TREE_UNREAD : TREE_CUT;
		if ((uint64_t)n > p->len - done)
			n = (ssize_t)(p->len - done);
		wrote = tree_write(x->output->tree, bytes, (size_t)n, p->offset + done);
		done += (uint64_t)n;
	}
	return wrote;
}

/* Copies a member that lies in the image as it is into the tree's file. */
static bool
copy_places(struct extract *x, const char *path)
{
	enum reader_result got;
	enum tree_result wrote = TREE_OK;
	struct reader_place p;

	while ((got = x->reader->place(x->reader, &p)) == READER_OK && wrote == TREE_OK) {
		uint64_t end = p.at + p.len;

		for (; p.at < end && wrote == TREE_OK; p.at += p.len, p.offset += p.len) {
			p.len = end - p.at < COPY_STEP ? end - p.at : COPY_STEP;
			wrote = run_is_interrupted(x->run) ? TREE_UNREAD : copy_piece(x, &p);
			if (wrote != TREE_OK)
				break; /* keep errno */
			x->bytes += p.len;
			show_progress(x);
		}
	}
	if (wrote == TREE_UNREAD)
		diag_source(x->run, path);
	else if (wrote != TREE_OK)
		diag_tree(x->run, wrote, path);
	else if (got != READER_END)
		diag_data(x, got, path);
	return wrote == TREE_OK && got == READER_END;
}

/* ---- files and links ---------------------------------------------------------------------- */

static struct tree_meta
meta_of(const struct reader_entry *e)
{
	return (struct tree_meta){
		.mode = e->mode, .has_mtime = e->has_mtime, .mtime = e->mtime, .size = e->size, .has_size = e->has_size
	};
}

/* Reads a regular file's data into the tree, as `path`, and into *s. */
static void
extract_file(struct extract *x, const struct reader_entry *e, const char *path, struct sink *s)
{
	struct tree *tree = x->output->tree;
	struct tree_meta meta = meta_of(e);
	enum tree_result there = TREE_OK;
	bool fine;

	source_expect(x->run->source, e->run);
	x->doing = path;
	if (s->write)
		there = tree_begin(tree, path, &meta);
	s->write = s->write && there == TREE_OK;
	if (s->write && s->peek == 0 && x->reader->place && !e->packed)
		fine = copy_places(x, path);
	else
		fine = read_data(x, e, path, s);
	if (s->write && !fine)
		tree_drop(tree);
	else if (s->write)
		there = tree_end(tree);
	source_expect(x->run->source, 0);
	x->doing = NULL;
	if (!s->write && !s->read_all)
		x->passed += e->size;
	if (tree && fine)
		output_count(x->output, there, path);
}

static bool
add_alias(struct extract *x, const char *target, const char *path)
{
	struct alias *more = reallocarray(x->alias, x->aliases + 1, sizeof(*more)), *a;

	if (!more)
		return false;
	x->alias = more;
	a = &more[x->aliases];
	*a = (struct alias){ strdup(target), strdup(path), false };
	if (a->target && a->path) {
		x->aliases++;
		return true;
	}
	free(a->target);
	free(a->path);
	return false;
}

static void
extract_hardlink(struct extract *x, const struct reader_entry *e, const char *path)
{
	char target[PATH_SIZE], q[RUN_QUOTED], to[RUN_QUOTED];

	log_quote_str(path, q, sizeof(q));
	log_quote_str(e->link, to, sizeof(to));
	if (path_clean(e->link, target) != PATH_OK)
		run_error(x->run, EXIT_NO, "the hard link %s leads outside, to %s: left out", q, to);
	else if (!x->output->tree)
		return;
	else if (selection_picks(x->run->selection, target) && extents_have(x->run->only, target))
		output_count(x->output, tree_hardlink(x->output->tree, path, target), path);
	else if (!source_can_rewind(x->run->source))
		run_error(x->run, EXIT_NO,
		    "%s is a hard link to %s, whose data has passed: ask for that one too, "
		    "or give the image as a file",
		    q, to);
	else if (!add_alias(x, target, path))
		diag_tree(x->run, TREE_FAILED, path);
}

/* Writes or checks a member that is picked. */
static void
extract_entry(struct extract *x, const struct reader_entry *e, const char *path, struct sink *s)
{
	struct tree_meta meta = meta_of(e);
	enum tree_result there;
	char q[RUN_QUOTED], to[RUN_QUOTED];

	switch (e->type) {
	case READER_FILE:
		s->write = x->output->tree != NULL;
		s->read_all = x->run->o->check;
		extract_file(x, e, path, s);
		return;
	case READER_DIR:
		there = x->output->tree ? tree_dir(x->output->tree, path, &meta) : TREE_OK;
		if (there != TREE_OK)
			diag_tree(x->run, there, path);
		return;
	case READER_SYMLINK:
		if (!path_link_inside(path, e->link))
			run_error(x->run, EXIT_NO, "the symbolic link %s leads outside, to %s: left out",
			    log_quote_str(path, q, sizeof(q)), log_quote_str(e->link, to, sizeof(to)));
		else if (x->output->tree)
			output_count(x->output, tree_symlink(x->output->tree, path, e->link), path);
		return;
	case READER_HARDLINK:
		extract_hardlink(x, e, path);
		return;
	case READER_OTHER:
		progress_clear(&x->run->progress);
		if (!x->run->o->quiet)
			log_warn("%s is a device, FIFO or socket: left out", log_quote_str(path, q, sizeof(q)));
		return;
	}
}

/* ---- members ------------------------------------------------------------------------------- */

static struct catalog_member *
catalogue(struct extract *x, const struct reader_entry *e, const char *path)
{
	static const enum catalog_type types[] = { [READER_FILE] = CATALOG_FILE,
		[READER_DIR] = CATALOG_DIR,
		[READER_SYMLINK] = CATALOG_LINK,
		[READER_HARDLINK] = CATALOG_LINK };
	char link[PATH_SIZE + 1];
	struct catalog_member *m;

	if (e->type == READER_OTHER)
		return NULL;
	/* A hard link's target is a path from the root: a symbolic link must climb
	 * there first. */
	if (e->type == READER_HARDLINK) {
		size_t len = 0;

		for (const char *p = path; (p = strchr(p, '/')) && len + 4 < sizeof(link); p++, len += 3)
			memcpy(link + len, "../", 3);
		snprintf(link + len, sizeof(link) - len, "%s", e->link);
	}
	m = catalog_add(x->catalog, path, types[e->type], e->size, e->type == READER_HARDLINK ? link : e->link);
	if (!m) {
		run_give_up(x->run);
		run_error(x->run, EXIT_SYSTEM, "out of memory");
	}
	return m;
}

/* A name that leads outside is an error if it is picked; -l shows it as it is. */
static void
refuse_name(struct extract *x, const struct reader_entry *e, enum path_result why)
{
	char q[RUN_QUOTED];

	if (why == PATH_EMPTY || x->second || x->run->only || !selection_picks(x->run->selection, e->path))
		return;
	if (x->run->o->list)
		report_unsafe(e, x->run->o->json);
	else
		run_error(x->run, EXIT_NO, "the name %s %s: left out", log_quote_str(e->path, q, sizeof(q)),
		    why == PATH_OUTSIDE ? "leads outside" : "is too long");
}

static int
compare_aliases(const void *a, const void *b)
{
	const struct alias *x = a, *y = b;
	int order = strcmp(x->target, y->target);

	return order ? order : strcmp(x->path, y->path);
}

/* The first alias, of sorted ones, whose target does not come before this path. */
static size_t
find_alias(const struct extract *x, const char *path)
{
	size_t low = 0, high = x->aliases;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(x->alias[middle].target, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* In the second pass: writes the file under the hard links' names. */
static void
extract_aliases(struct extract *x, const struct reader_entry *e, const char *path)
{
	const char *first = NULL;

	if (e->type != READER_FILE)
		return;
	for (size_t i = find_alias(x, path); i < x->aliases && strcmp(x->alias[i].target, path) == 0; i++) {
		struct alias *a = &x->alias[i];
		struct sink s = { .write = true };

		if (a->done)
			continue;
		a->done = true;
		if (first) {
			output_count(x->output, tree_hardlink(x->output->tree, a->path, first), a->path);
			continue;
		}
		first = a->path;
		extract_file(x, e, first, &s);
	}
}

static void
extract_member(struct extract *x, struct reader_entry *e)
{
	const struct run_options *o = x->run->o;
	char path[PATH_SIZE];
	enum path_result clean = path_clean(e->path, path);
	uint8_t head[CATALOG_HEAD];
	struct sink s = { .head = head };
	struct catalog_member *m = NULL;
	bool picked;

	x->members++;
	if (clean != PATH_OK) {
		refuse_name(x, e, clean);
		return;
	}
	if (x->second) {
		extract_aliases(x, e, path);
		return;
	}
	if (e->type == READER_FILE) {
		memcpy(x->last_file, path, strlen(path) + 1);
		x->last_size = e->size;
	} else if (e->type == READER_HARDLINK && strcmp(e->link, x->last_file) == 0) { /* no size of its own */
		e->size = x->last_size;
		e->has_size = true;
	}
	picked = selection_picks(x->run->selection, path) && extents_have(x->run->only, path);
	if (x->catalog && (m = catalogue(x, e, path)))
		s.peek = catalog_wants(x->catalog, m);
	if (s.peek > CATALOG_HEAD)
		s.peek = CATALOG_HEAD;
	if (o->list && picked)
		report_member(e, path, o->json);
	if ((o->dir || o->check) && picked && (e->type == READER_DIR || output_has_room(x->output, path)))
		extract_entry(x, e, path, &s);
	else if (s.peek > 0)
		read_data(x, e, path, &s);
	if (m && s.peek > 0 && !catalog_peeked(x->catalog, m, s.head, s.peeked))
		run_give_up(x->run);
}

/* ---- passes --------------------------------------------------------------------------------- */

static void
read_members(struct extract *x)
{
	struct reader *r = x->reader;
	enum reader_result got = READER_OK;
	struct reader_entry e;

	while (!x->run->stop) {
		got = run_is_interrupted(x->run) ? READER_FATAL : r->next(r, &e);
		if (x->members == 0 && x->expected == 0) { /* now the reader knows how much will come */
			x->expected = r->bytes;
			x->start = source_traffic(x->run->source);
		}
		if (got == READER_END || got == READER_FATAL)
			break;
		if (got == READER_DAMAGED)
			diag_damage(x->run, r->why, NULL);
		else if (output_make_tree(x->output))
			extract_member(x, &e);
	}
	if (x->run->stop)
		return;
	/* 512 zeros end a tar archive: the truncated start of an image, or an empty
	 * disk, reads as one without members. */
	if (got == READER_END && x->members == 0 && r->apart && *r->why && !x->catalog)
		run_error(x->run, EXIT_NO, "%s: %s", x->run->o->name, r->why);
	else if (r->unknown || (got == READER_END && x->members == 0 && !r->apart))
		diag_unknown(x->run, r->why);
	else if (got != READER_END && x->members == 0)
		diag_unreadable(x->run, r->why);
	else if (got != READER_END)
		diag_fatal(x->run, r->why, NULL);
}

static void
extract_pass(struct extract *x)
{
	const struct selection *wanted = x->catalog || x->run->selection->n == 0 ? NULL : x->run->selection;
	const char *dir = source_directory(x->run->source), *fault = NULL;

	x->reader = dir ? dirreader_open(dir, wanted, &fault) : fsreader_open(x->run->source, wanted, &fault);
	if (!x->reader && fault) {
		diag_unreadable(x->run, fault);
		return;
	}
	if (!x->reader && !(fault = archivereader_missing()))
		x->reader = archivereader_open(x->run->source);
	if (!x->reader) {
		run_give_up(x->run);
		run_error(x->run, EXIT_SYSTEM, "%s", fault ? fault : "out of memory");
		return;
	}
	read_members(x);
	if (x->catalog && !x->catalog->volume[0])
		snprintf(x->catalog->volume, sizeof(x->catalog->volume), "%.32s", x->reader->label);
	x->reader->close(x->reader);
}

void
extract_members(struct run *run, struct output *output, struct catalog *catalog)
{
	struct extract x = { .run = run, .output = output, .catalog = catalog };
	struct source *root = source_root(run->source);

	source_watch(root, show_progress, &x);
	extract_pass(&x);
	if (!run->stop && x.aliases > 0 && source_rewind(run->source) == 0) {
		x.second = true;
		qsort(x.alias, x.aliases, sizeof(*x.alias), compare_aliases);
		extract_pass(&x);
	}
	source_watch(root, NULL, NULL);
	for (size_t i = 0; i < x.aliases; i++) {
		free(x.alias[i].target);
		free(x.alias[i].path);
	}
	free(x.alias);
}
