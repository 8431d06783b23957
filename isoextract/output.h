/*
 * The directory that a run writes into: made when there is something to put
 * into it, with counts of what was written, and an eye on names that differ in
 * case alone.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "casenames.h"
#include "run.h"
#include "tree.h"

struct output {
	struct run *run;
	struct tree *tree;    /* NULL as long as nothing is written */
	bool hold;            /* nothing gets its final name before output_settle */
	uint64_t files, same; /* written; there already */
	struct casenames names;
	unsigned like_others; /* names that differ from another in case alone */
	char first_like[256];
};

void output_open(struct output *o, struct run *run);
/* Removes what is unfinished or held. */
void output_close(struct output *o);

/* Makes the tree where one is asked for.  False, and an error, when it cannot. */
bool output_make_tree(struct output *o);
/* Counts what has come of a file or link; reports it with -v, or an error. */
void output_count(struct output *o, enum tree_result r, const char *path);
/* False, and an error, when the file system takes `path` for a name that was
 * written already: that file would be lost. */
bool output_has_room(struct output *o, const char *path);
void output_warn_of_case(const struct output *o);
/* Gives what was held its final name, and directories their times. */
void output_settle(struct output *o);

#endif
