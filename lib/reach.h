/*
 * Names that must be opened again after chroot(2): each directory is kept open, and
 * the name looked up from there.
 */
#ifndef REACH_H
#define REACH_H

#include <stdbool.h>
#include <stddef.h>

struct reach {
	struct reach_place {
		char *path;
		const char *name; /* its last part */
		int dir;
	} * place;
	size_t n;
};

/* Keeps the directory of the path; false with errno.  A
 * directory that is not there is passed over. */
bool reach_keep(struct reach *r, const char *path);
/* What to open instead of the path, which is the path itself where no directory was kept
 * (r may be NULL).  Goes to that directory: no other relative name may be in use. */
const char *reach_enter(const struct reach *r, const char *path);
void reach_free(struct reach *r);

#endif
