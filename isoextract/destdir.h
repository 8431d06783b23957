/*
 * Enters directories beneath a root step by step, and never follows a symbolic link,
 * so that nothing leads outside.
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
	int dir; /* the last one entered; most members follow others of the same */
	char path[PATH_SIZE];
	bool was_empty; /* when entered: all that is in it is ours */
};

/* mkdir -p, where no link of another user's leads root astray (asuser.h); -1 with
 * errno. */
int destdir_make(const char *dir);
/* Opens a directory in that way, if it can be written to: of a link, by whoever put it
 * there.  -1 with errno. */
int destdir_look(const char *dir);
/* Opens `dir`, and makes it if it is missing.  -1 with errno. */
int destdir_open(const char *dir, struct destdir *out);
void destdir_close(struct destdir *d);

/* Opens the directory of `path` (clean) as d->dir; makes what is missing. */
enum destdir_result destdir_enter(struct destdir *d, const char *path);
/* What follows the last '/'. */
const char *destdir_base(const char *path);

#endif
