/*
 * The words of GRUB's shell: quotes, escapes, variables, blocks, comments, as
 * GRUB 2.06 reads them (grub-core/script, and what it prints when asked).  Pure.
 */
#ifndef GRUBWORDS_H
#define GRUBWORDS_H

#include <stdbool.h>
#include <stddef.h>

#define GRUBWORDS_MAX 64    /* words of a command; more are left out */
#define GRUBWORDS_TEXT 4096 /* bytes of them with their NULs; what does not fit is left out */
#define GRUBWORDS_NAME 64   /* longer names of variables are never set */

/* What ended a command. */
enum grubwords_end { GRUBWORDS_LINE, GRUBWORDS_OPEN, GRUBWORDS_CLOSE };

/* A command.  The words point into `text`: grubwords_copy, not an assignment, makes
 * another of it. */
struct grubwords {
	char *word[GRUBWORDS_MAX];
	size_t n;
	enum grubwords_end end; /* OPEN: a '{', CLOSE: a '}', which has been read */
	bool bad;               /* GRUB refuses it as a syntax error and goes on behind it */
	char text[GRUBWORDS_TEXT];
};

/* Where variables come from: the value, valid until the next call, or NULL.  A
 * function's arguments are "1", "2" ..., their number is "#". */
struct grubwords_variables {
	const char *(*get)(const void *context, const char *name);
	const void *context;
};

/* Passes blanks, ends of lines, semicolons and comments, to where a command begins. */
const char *grubwords_begin(const char *p, const char *end);
/* Reads a command and sets *at behind it; no word at all before a brace is one, too.
 * False at the end of the text. */
bool grubwords_read(const char **at, const char *end, const struct grubwords_variables *vars, struct grubwords *out);
/* The '}' of the block whose '{' stands before p; `end` when it has none. */
const char *grubwords_block_end(const char *p, const char *end);

/* Words `first` and on. */
void grubwords_copy(struct grubwords *to, const struct grubwords *from, size_t first);
/* Drops word k. */
void grubwords_drop(struct grubwords *c, size_t k);

#endif
