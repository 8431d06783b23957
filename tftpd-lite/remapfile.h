/* The file of rewrite rules (-m): its directory is opened once, the file at start and at SIGHUP. */
#ifndef REMAPFILE_H
#define REMAPFILE_H

#include "remap.h"

struct remapfile {
	const char *shown; /* as the user wrote it; kept, not copied */
	const char *name;  /* its last component */
	int dir;           /* O_PATH of its directory: editors replace the file */
	int fd;            /* the file, until it is read for the first time; -1 */
};

/* Opens the file and its directory.  -1 with errno. */
int remapfile_open(const char *path, struct remapfile *out);
/* Reads it into *map.  -1 when it is wrong: every mistake has been logged, and
 * *map is untouched. */
int remapfile_load(struct remapfile *f, struct remap *map);

#endif
