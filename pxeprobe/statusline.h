/*
 * Lines at the bottom of a terminal that are redrawn as things change, below
 * the output that stays.
 */
#ifndef STATUSLINE_H
#define STATUSLINE_H

#include <stdio.h>

struct statusline {
	FILE *out;
	unsigned drawn; /* lines shown now */
};

/* Removes the lines; what is printed next stays. */
void statusline_clear(struct statusline *l);
/* How many lines may be shown, and how wide they may be. */
void statusline_size(const struct statusline *l, unsigned *rows, unsigned *columns);
/* Adds a line, cut to `columns`. */
void statusline_add(struct statusline *l, unsigned columns, const char *text);
/* Shows this one line in place of those shown now. */
void statusline_set(struct statusline *l, const char *text);

#endif
