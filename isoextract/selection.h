/* The patterns that pick members; without any, everything is picked.  Pure. */
#ifndef SELECTION_H
#define SELECTION_H

#include <stdbool.h>
#include <stddef.h>

struct selection {
	char **pattern; /* clean (path_pattern) */
	bool *matched;  /* for each pattern: it picked something */
	size_t n;
};

/* False for lack of memory. */
bool selection_add(struct selection *s, const char *pattern);
void selection_free(struct selection *s);

/* Is this clean path picked?  Marks the patterns that pick it. */
bool selection_picks(struct selection *s, const char *path);
/* The same without marking; NULL picks everything. */
bool selection_wants(const struct selection *s, const char *path);
/* Could something beneath this clean directory be picked?  NULL: yes. */
bool selection_enters(const struct selection *s, const char *dir);
/* Does a pattern ask for El Torito boot images? */
bool selection_asks_for_boot_images(const struct selection *s);

#endif
