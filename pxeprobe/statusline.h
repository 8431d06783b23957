/*
 * Lines at the foot of a terminal that are drawn anew as things change, below
 * those that stay.
 */
#ifndef STATUSLINE_H
#define STATUSLINE_H

#include <stdio.h>

struct live {
	FILE *out;
	unsigned drawn; /* lines that stand there now */
};

/* Takes the lines away; what is printed next stays above them. */
void live_clear(struct live *l);
/* How many may be drawn, and how wide. */
void live_size(const struct live *l, unsigned *rows, unsigned *columns);
/* Adds a line, cut to `columns`. */
void live_line(struct live *l, unsigned columns, const char *text);
/* The same for a lone line in place of those that stand there. */
void live_only(struct live *l, const char *text);

#endif
