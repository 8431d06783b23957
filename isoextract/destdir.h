/*
 * Directories beneath one, entered step by step; a symbolic link is never
 * followed, so nothing leads outside.
 */
#ifndef DESTDIR_H
#define DESTDIR_H

#include <stdbool.h>

#include "path.h"

enum destdir_result {
	DESTDIR_OK,
	DESTDIR_IN_THE_WAY, /* a part of the path is a file */
	DESTDIR_LINK,       /* a part of the path is a symbolic link */
	DESTDIR_FAILED      /* errno */
};

struct destdir {
	int root;
	int dir; /* the one entered last: members of one follow each other */
	char path[PATH_SIZE];
	bool was_empty; /* when it was entered: only ours is in it */
};

/* Makes `dir` where it is missing, as mkdir -p does.  -1 with errno. */
int destdir_open(const char *dir, struct destdir *out);
void destdir_close(struct destdir *d);

/* Opens the directory that `path` (cleaned) lies in as d->dir, making those that
 * are missing. */
enum destdir_result destdir_enter(struct destdir *d, const char *path);
/* What follows the last '/'. */
const char *destdir_base(const char *path);

#endif
