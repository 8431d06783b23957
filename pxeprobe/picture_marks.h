/* What picture.c notes, and picture_svg.c and picture_text.c draw.  Pure. */
#ifndef PICTURE_MARKS_H
#define PICTURE_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PICTURE_SERVERS 6 /* more share the last column */
#define PICTURE_LABEL 240
#define PICTURE_MARKS 2000

enum mark_kind { MARK_MACHINE, MARK_ASK, MARK_ANSWER, MARK_NOTE, MARK_FAULT, MARK_WARNING, MARK_BOOTS, MARK_FAILS };

struct mark {
	enum mark_kind kind;
	int server; /* its column, from 0; -1: all */
	bool failed;
	uint64_t ms;
	char label[PICTURE_LABEL];
};

struct picture {
	char server[PICTURE_SERVERS][64];
	int servers;
	struct mark *mark;
	size_t n, size;
};

/* The next line of a text that is at most `width` characters long: how many bytes it takes,
 * the blank behind it included; *shown is how many of them are drawn. */
size_t picture_line(const char *text, size_t width, size_t *shown);

#endif
