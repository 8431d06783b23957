/*
 * What every interpreter of a script language holds: the texts that run, each
 * called by the one below it, and the variables.  Pure.
 */
#ifndef INTERP_H
#define INTERP_H

#include <stdbool.h>
#include <stddef.h>

#define INTERP_TEXTS 24 /* that call one another */
#define INTERP_VARS 256
#define INTERP_NAME 64
#define INTERP_VALUE 512 /* longer values are cut */

/* A text and how far it has been read.  bytes[len] is NUL. */
struct script_text {
	char *bytes;
	size_t len, pos;
	unsigned line;
};

struct interp_var {
	char name[INTERP_NAME];
	char *value;
};

/* All zero: nothing runs, nothing is set. */
struct interp {
	struct script_text text[INTERP_TEXTS];
	size_t depth;
	struct interp_var var[INTERP_VARS];
	size_t vars;
};

void interp_free(struct interp *s);

/* Runs a copy of these bytes next; `line` is the number of the line that they
 * begin in.  False when texts nest too deep, or out of memory. */
bool interp_push(struct interp *s, const char *bytes, size_t len, unsigned line);
/* Ends the text that runs. */
void interp_pop(struct interp *s);
/* The text that runs; NULL when none does. */
struct script_text *interp_top(struct interp *s);

/* NULL when it was never set. */
const char *interp_get(const struct interp *s, const char *name);
/* Dropped when there are too many, or out of memory. */
void interp_set(struct interp *s, const char *name, const char *value);

/* Is the word one of the list's, which are separated by blanks? */
bool word_in(const char *word, const char *list);

#endif
