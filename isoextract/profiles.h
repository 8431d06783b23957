/* The profiles there are: those of -P, then those that were installed. */
#ifndef PROFILES_H
#define PROFILES_H

#include <stdbool.h>
#include <stddef.h>

#include "profile.h"

struct profiles {
	struct profile *item;
	size_t n, size;
	const char **texts; /* files that profiles want to read in an image */
	size_t n_texts;
};

/* Reads a file, or each file of a directory (hidden ones and "*~" are left out),
 * and logs what is wrong with them; false when something was.  Those of a
 * directory come by their order, then by the family's name, behind those that
 * are there already.  A family that is there already is passed over. */
bool profiles_load(struct profiles *all, const char *path);
/* The directory of the installed ones, or the one beside the program in a source
 * tree; NULL when there is none.  `out` has PATH_SIZE bytes. */
const char *profiles_default(char *out);
/* Fills in texts, whose strings belong to the profiles. */
bool profiles_collect_texts(struct profiles *all);
void profiles_free(struct profiles *all);

#endif
