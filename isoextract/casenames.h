/*
 * Names that were written, to find those that differ in letters' case alone:
 * to a file system or server that ignores case they are one.  Pure.
 */
#ifndef CASENAMES_H
#define CASENAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct names {
	uint64_t *folded, *exact; /* hashes: twice 8 bytes a name; 0 for none */
	size_t n, size;
};

enum names_result {
	NAMES_NEW,
	NAMES_SAME, /* it was added before */
	NAMES_CASE, /* another one was, that differs in case */
	NAMES_MEMORY
};

/* Letters beyond ASCII are compared as they are. */
enum names_result names_add(struct names *s, const char *path);
void names_free(struct names *s);

#endif
