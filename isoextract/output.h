/*
 * The directory that a run writes into.  Made when there is something to put into
 * it; counts what was written, and watches for names that differ only in case.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "casenames.h"
#include "run.h"
#include "tree.h"

struct output {
	struct run *run;
	struct tree *tree;    /* NULL until something is written */
	bool hold;            /* nothing gets its final name before output_settle */
	uint64_t files, same; /* written; there already */
	struct casenames names;
	unsigned like_others; /* names that differ from another only in case */
	char first_like[256];
};

void output_open(struct output *o, struct run *run);
/* Removes what is unfinished or held. */
void output_close(struct output *o);

/* Makes the tree if the run writes.  False, after an error, if it cannot. */
bool output_make_tree(struct output *o);
/* Counts a file or link; reports it with -v, or its error. */
void output_count(struct output *o, enum tree_result r, const char *path);
/* False, after an error, if the file system takes `path` for a name already written:
 * that file would be lost. */
bool output_has_room(struct output *o, const char *path);
void output_warn_of_case(const struct output *o);
/* Gives what is held its final names, and directories their times. */
void output_settle(struct output *o);

#endif
