/*
 * A run over one image: its options and the state that all parts of it share, down
 * to the exit code.  Errors go to stderr (diag.h has most of the sentences).
 */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "log.h"
#include "progress.h"
#include "selection.h"
#include "source.h"

#define RUN_QUOTED 512 /* room for a quoted name in a message */

struct extents;

struct run_options {
	const char *name;       /* SOURCE, for messages */
	const char *dir;        /* where to write; NULL: write nothing */
	const char *dir_path;   /* what leads there, if not that name */
	bool list, boot, check; /* -l, -b, -n */
	bool extents;           /* -x */
	char *const *given;     /* -b KERNEL INITRD...: all these, files; else NULL */
	uint64_t image_size;    /* of SOURCE, with -x */
	int64_t image_mtime;
	bool force, json, quiet;
	bool (*interrupted)(void);
};

struct run {
	const struct run_options *o;
	struct source *source; /* the image, decompressed or spooled if necessary */
	struct selection *selection;
	const struct extents *only; /* with -x: what is to be extracted; else NULL */
	struct progress progress;
	unsigned errors; /* reported or just counted */
	enum exit_code rc;
	bool stop; /* going on makes no sense */
};

/* Takes `source` over; the rest is borrowed. */
void run_open(struct run *run, const struct run_options *o, struct source *source, struct selection *selection);
void run_close(struct run *run);

/* Prints one line on stderr; the exit code becomes `rc` unless it was worse. */
void run_error(struct run *run, enum exit_code rc, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Ends the run with an exit code other than 0. */
void run_give_up(struct run *run);
bool run_is_interrupted(const struct run *run);
/* Says how many errors were counted but not reported. */
void run_report_hidden_errors(const struct run *run);

#endif
