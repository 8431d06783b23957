/*
 * Names that were written, to find those that differ in letters' case alone:
 * to a file system or server that ignores case they are one.  Pure.
 */
#ifndef CASENAMES_H
#define CASENAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct casenames {
	uint64_t *folded, *exact; /* hashes: twice 8 bytes a name; 0 for none */
	size_t n, size;
};

enum casenames_result {
	CASENAMES_NEW,
	CASENAMES_SAME, /* it was added before */
	CASENAMES_CASE, /* another one was, that differs in case */
	CASENAMES_MEMORY
};

/* Letters beyond ASCII are compared as they are. */
enum casenames_result casenames_add(struct casenames *s, const char *path);
void casenames_free(struct casenames *s);

#endif
