#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"

void
output_open(struct output *o, struct run *run)
{
	*o = (struct output){ .run = run };
}

void
output_close(struct output *o)
{
	tree_close(o->tree);
	casenames_free(&o->names);
}

bool
output_make_tree(struct output *o)
{
	const struct run_options *run = o->run->o;
	const struct tree_options options = { .force = run->force, .hold = o->hold };

	if (!run->dir || o->tree)
		return true;
	o->tree = tree_open(run->dir_path ? run->dir_path : run->dir, &options);
	if (o->tree)
		return true;
	run_give_up(o->run);
	run_error(o->run, EXIT_SYSTEM, "cannot write into %s: %s", run->dir, strerror(errno));
	return false;
}

void
output_count(struct output *o, enum tree_result r, const char *path)
{
	char q[RUN_QUOTED];

	if (r != TREE_OK && r != TREE_SAME) {
		diag_tree(o->run, r, path);
		return;
	}
	o->files += r == TREE_OK;
	o->same += r == TREE_SAME;
	if (log_verbose())
		log_debug(r == TREE_OK ? "wrote %s" : "%s is there already", log_quote_str(path, q, sizeof(q)));
}

bool
output_has_room(struct output *o, const char *path)
{
	char q[RUN_QUOTED];

	if (!o->tree || casenames_add(&o->names, path) != CASENAMES_CASE)
		return true;
	log_quote_str(path, q, sizeof(q));
	if (tree_folds_case(o->tree)) {
		run_error(o->run, EXIT_NO,
		    "%s differs from another name only in case, which %s ignores: "
		    "left out",
		    q, o->run->o->dir);
		return false;
	}
	if (o->like_others++ == 0)
		snprintf(o->first_like, sizeof(o->first_like), "%.255s", q);
	return true;
}

void
output_warn_of_case(const struct output *o)
{
	if (o->like_others > 0 && !o->run->o->quiet)
		log_warn("%u names differ from others only in case, the first is %s: "
		         "a server that ignores case serves one for the other",
		    o->like_others, o->first_like);
}

void
output_settle(struct output *o)
{
	enum tree_result r;

	if (!o->tree)
		return;
	r = tree_release(o->tree);
	if (r != TREE_OK)
		diag_tree(o->run, r, "what was extracted");
	tree_finish(o->tree);
}
