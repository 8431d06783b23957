/* The file of rewrite rules (-m): found once, read at start and at SIGHUP. */
#ifndef REMAPFILE_H
#define REMAPFILE_H

#include "remap.h"

struct mapfile {
	const char *shown; /* as the user wrote it; kept, not copied */
	const char *name;  /* the last part of it */
	int dir;           /* O_PATH of its folder: editors replace the file */
};

/* -1 with errno. */
int mapfile_open(const char *path, struct mapfile *out);
/* Reads it into *map.  -1 when it is wrong: everything that is was logged,
 * and *map is untouched. */
int mapfile_load(const struct mapfile *f, struct map *map);

#endif
