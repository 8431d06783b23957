#include "run.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bootimage.h"
#include "clock.h"
#include "diag.h"
#include "extract.h"
#include "archivereader.h"
#include "path.h"
#include "reader.h"
#include "report.h"
#include "spool.h"
#include "utf8.h"

#define COMPLAINTS_MAX 20 /* lines; beyond them they are counted */
#define QUOTED 512

int
job_open(struct job *j, const struct job_options *o, struct source *source, struct catalog *catalog)
{
	/* Whoever is to see the output of -l or -b sees no line that is written over. */
	const bool bar = !o->quiet && !log_verbose() && (o->dir || o->check) && report_is_terminal();

	*j = (struct job){ .o = o, .source = source, .catalog = catalog };
	progress_open(&j->progress, bar);
	j->matched = calloc(o->patterns + 1, sizeof(*j->matched));
	return j->matched ? 0 : -1;
}

void
job_close(struct job *j)
{
	source_close(j->source);
	tree_close(j->tree);
	for (size_t i = 0; i < j->aliases; i++) {
		free(j->alias[i].target);
		free(j->alias[i].path);
	}
	free(j->alias);
	casenames_free(&j->names);
	free(j->matched);
}

/* ---- what the parts of a run share ------------------------------------------------ */

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
	utf8_plain(line); /* libraries quote what an image or server says */
	log_err("%s", line);
}

void
job_count(struct job *j, enum tree_result r, const char *path)
{
	char q[QUOTED];

	if (r != TREE_OK && r != TREE_SAME) {
		complain_tree(j, r, path);
		return;
	}
	j->files += r == TREE_OK;
	j->same += r == TREE_SAME;
	if (log_verbose())
		log_debug(r == TREE_OK ? "wrote %s" : "%s is there already", log_quote_str(path, q, sizeof(q)));
}

void
job_progress(struct job *j)
{
	bool remote = source_is_remote(j->source);
	const struct source *root = source_root(j->source);
	uint64_t done = source_position(root), total = source_size(root);

	if (!j->doing)
		return;
	if (j->expected > 0) { /* only what is wanted is read */
		done = j->passed + (remote ? source_traffic(j->source) - j->start : j->bytes);
		total = j->expected;
	}
	progress_show(&j->progress, done, total, j->doing, clock_ms());
}

static void
on_tick(void *context)
{
	job_progress(context);
}

void
job_give_up(struct job *j)
{
	j->stop = true;
	if (j->rc < EXIT_NO)
		j->rc = EXIT_SYSTEM;
}

bool
job_picks(struct job *j, const char *path)
{
	bool picked = j->o->patterns == 0;

	for (size_t i = 0; i < j->o->patterns; i++)
		if (path_match(j->o->pattern[i], path))
			j->matched[i] = picked = true;
	return picked;
}

struct job_alias *
job_alias_of(struct job *j, const char *target, struct job_alias *after)
{
	struct job_alias *a = after ? after + 1 : j->alias;

	for (; a < j->alias + j->aliases; a++)
		if (!a->done && strcmp(a->target, target) == 0)
			return a;
	return NULL;
}

bool
job_add_alias(struct job *j, const char *target, const char *path)
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

/* ---- the run -------------------------------------------------------------------------------- */

bool
job_open_tree(struct job *j)
{
	const struct tree_options o = { .force = j->o->force, .hold = j->hold };

	if (!j->o->dir || j->tree)
		return true;
	j->tree = tree_open(j->o->dir, &o);
	if (j->tree)
		return true;
	job_give_up(j);
	job_complain(j, EXIT_SYSTEM, "cannot write into %s: %s", j->o->dir, strerror(errno));
	return false;
}

/* What an image's reader need not look at, when nobody else wants to know. */
static bool
may_hold(void *context, const char *dir)
{
	const struct job *j = context;
	bool may = false;

	for (size_t i = 0; i < j->o->patterns && !may; i++)
		may = path_leads(j->o->pattern[i], dir);
	return may;
}

static bool
is_wanted(void *context, const char *path)
{
	const struct job *j = context;
	bool wanted = false;

	for (size_t i = 0; i < j->o->patterns && !wanted; i++)
		wanted = path_match(j->o->pattern[i], path);
	return wanted;
}

/* With the first one it is known how much will come. */
static enum reader_result
next_member(struct job *j, struct reader *r, struct reader_entry *e)
{
	enum reader_result got = reader_next(r, e);

	if (j->members > 0 || j->expected > 0)
		return got;
	j->expected = reader_bytes(r);
	j->start = source_traffic(j->source);
	return got;
}

static void
take_members(struct job *j, struct reader *r)
{
	enum reader_result got = READER_FATAL;
	struct reader_entry e;

	while (!j->stop && (got = next_member(j, r, &e)) != READER_END && got != READER_FATAL) {
		if (got == READER_DAMAGED)
			complain_damage(j, r, NULL);
		else if (job_open_tree(j))
			member_take(j, r, &e);
	}
	if (j->stop)
		return;
	/* 512 zeros are the end of a tar archive: the cut start of an image, and
	 * any empty disk, reads as one without members. */
	if (reader_unknown(r) || (got == READER_END && j->members == 0 && !reader_has_places(r)))
		complain_unknown(j, r);
	else if (got != READER_END)
		complain_reader(j, r, NULL);
}

static void
run_once(struct job *j)
{
	const struct fsindex_filter f = { .enters = may_hold, .wants = is_wanted, .context = j };
	const struct fsindex_filter all = { 0 };
	struct reader *r = reader_open(j->source, j->catalog || j->o->patterns == 0 ? &all : &f);

	if (!r) {
		job_give_up(j);
		job_complain(j, EXIT_SYSTEM, "out of memory");
		return;
	}
	take_members(j, r);
	if (j->catalog && !j->catalog->volume[0])
		snprintf(j->catalog->volume, sizeof(j->catalog->volume), "%.32s", reader_label(r));
	reader_close(r);
}

static void
check_patterns(struct job *j)
{
	char q[QUOTED];

	for (size_t i = 0; i < j->o->patterns; i++)
		if (!j->matched[i])
			job_complain(j, EXIT_NO, "%s: no member fits %s; isoextract -l lists them all", j->o->name,
			    log_quote_str(j->o->pattern[i], q, sizeof(q)));
}

static bool
decompress(struct job *j)
{
	size_t len;
	const void *head = source_head(j->source, &len);
	struct source *decoded;

	if (!archivereader_is_compressed(head, len))
		return true;
	decoded = source_decoded(j->source, &archivereader_decoder);
	if (decoded)
		j->source = decoded;
	else
		job_complain(j, EXIT_SYSTEM, "out of memory");
	return decoded != NULL;
}

bool
job_prepare(struct job *j)
{
	progress_start(&j->progress, clock_ms());
	if (decompress(j) && spool_where_needed(j))
		return true;
	progress_clear(&j->progress);
	job_give_up(j);
	return false;
}

/* Behind what is compressed there may be more, which nobody decompresses. */
bool
job_drain(struct job *j)
{
	struct source *root = source_root(j->source);
	const void *bytes;
	ssize_t n;

	progress_start(&j->progress, clock_ms());
	while ((n = source_read(root, &bytes)) > 0)
		progress_show(&j->progress, source_position(root), source_size(root), j->o->name, clock_ms());
	progress_clear(&j->progress);
	if (n < 0)
		job_complain(j, EXIT_SYSTEM, "%s: cannot read on: %s", j->o->name, source_error(root));
	return n == 0;
}

void
job_run(struct job *j)
{
	complain_cut(j);
	progress_start(&j->progress, clock_ms());
	source_watch(source_root(j->source), on_tick, j);
	run_once(j);
	if (!j->stop && j->aliases > 0 && source_rewind(j->source) == 0) {
		j->second = true;
		run_once(j);
	}
	if (!j->stop)
		bootimage_take(j);
	progress_clear(&j->progress);
	if (!j->stop)
		check_patterns(j);
	if (j->like_others > 0 && !j->o->quiet)
		log_warn("%u names differ from others in letters' case alone, the first is %s: "
		         "a server that ignores case gives one for the other",
		    j->like_others, j->first_like);
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
