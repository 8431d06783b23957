/*
 * Files written beneath a directory, and nowhere else: each is made under a
 * temporary name beside its place and renamed when it is whole.  Links in the
 * directory are never followed.
 */
#ifndef TREE_H
#define TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "kcopy.h"

struct tree_meta {
	mode_t mode; /* as archived; what is set is tree_mode's */
	bool has_mtime;
	struct timespec mtime;
	uint64_t size;
	bool has_size;
};

enum tree_result {
	TREE_OK,
	TREE_SAME,        /* it is there already: same size and time, same link */
	TREE_DIFFERS,     /* something else is there; `force` would replace it */
	TREE_IN_THE_WAY,  /* a directory where a file should be, or the other way round */
	TREE_LINK_IN_WAY, /* a part of the path is a symbolic link */
	TREE_ELSEWHERE,   /* tree_copy: the bytes have to be read and written */
	TREE_CUT,         /* tree_copy: the file that is copied from ends before */
	TREE_UNREAD,      /* nothing that the tree says: its caller's source failed */
	TREE_NO_TARGET,   /* hard link to what was not extracted */
	TREE_FAILED       /* errno */
};

struct tree;

struct tree_options {
	bool force; /* replace files that differ */
	bool hold;  /* nothing gets its final name before tree_release */
};

/* Makes `dir` where it is missing.  NULL with errno. */
struct tree *tree_open(const char *dir, const struct tree_options *o);
/* Removes what is unfinished or held. */
void tree_close(struct tree *t);

/* Does the file system take `A` for `a`?  Tried once. */
bool tree_folds_case(struct tree *t);

/* u+rw, a+rX, for others no more than reading; no set-id bits. */
mode_t tree_mode(mode_t archived, bool is_dir);

/* Paths are cleaned ones (path_clean).  Directories above are made as needed. */
enum tree_result tree_dir(struct tree *t, const char *path, const struct tree_meta *m);
/* `target` as it will stand in the link; the caller has judged it. */
enum tree_result tree_symlink(struct tree *t, const char *path, const char *target);
enum tree_result tree_hardlink(struct tree *t, const char *path, const char *target);

/* One file at a time: begin, write any number of times, then end or drop. */
enum tree_result tree_begin(struct tree *t, const char *path, const struct tree_meta *m);
enum tree_result tree_write(struct tree *t, const void *bytes, size_t len, uint64_t offset);
/* The same with bytes that the kernel copies, from a place in a file or device.
 * TREE_ELSEWHERE: not between these two. */
enum tree_result tree_copy(struct tree *t, const struct kcopy *piece);
enum tree_result tree_end(struct tree *t);
void tree_drop(struct tree *t);

/* Gives what was held its final names. */
enum tree_result tree_release(struct tree *t);
/* Directories get their times, which every file made in them had changed. */
void tree_finish(struct tree *t);

#endif
