/*
 * Lines at the foot of a terminal that are drawn anew as things change, below
 * those that stay.
 */
#ifndef STATUSLINE_H
#define STATUSLINE_H

#include <stdio.h>

struct statusline {
	FILE *out;
	unsigned drawn; /* lines that stand there now */
};

/* Takes the lines away; what is printed next stays above them. */
void statusline_clear(struct statusline *l);
/* How many may be drawn, and how wide. */
void statusline_size(const struct statusline *l, unsigned *rows, unsigned *columns);
/* Adds a line, cut to `columns`. */
void statusline_add(struct statusline *l, unsigned columns, const char *text);
/* The same for a lone line in place of those that stand there. */
void statusline_set(struct statusline *l, const char *text);

#endif
