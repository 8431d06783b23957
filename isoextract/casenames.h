/*
 * The names written so far, to find those that differ only in case: for a file
 * system or server that ignores case they are the same.  Pure.
 */
#ifndef CASENAMES_H
#define CASENAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct casenames {
	uint64_t *folded, *exact; /* hashes, 16 bytes per name; 0: empty slot */
	size_t n, size;
};

enum casenames_result {
	CASENAMES_NEW,
	CASENAMES_SAME, /* it was added before */
	CASENAMES_CASE, /* a name was added before that differs only in case */
	CASENAMES_MEMORY
};

/* Ignores the case of ASCII letters only. */
enum casenames_result casenames_add(struct casenames *s, const char *path);
void casenames_free(struct casenames *s);

#endif
