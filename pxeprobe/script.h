/*
 * What a reader of scripts holds, whatever the language: the texts that run,
 * one called by the other, and the variables.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#define SCRIPT_TEXTS 16 /* that call one another */
#define SCRIPT_VARS 256
#define SCRIPT_NAME 64
#define SCRIPT_VALUE 512 /* longer values are cut */

/* A text, and how far it was read.  bytes[len] is NUL. */
struct text {
	char *bytes;
	size_t len, pos;
	unsigned line;
};

struct script_var {
	char name[SCRIPT_NAME];
	char *value;
};

/* All zero: nothing runs, nothing is set. */
struct script {
	struct text text[SCRIPT_TEXTS];
	size_t depth;
	struct script_var var[SCRIPT_VARS];
	size_t vars;
};

void script_free(struct script *s);

/* Runs a copy of these bytes next; `line` is the number of the line they
 * begin in.  False when texts nest too deep, or out of memory. */
bool script_push(struct script *s, const char *bytes, size_t len, unsigned line);
/* The text that runs is over. */
void script_pop(struct script *s);
/* The text that runs; NULL when none does. */
struct text *script_top(struct script *s);

/* NULL when it was never set. */
const char *script_get(const struct script *s, const char *name);
/* Dropped when there are too many, or out of memory. */
void script_set(struct script *s, const char *name, const char *value);

#endif
