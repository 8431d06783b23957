#include "extents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archivereader.h"
#include "diag.h"
#include "facts.h"
#include "fsreader.h"
#include "path.h"

static void
print_line(struct facts_out *o)
{
	facts_end(o, stdout);
	facts_out_free(o);
}

static void
print_image(const struct run *run)
{
	struct facts_out o = { .json = run->o->json };

	facts_begin(&o, "image");
	facts_put(&o, "file", run->o->name);
	facts_put_num(&o, "size", run->o->image_size);
	facts_put_num(&o, "mtime", run->o->image_mtime > 0 ? (uint64_t)run->o->image_mtime : 0);
	print_line(&o);
}

static void
print_place(const struct run *run, const struct reader_entry *e, const char *path)
{
	struct facts_out o = { .json = run->o->json };

	facts_begin(&o, "file");
	facts_put(&o, "path", path);
	facts_put_num(&o, "at", e->at);
	facts_put_num(&o, "size", e->size);
	if (e->has_mtime && e->mtime.tv_sec >= 0)
		facts_put_num(&o, "mtime", (uint64_t)e->mtime.tv_sec);
	print_line(&o);
}

void
extents_print_file(const struct run *run, const char *path, uint64_t at, uint64_t size)
{
	const struct reader_entry e = { .at = at, .size = size };

	print_place(run, &e, path);
}

static void
print_path(const struct run *run, const char *word, const char *path, const char *to)
{
	struct facts_out o = { .json = run->o->json };

	facts_begin(&o, word);
	facts_put(&o, "path", path);
	if (to)
		facts_put(&o, "to", to);
	print_line(&o);
}

static bool
add_extracted(struct extents *e, const char *path)
{
	size_t size = e->size ? e->size * 2 : 64;
	char **more;

	if (e->n == e->size) {
		more = reallocarray(e->path, size, sizeof(*more));
		if (!more)
			return false;
		e->path = more;
		e->size = size;
	}
	e->path[e->n] = strdup(path);
	return e->path[e->n] && ++e->n > 0;
}

/* False for lack of memory. */
static bool
print_member(struct run *run, const struct reader_entry *e, bool in_image, struct extents *out)
{
	char path[PATH_SIZE], q[RUN_QUOTED], to[RUN_QUOTED];
	enum path_result clean = path_clean(e->path, path);

	if (clean != PATH_OK) {
		if (clean != PATH_EMPTY && selection_picks(run->selection, e->path))
			run_error(run, EXIT_NO, "the name %s %s: left out", log_quote_str(e->path, q, sizeof(q)),
			    clean == PATH_OUTSIDE ? "leads outside" : "is too long");
		return true;
	}
	if (!selection_picks(run->selection, path) || e->type == READER_DIR || e->type == READER_OTHER)
		return true;
	if (e->type == READER_SYMLINK) {
		if (path_link_inside(path, e->link))
			print_path(run, "link", path, e->link);
		else
			run_error(run, EXIT_NO, "the symbolic link %s leads outside, to %s: left out",
			    log_quote_str(path, q, sizeof(q)), log_quote_str(e->link, to, sizeof(to)));
		return true;
	}
	if (in_image && e->in_place) {
		print_place(run, e, path);
		return true;
	}
	print_path(run, "extract", path, NULL);
	return add_extracted(out, path);
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool
extents_print(struct run *run, struct extents *out)
{
	const struct selection *wanted = run->selection->n == 0 ? NULL : run->selection;
	const bool in_image = source_root(run->source) == run->source;
	enum reader_result got = READER_END;
	struct reader_entry e;
	const char *fault;
	struct reader *r = fsreader_map(run->source, wanted, &fault);
	bool fine = true;

	if (!r && !fault && !(fault = archivereader_missing()))
		r = archivereader_open(run->source);
	if (!r) {
		run_error(run, EXIT_SYSTEM, "%s: %s", run->o->name, fault ? fault : "out of memory");
		return false;
	}
	print_image(run);
	while (fine && !run->stop) {
		got = run_is_interrupted(run) ? READER_FATAL : r->next(r, &e);
		if (got == READER_OK)
			fine = print_member(run, &e, in_image, out);
		else if (got == READER_DAMAGED)
			diag_damage(run, r->why, NULL);
		else
			break;
	}
	if (!fine)
		run_error(run, EXIT_SYSTEM, "out of memory");
	else if (r->unknown)
		diag_unknown(run, r->why);
	else if (got == READER_FATAL)
		diag_fatal(run, r->why, NULL);
	r->close(r);
	if (out->n > 0)
		qsort(out->path, out->n, sizeof(*out->path), compare_paths);
	return fine && got == READER_END;
}

bool
extents_have(const struct extents *e, const char *path)
{
	return !e || (e->n > 0 && bsearch(&path, e->path, e->n, sizeof(*e->path), compare_paths));
}

void
extents_free(struct extents *e)
{
	for (size_t i = 0; i < e->n; i++)
		free(e->path[i]);
	free(e->path);
	*e = (struct extents){ 0 };
}
