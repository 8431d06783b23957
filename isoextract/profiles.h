/* The profiles in use: those of -P, then those installed. */
#ifndef PROFILES_H
#define PROFILES_H

#include <stdbool.h>
#include <stddef.h>

#include "profile.h"

struct profiles {
	struct profile *item;
	size_t n, size;
	const char **texts; /* names of files in an image that profiles read */
	size_t n_texts;
};

/* Reads a file, or all files of a directory except hidden ones and "*~", and logs
 * their faults; false if there were any.  Appends a directory's profiles by their
 * order, then by family.  Skips families that are there already. */
bool profiles_load(struct profiles *all, const char *path);
/* The directory of profiles beside the program, as in a source tree, or else of the
 * installed ones; NULL without either.  `out` has PATH_SIZE bytes. */
const char *profiles_default(char *out);
/* Fills in texts, whose strings belong to the profiles. */
bool profiles_collect_texts(struct profiles *all);
void profiles_free(struct profiles *all);

#endif
