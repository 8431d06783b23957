/*
 * One run over an image: its members go to the listing, the catalog, the
 * folder.  Says on stderr what goes wrong and keeps the exit code.
 */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog.h"
#include "log.h"
#include "casenames.h"
#include "path.h"
#include "progress.h"
#include "source.h"
#include "tree.h"

struct run_options {
	const char *name;       /* SOURCE, for messages */
	const char *dir;        /* where to write; NULL: write nothing */
	bool list, scan, check; /* -l, -b, -n: read what is picked, write nothing */
	bool force, json, quiet;
	const char *const *pattern;
	size_t patterns;
	bool (*interrupted)(void);
};

/* A file whose data came under another name, which nobody wanted: a second
 * run over the image fetches it. */
struct run_alias {
	char *target, *path;
	bool done;
};

struct run {
	const struct run_options *o;
	struct source *source; /* what is read: the image, decompressed, kept where it has to be */
	struct tree *tree;     /* made when the image has turned out to be one */
	struct catalog *catalog;
	struct progress progress;
	const char *doing; /* the member whose bytes come, NULL between two */
	uint64_t expected; /* bytes of all that will come, 0: not known */
	uint64_t passed;   /* of these, what needs no reading */
	uint64_t start;    /* what a server had sent when they began */
	bool *matched;     /* a pattern picked something */
	struct run_alias *alias;
	size_t aliases;
	bool hold;                 /* nothing gets its final name before run_settle */
	bool second;               /* it is the second run */
	bool by_hand;              /* the kernel does not copy between source and folder */
	char last_file[PATH_SIZE]; /* what a hard link most often repeats, and its size */
	uint64_t last_size;
	uint64_t members, files, same, bytes;
	struct casenames names; /* that were written */
	unsigned like_others;   /* differ from one of them in case alone */
	char first_like[256];
	unsigned complaints;
	enum exit_code rc;
	bool stop; /* it makes no sense to go on */
};

/* Takes `source` over, which run->source is made of; `catalog` (NULL without -b)
 * is borrowed.  -1 for lack of memory. */
int run_open(struct run *run, const struct run_options *o, struct source *source, struct catalog *catalog);
void run_close(struct run *run);

/* Before run_members: what is compressed is decompressed, what has to be read
 * anywhere is kept (spool.h).  False when the run makes no sense then. */
bool run_prepare(struct run *run);
/* Reads what was opened to its end, for the sake of a sum.  False, and a
 * complaint, when that cannot be done. */
bool run_drain(struct run *run);
/* Runs over all members, twice where that is needed. */
void run_members(struct run *run);
/* Final names for what was held, times of folders. */
void run_settle(struct run *run);

/* One line on stderr, and the exit code if it was a better one so far. */
void diag_error(struct run *run, enum exit_code rc, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* What has come of a file or link: counted, said with -v, or complained about. */
void run_count(struct run *run, enum tree_result r, const char *path);

/* How far it is, while *doing is read. */
void run_progress(struct run *run);

/* Ends the run; the exit code is no longer 0. */
void run_give_up(struct run *run);

/* The folder is made once there is something to put into it.  False, and a
 * complaint, when it cannot be. */
bool run_open_tree(struct run *run);
/* Does a pattern pick this path? */
bool run_picks(struct run *run, const char *path);
/* The next one not done whose data is `target`'s, after *after (NULL: the
 * first); NULL when there is none. */
struct run_alias *run_alias_of(struct run *run, const char *target, struct run_alias *after);
bool run_add_alias(struct run *run, const char *target, const char *path);

#endif
