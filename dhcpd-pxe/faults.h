/* What is wrong with a rules file: all of it, in the order it was found. */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdbool.h>
#include <stddef.h>

struct fault {
	char *text;   /* "file:line: key "x": why" */
	bool warning; /* the rules can be used all the same */
};

struct faults {
	struct fault *fault;
	size_t n, errors;
};

void faults_add(struct faults *f, bool warning, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void faults_free(struct faults *f);

#endif
