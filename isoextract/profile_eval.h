/*
 * Applies a profile's rules to one kernel of one image: fills in templates and checks
 * conditions (pxe-facts(5), PROFILES).  Pure.
 */
#ifndef PROFILE_EVAL_H
#define PROFILE_EVAL_H

#include <stdbool.h>
#include <stddef.h>

#include "catalog.h"
#include "path.h"
#include "profile.h"
#include "release.h"

#define PROFILE_EVAL_TEXT 1024

struct profile_eval {
	struct catalog *catalog;
	const struct profile *profile; /* NULL: no profile fits the image */
	const struct release *release;
	const struct profile_rule *rule; /* NULL without a profile */
	struct catalog_member *kernel;
	char dir[PATH_SIZE];                 /* the kernel's directory, with '/', or "" */
	char member[PATH_SIZE];              /* what the rule's `find` found; "" without one */
	char menu[2 * PROFILE_EVAL_TEXT];    /* the kernel's arguments in the image's own menus */
	char modules[2 * PROFILE_EVAL_TEXT]; /* and what these load with it, ',' between */
	char major[16];                      /* the release's version up to its first '.' */
	char kib[24];                        /* the image's size, rounded up */
	struct path_captures found;          /* what each `*` of the kernel's glob matched */
	unsigned tried;                      /* how many kernels rules were applied to */
};

/* Copies the next piece of a list, up to `sep`; false at its end. */
bool profile_eval_piece(const char **list, char sep, char *out, size_t size);
/* Appends n bytes; false, with *out unchanged, if they do not fit. */
bool profile_eval_append(char *out, size_t size, const char *text, size_t n);
/* Fills in {dir}, {volume}, {kib}, {found}, {menu}, {modules}, {major}, {1}..{9} and leaves other templates to the menu.
 * False if the text does not fit. */
bool profile_eval_expand(const struct profile_eval *e, const char *from, char *out, size_t size);

/* Does a text, which may be NULL, match one of the globs? */
bool profile_eval_text_fits(const char *globs, const char *text);
/* Does a member's path match one of the rule's kernel (or mirror) globs?  Fills e->found. */
bool profile_eval_kernel_fits(struct profile_eval *e, const char *path);
bool profile_eval_holds(const struct profile_eval *e, const struct profile_conditions *c);
/* Does the profile fit this image? */
bool profile_eval_profile_fits(const struct profile_eval *e);
/* Copies the path of the file that `glob`, with templates filled in, names exactly,
 * or else of the first that it matches.  False if there is none or its path does
 * not fit. */
bool profile_eval_member(const struct profile_eval *e, const char *glob, char *out, size_t size);

#endif
