/*
 * Folders beneath one, entered step by step; a symbolic link is never
 * followed, so nothing leads outside.
 */
#ifndef DESTDIR_H
#define DESTDIR_H

#include <stdbool.h>

#include "path.h"

enum folder_result {
	FOLDER_OK,
	FOLDER_IN_THE_WAY, /* a part of the path is a file */
	FOLDER_LINK,       /* a part of the path is a symbolic link */
	FOLDER_FAILED      /* errno */
};

struct folder {
	int root;
	int dir; /* the one entered last: members of one follow each other */
	char path[PATH_SIZE];
	bool was_empty; /* when it was entered: only ours is in it */
};

/* Makes `dir` where it is missing, as mkdir -p does.  -1 with errno. */
int folder_open(const char *dir, struct folder *out);
void folder_close(struct folder *f);

/* Opens the folder that `path` (cleaned) lies in as f->dir, making those that
 * are missing. */
enum folder_result folder_enter(struct folder *f, const char *path);
/* What follows the last '/'. */
const char *folder_base(const char *path);

#endif
