#include "job.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "iso.h"
#include "path.h"
#include "reader.h"
#include "report.h"

#define COMPLAINTS_MAX 20    /* lines; beyond them they are counted */
#define QUOTED 512

int
job_open(struct job *j, const struct job_options *o, struct source *source,
    struct catalog *catalog)
{
	*j = (struct job){ .o = o, .source = source, .catalog = catalog };
	j->matched = calloc(o->patterns + 1, sizeof(*j->matched));
	return j->matched ? 0 : -1;
}

void
job_close(struct job *j)
{
	tree_close(j->tree);
	for (size_t i = 0; i < j->aliases; i++) {
		free(j->alias[i].target);
		free(j->alias[i].path);
	}
	free(j->alias);
	free(j->matched);
}

/* ---- saying what is wrong ------------------------------------------------------ */

void
job_complain(struct job *j, enum exit_code rc, const char *fmt, ...)
{
	char line[2048];
	va_list args;

	if (rc > j->rc)
		j->rc = rc;
	if (++j->complaints > COMPLAINTS_MAX && !log_verbose() && !j->stop)
		return;
	progress_clear(&j->progress);
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	log_err("%s", line);
}

static void
give_up(struct job *j)
{
	j->stop = true;
	if (j->rc < EXIT_NO)
		j->rc = EXIT_SYSTEM;
}

/* errno after which the next file will fare no better. */
static bool
is_hopeless(int e)
{
	return e == ENOSPC || e == EDQUOT || e == EROFS || e == EIO || e == ENOMEM ||
	    e == EMFILE || e == ENFILE;
}

/* A result of the tree's that is not TREE_OK or TREE_SAME. */
static void
complain_tree(struct job *j, enum tree_result r, const char *path)
{
	char q[QUOTED];
	int e = errno;

	log_quote_str(path, q, sizeof(q));
	switch (r) {
	case TREE_OK:
	case TREE_SAME:
		return;
	case TREE_DIFFERS:
		job_complain(j, EXIT_NO, "%s is there already, with another size or time; -f replaces it", q);
		return;
	case TREE_IN_THE_WAY:
		job_complain(j, EXIT_NO, "cannot write %s: a file is there where a folder should be, "
		    "or the other way round; move it away", q);
		return;
	case TREE_LINK_IN_WAY:
		job_complain(j, EXIT_NO, "cannot write %s: its folder is a symbolic link, which is not followed", q);
		return;
	case TREE_NO_TARGET:
		job_complain(j, EXIT_NO, "cannot make %s: what it is a hard link to was not extracted", q);
		return;
	case TREE_FAILED:
		j->stop = j->stop || is_hopeless(e);
		job_complain(j, EXIT_SYSTEM, "cannot write %s: %s", q, strerror(e));
		return;
	}
}

/* Reading failed at a member, or between two (path NULL). */
static void
complain_reader(struct job *j, const struct reader *r, const char *path)
{
	char q[QUOTED];
	const char *why = reader_why(r);

	give_up(j);
	if (j->o->interrupted && j->o->interrupted())
		job_complain(j, EXIT_SYSTEM, "interrupted; what is complete stays");
	else if (path)
		job_complain(j, EXIT_SYSTEM, "%s: cannot read %s: %s; it and what follows is not extracted",
		    j->o->name, log_quote_str(path, q, sizeof(q)), *why ? why : "damaged");
	else
		job_complain(j, EXIT_SYSTEM, "%s: cannot read on: %s", j->o->name, *why ? why : "damaged");
}

/* The source gave no archive.  Is there at least a reason to give? */
static void
complain_unknown(struct job *j, const struct reader *r)
{
	struct iso iso;
	size_t len;
	const void *head = source_head(j->source, &len);

	iso_identify(head, len, &iso);
	give_up(j);
	j->rc = EXIT_NO;
	if (iso.udf && !iso.iso9660)
		job_complain(j, EXIT_NO, "%s: its files are in a UDF file system alone, which cannot be read yet", j->o->name);
	else if (len == 0)
		job_complain(j, EXIT_NO, "%s: it is empty", j->o->name);
	else if (iso.iso9660)
		job_complain(j, EXIT_SYSTEM, "%s: a damaged image: %s", j->o->name, reader_why(r));
	else
		job_complain(j, EXIT_NO, "%s: neither an image nor a package that is known "
		    "(ISO 9660, rpm, deb, tar, cpio, zip)", j->o->name);
}

/* ---- which members ---------------------------------------------------------------- */

static bool
is_picked(struct job *j, const char *path)
{
	bool picked = j->o->patterns == 0;

	for (size_t i = 0; i < j->o->patterns; i++)
		if (path_match(j->o->pattern[i], path))
			j->matched[i] = picked = true;
	return picked;
}

static struct job_alias *
next_alias(struct job *j, const char *target, struct job_alias *after)
{
	struct job_alias *a = after ? after + 1 : j->alias;

	for (; a < j->alias + j->aliases; a++)
		if (!a->done && strcmp(a->target, target) == 0)
			return a;
	return NULL;
}

static bool
add_alias(struct job *j, const char *target, const char *path)
{
	struct job_alias *more = reallocarray(j->alias, j->aliases + 1, sizeof(*more));

	if (!more)
		return false;
	j->alias = more;
	more[j->aliases] = (struct job_alias){ strdup(target), strdup(path), false };
	if (!more[j->aliases].target || !more[j->aliases].path) {
		free(more[j->aliases].target);
		free(more[j->aliases].path);
		return false;
	}
	j->aliases++;
	return true;
}

/* ---- one member ---------------------------------------------------------------------- */

/* Where a member's data goes. */
struct sink {
	bool write;                  /* to the tree's open file */
	bool read_all;               /* -n: read it, to see that it can be */
	size_t peek, peeked;         /* wanted and got for the catalog */
	uint8_t head[CATALOG_PEEK];
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

/* Reads a member's data as far as anyone wants it.  False when the file that
 * is being written is no good. */
static bool
pump(struct job *j, struct reader *r, const struct reader_entry *e,
    const char *path, struct sink *s)
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
		progress_show(&j->progress, source_position(j->source), source_size(j->source), path, clock_ms());
	}
	if (wrote != TREE_OK) {
		complain_tree(j, wrote, path);
		return false;
	}
	if (got == READER_OK)
		return true;
	if (got != READER_END) {
		complain_reader(j, r, path);
		j->stop = got == READER_FATAL;
		return false;
	}
	if (offset > end)
		end = offset;                /* a hole at the end */
	if (e->has_size && end != e->size) {
		char q[QUOTED];

		job_complain(j, EXIT_SYSTEM, "%s: %s is damaged: it has %llu bytes and should have %llu", j->o->name,
		    log_quote_str(path, q, sizeof(q)), (unsigned long long)end, (unsigned long long)e->size);
		return false;
	}
	return true;
}

static struct tree_meta
meta_of(const struct reader_entry *e)
{
	return (struct tree_meta){ .mode = e->mode, .has_mtime = e->has_mtime,
		.mtime = e->mtime, .size = e->size, .has_size = e->has_size };
}

static void
count(struct job *j, enum tree_result r, const char *path)
{
	char q[QUOTED];

	if (r == TREE_OK) {
		j->files++;
		log_debug("wrote %s", log_quote_str(path, q, sizeof(q)));
	} else if (r == TREE_SAME) {
		j->same++;
		log_debug("%s is there already", log_quote_str(path, q, sizeof(q)));
	} else {
		complain_tree(j, r, path);
	}
}

/* A regular file's data: into the tree under `path`, and into s. */
static void
take_file(struct job *j, struct reader *r, const struct reader_entry *e,
    const char *path, struct sink *s)
{
	struct tree_meta meta = meta_of(e);
	enum tree_result there = TREE_OK;
	bool fine;

	source_expect(j->source, e->size);
	if (s->write)
		there = tree_begin(j->tree, path, &meta);
	s->write = s->write && there == TREE_OK;
	fine = pump(j, r, e, path, s);
	if (s->write && !fine)
		tree_drop(j->tree);
	else if (s->write)
		there = tree_end(j->tree);
	source_expect(j->source, 0);
	if (j->tree && fine)
		count(j, there, path);
}

static void
make_symlink(struct job *j, const struct reader_entry *e, const char *path)
{
	char q[QUOTED], to[QUOTED];

	if (path_link_inside(path, e->link)) {
		if (j->tree)
			count(j, tree_symlink(j->tree, path, e->link), path);
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
	if (is_picked(j, target)) {
		count(j, tree_hardlink(j->tree, path, target), path);
		return;
	}
	if (!source_seekable(j->source))
		job_complain(j, EXIT_NO, "%s has the data of %s, which has passed by: ask for that one too, "
		    "or give the image as a file", q, to);
	else if (!add_alias(j, target, path))
		complain_tree(j, TREE_FAILED, path);
}

static void
extract(struct job *j, struct reader *r, const struct reader_entry *e,
    const char *path, struct sink *s)
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
	static const enum catalog_type types[] = {
		[READER_FILE] = CATALOG_FILE, [READER_DIR] = CATALOG_DIR,
		[READER_SYMLINK] = CATALOG_LINK, [READER_HARDLINK] = CATALOG_LINK
	};
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
	m = catalog_add(j->catalog, path, types[e->type], e->size,
	    e->type == READER_HARDLINK ? link : e->link);
	if (!m) {
		give_up(j);
		job_complain(j, EXIT_SYSTEM, "out of memory");
	}
	return m;
}

/* ---- the run -------------------------------------------------------------------------------- */

/* A name that cannot be one inside: reported when it is wanted. */
static void
refuse_name(struct job *j, const struct reader_entry *e, enum path_result why)
{
	char q[QUOTED];

	if (why == PATH_EMPTY || j->second || !is_picked(j, e->path) || j->o->list)
		return;
	job_complain(j, EXIT_NO, "the name %s %s: left out", log_quote_str(e->path, q, sizeof(q)),
	    why == PATH_OUTSIDE ? "leads outside" : "is too long");
}

/* Hard links have no size of their own: mostly they repeat the last file. */
static void
settle_size(struct job *j, struct reader_entry *e, const char *path)
{
	if (e->type == READER_FILE && strlen(path) < sizeof(j->last_file)) {
		strcpy(j->last_file, path);
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
	struct job_alias *a = e->type == READER_FILE ? next_alias(j, path, NULL) : NULL;
	struct sink s = { .write = true };
	const char *first = a ? a->path : NULL;

	if (!a)
		return;
	a->done = true;
	take_file(j, r, e, first, &s);
	while ((a = next_alias(j, path, a))) {
		a->done = true;
		count(j, tree_hardlink(j->tree, a->path, first), a->path);
	}
}

static void
take_member(struct job *j, struct reader *r, struct reader_entry *e)
{
	char path[PATH_SIZE];
	enum path_result clean = path_clean(e->path, path);
	struct sink s = { 0 };
	struct catalog_member *m = NULL;
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
	picked = is_picked(j, path);
	if (j->catalog && (m = catalogue(j, e, path)))
		s.peek = catalog_wants(j->catalog, m);
	if (s.peek > sizeof(s.head))
		s.peek = sizeof(s.head);
	if (j->o->list && picked)
		report_member(e, path, j->o->json);
	if ((j->o->dir || j->o->check) && picked)
		extract(j, r, e, path, &s);
	else if (s.peek > 0)
		pump(j, r, e, path, &s);
	if (m && s.peek > 0 && !catalog_peeked(j->catalog, m, s.head, s.peeked))
		give_up(j);
}

/* The folder is made once there is something to put into it. */
static bool
open_tree(struct job *j)
{
	const struct tree_options o = { .force = j->o->force, .hold = j->o->hold };

	if (!j->o->dir || j->tree)
		return true;
	j->tree = tree_open(j->o->dir, &o);
	if (j->tree)
		return true;
	give_up(j);
	job_complain(j, EXIT_SYSTEM, "cannot write into %s: %s", j->o->dir, strerror(errno));
	return false;
}

static void
run_once(struct job *j)
{
	struct reader *r = reader_open(j->source);
	struct reader_entry e;
	enum reader_result got = READER_FATAL;

	if (!r) {
		give_up(j);
		job_complain(j, EXIT_SYSTEM, "out of memory");
		return;
	}
	while (!j->stop && (got = reader_next(r, &e)) == READER_OK)
		if (open_tree(j))
			take_member(j, r, &e);
	if (!j->stop && got != READER_END) {
		if (reader_unknown(r))
			complain_unknown(j, r);
		else
			complain_reader(j, r, NULL);
	}
	reader_close(r);
}

static void
check_patterns(struct job *j)
{
	char q[QUOTED];

	for (size_t i = 0; i < j->o->patterns; i++)
		if (!j->matched[i])
			job_complain(j, EXIT_NO, "%s: no member fits %s; isoextract -l lists them all",
			    j->o->name, log_quote_str(j->o->pattern[i], q, sizeof(q)));
}

/* Windows installation media have one README.TXT for those who cannot read
 * UDF, and everything else in UDF. */
static void
check_udf(struct job *j)
{
	struct iso iso;
	size_t len;
	const void *head = source_head(j->source, &len);

	iso_identify(head, len, &iso);
	if (!iso.udf || !iso.iso9660 || j->members > 2)
		return;
	job_complain(j, EXIT_NO, "%s: the other files of this image are in UDF, which cannot be read yet", j->o->name);
}

void
job_run(struct job *j)
{
	bool tty = !j->o->quiet && !log_verbose() && (j->o->dir || j->o->check);
	size_t len;

	source_head(j->source, &len);
	progress_start(&j->progress, tty && report_is_terminal(), clock_ms());
	run_once(j);
	if (!j->stop && j->aliases > 0 && source_seek(j->source, 0) == 0) {
		j->second = true;
		run_once(j);
	}
	progress_clear(&j->progress);
	if (!j->stop) {
		check_patterns(j);
		check_udf(j);
	}
	if (j->complaints > COMPLAINTS_MAX && !log_verbose())
		log_err("%u more complaints; -v says them all", j->complaints - COMPLAINTS_MAX);
}

void
job_settle(struct job *j)
{
	enum tree_result r;

	if (!j->tree)
		return;
	r = tree_release(j->tree);
	if (r != TREE_OK)
		complain_tree(j, r, "what was extracted");
	tree_finish(j->tree);
}
