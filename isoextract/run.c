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
run_open(struct run *run, const struct run_options *o, struct source *source, struct catalog *catalog)
{
	/* Whoever is to see the output of -l or -b sees no line that is written over. */
	const bool bar = !o->quiet && !log_verbose() && (o->dir || o->check) && report_is_terminal();

	*run = (struct run){ .o = o, .source = source, .catalog = catalog };
	progress_open(&run->progress, bar);
	run->matched = calloc(o->patterns + 1, sizeof(*run->matched));
	return run->matched ? 0 : -1;
}

void
run_close(struct run *run)
{
	source_close(run->source);
	tree_close(run->tree);
	for (size_t i = 0; i < run->aliases; i++) {
		free(run->alias[i].target);
		free(run->alias[i].path);
	}
	free(run->alias);
	casenames_free(&run->names);
	free(run->matched);
}

/* ---- what the parts of a run share ------------------------------------------------ */

void
diag_error(struct run *run, enum exit_code rc, const char *fmt, ...)
{
	char line[2048];
	va_list args;

	if (rc > run->rc)
		run->rc = rc;
	if (++run->complaints > COMPLAINTS_MAX && !log_verbose() && !run->stop)
		return;
	progress_clear(&run->progress);
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	utf8_plain(line); /* libraries quote what an image or server says */
	log_err("%s", line);
}

void
run_count(struct run *run, enum tree_result r, const char *path)
{
	char q[QUOTED];

	if (r != TREE_OK && r != TREE_SAME) {
		diag_tree(run, r, path);
		return;
	}
	run->files += r == TREE_OK;
	run->same += r == TREE_SAME;
	if (log_verbose())
		log_debug(r == TREE_OK ? "wrote %s" : "%s is there already", log_quote_str(path, q, sizeof(q)));
}

void
run_progress(struct run *run)
{
	bool remote = source_is_remote(run->source);
	const struct source *root = source_root(run->source);
	uint64_t done = source_position(root), total = source_size(root);

	if (!run->doing)
		return;
	if (run->expected > 0) { /* only what is wanted is read */
		done = run->passed + (remote ? source_traffic(run->source) - run->start : run->bytes);
		total = run->expected;
	}
	progress_show(&run->progress, done, total, run->doing, clock_ms());
}

static void
on_tick(void *context)
{
	run_progress(context);
}

void
run_give_up(struct run *run)
{
	run->stop = true;
	if (run->rc < EXIT_NO)
		run->rc = EXIT_SYSTEM;
}

bool
run_picks(struct run *run, const char *path)
{
	bool picked = run->o->patterns == 0;

	for (size_t i = 0; i < run->o->patterns; i++)
		if (path_match(run->o->pattern[i], path))
			run->matched[i] = picked = true;
	return picked;
}

struct run_alias *
run_alias_of(struct run *run, const char *target, struct run_alias *after)
{
	struct run_alias *a = after ? after + 1 : run->alias;

	for (; a < run->alias + run->aliases; a++)
		if (!a->done && strcmp(a->target, target) == 0)
			return a;
	return NULL;
}

bool
run_add_alias(struct run *run, const char *target, const char *path)
{
	struct run_alias *more = reallocarray(run->alias, run->aliases + 1, sizeof(*more));

	if (!more)
		return false;
	run->alias = more;
	more[run->aliases] = (struct run_alias){ strdup(target), strdup(path), false };
	if (!more[run->aliases].target || !more[run->aliases].path) {
		free(more[run->aliases].target);
		free(more[run->aliases].path);
		return false;
	}
	run->aliases++;
	return true;
}

/* ---- the run -------------------------------------------------------------------------------- */

bool
run_open_tree(struct run *run)
{
	const struct tree_options o = { .force = run->o->force, .hold = run->hold };

	if (!run->o->dir || run->tree)
		return true;
	run->tree = tree_open(run->o->dir, &o);
	if (run->tree)
		return true;
	run_give_up(run);
	diag_error(run, EXIT_SYSTEM, "cannot write into %s: %s", run->o->dir, strerror(errno));
	return false;
}

/* What an image's reader need not look at, when nobody else wants to know. */
static bool
may_hold(void *context, const char *dir)
{
	const struct run *run = context;
	bool may = false;

	for (size_t i = 0; i < run->o->patterns && !may; i++)
		may = path_leads(run->o->pattern[i], dir);
	return may;
}

static bool
is_wanted(void *context, const char *path)
{
	const struct run *run = context;
	bool wanted = false;

	for (size_t i = 0; i < run->o->patterns && !wanted; i++)
		wanted = path_match(run->o->pattern[i], path);
	return wanted;
}

/* With the first one it is known how much will come. */
static enum reader_result
next_member(struct run *run, struct reader *r, struct reader_entry *e)
{
	enum reader_result got = reader_next(r, e);

	if (run->members > 0 || run->expected > 0)
		return got;
	run->expected = reader_bytes(r);
	run->start = source_traffic(run->source);
	return got;
}

static void
take_members(struct run *run, struct reader *r)
{
	enum reader_result got = READER_FATAL;
	struct reader_entry e;

	while (!run->stop && (got = next_member(run, r, &e)) != READER_END && got != READER_FATAL) {
		if (got == READER_DAMAGED)
			diag_damage(run, r, NULL);
		else if (run_open_tree(run))
			extract_member(run, r, &e);
	}
	if (run->stop)
		return;
	/* 512 zeros are the end of a tar archive: the cut start of an image, and
	 * any empty disk, reads as one without members. */
	if (reader_unknown(r) || (got == READER_END && run->members == 0 && !reader_has_places(r)))
		diag_unknown(run, r);
	else if (got != READER_END)
		diag_reader(run, r, NULL);
}

static void
run_once(struct run *run)
{
	const struct fsindex_filter f = { .enters = may_hold, .wants = is_wanted, .context = run };
	const struct fsindex_filter all = { 0 };
	struct reader *r = reader_open(run->source, run->catalog || run->o->patterns == 0 ? &all : &f);

	if (!r) {
		run_give_up(run);
		diag_error(run, EXIT_SYSTEM, "out of memory");
		return;
	}
	take_members(run, r);
	if (run->catalog && !run->catalog->volume[0])
		snprintf(run->catalog->volume, sizeof(run->catalog->volume), "%.32s", reader_label(r));
	reader_close(r);
}

static void
check_patterns(struct run *run)
{
	char q[QUOTED];

	for (size_t i = 0; i < run->o->patterns; i++)
		if (!run->matched[i])
			diag_error(run, EXIT_NO, "%s: no member fits %s; isoextract -l lists them all", run->o->name,
			    log_quote_str(run->o->pattern[i], q, sizeof(q)));
}

static bool
decompress(struct run *run)
{
	size_t len;
	const void *head = source_head(run->source, &len);
	struct source *decoded;

	if (!archivereader_is_compressed(head, len))
		return true;
	decoded = source_decoded(run->source, &archivereader_decoder);
	if (decoded)
		run->source = decoded;
	else
		diag_error(run, EXIT_SYSTEM, "out of memory");
	return decoded != NULL;
}

bool
run_prepare(struct run *run)
{
	progress_start(&run->progress, clock_ms());
	if (decompress(run) && spool_where_needed(run))
		return true;
	progress_clear(&run->progress);
	run_give_up(run);
	return false;
}

/* Behind what is compressed there may be more, which nobody decompresses. */
bool
run_drain(struct run *run)
{
	struct source *root = source_root(run->source);
	const void *bytes;
	ssize_t n;

	progress_start(&run->progress, clock_ms());
	while ((n = source_read(root, &bytes)) > 0)
		progress_show(&run->progress, source_position(root), source_size(root), run->o->name, clock_ms());
	progress_clear(&run->progress);
	if (n < 0)
		diag_error(run, EXIT_SYSTEM, "%s: cannot read on: %s", run->o->name, source_error(root));
	return n == 0;
}

void
run_members(struct run *run)
{
	diag_cut(run);
	progress_start(&run->progress, clock_ms());
	source_watch(source_root(run->source), on_tick, run);
	run_once(run);
	if (!run->stop && run->aliases > 0 && source_rewind(run->source) == 0) {
		run->second = true;
		run_once(run);
	}
	if (!run->stop)
		bootimage_take(run);
	progress_clear(&run->progress);
	if (!run->stop)
		check_patterns(run);
	if (run->like_others > 0 && !run->o->quiet)
		log_warn("%u names differ from others in letters' case alone, the first is %s: "
		         "a server that ignores case gives one for the other",
		    run->like_others, run->first_like);
	if (run->complaints > COMPLAINTS_MAX && !log_verbose())
		log_err("%u more complaints; -v says them all", run->complaints - COMPLAINTS_MAX);
}

void
run_settle(struct run *run)
{
	enum tree_result r;

	if (!run->tree)
		return;
	r = tree_release(run->tree);
	if (r != TREE_OK)
		diag_tree(run, r, "what was extracted");
	tree_finish(run->tree);
}
