/*
 * Where the files of an image lie in it, as facts lines (pxe-facts(5)), so that a server
 * can serve them from the image; and which do not lie there in one piece.
 */
#ifndef EXTENTS_H
#define EXTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "run.h"

/* Paths of members that have to be extracted. */
struct extents {
	char **path; /* sorted */
	size_t n, size;
};

/* Prints a line for the image and one for each file and link that is picked, and fills
 * in the paths of the `extract` lines.  False after reporting an error. */
bool extents_print(struct run *run, struct extents *out);
/* Prints the line of one file that lies at `at`. */
void extents_print_file(const struct run *run, const char *path, uint64_t at, uint64_t size);
/* Has it to be extracted?  NULL: everything has. */
bool extents_have(const struct extents *e, const char *path);
void extents_free(struct extents *e);

#endif
