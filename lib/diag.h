/* What is wrong with a rules file: all of it, in the order it was found. */
#ifndef DIAG_H
#define DIAG_H

#include <stdbool.h>
#include <stddef.h>

struct diag_line {
	char *text;   /* "file:line: key "x": why" */
	bool warning; /* the rules can be used all the same */
};

struct diag {
	struct diag_line *line;
	size_t n, errors;
	bool no_memory; /* among the errors: nothing is wrong with the file then */
};

void diag_add(struct diag *d, bool warning, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* "where: out of memory". */
void diag_no_memory(struct diag *d, const char *where);
/* To the log, for a daemon that runs. */
void diag_log(const struct diag *d);
void diag_free(struct diag *d);

#endif
