/*
 * Writes files beneath a directory and nowhere else.  Each is made under a
 * temporary name beside its place and renamed when complete.  Links in the
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
	mode_t mode; /* as archived; tree_mode says what is set */
	bool has_mtime;
	struct timespec mtime;
	uint64_t size;
	bool has_size;
};

enum tree_result {
	TREE_OK,
	TREE_SAME,        /* it is there already: same size and time, same link */
	TREE_DIFFERS,     /* something else is there, which `force` would replace */
	TREE_IN_THE_WAY,  /* a directory where a file should be, or vice versa */
	TREE_LINK_IN_WAY, /* a part of the path is a symbolic link */
	TREE_ELSEWHERE,   /* tree_copy: the bytes must be read and written */
	TREE_CUT,         /* tree_copy: the file copied from ends early */
	TREE_UNREAD,      /* never from the tree: its caller's source failed */
	TREE_NO_TARGET,   /* hard link to a file that was not extracted */
	TREE_FAILED       /* errno */
};

struct tree;

struct tree_options {
	bool force; /* replace files that differ */
	bool hold;  /* nothing gets its final name before tree_release */
};

/* Makes `dir` if it is missing.  NULL with errno. */
struct tree *tree_open(const char *dir, const struct tree_options *o);
/* Removes what is unfinished or held. */
void tree_close(struct tree *t);

/* Does the file system take `A` for `a`?  Tests it once. */
bool tree_folds_case(struct tree *t);

/* u+rw,a+rX; no writing for others, no set-id bits. */
mode_t tree_mode(mode_t archived, bool is_dir);

/* Paths are clean (path_clean).  Missing directories above are made. */
enum tree_result tree_dir(struct tree *t, const char *path, const struct tree_meta *m);
/* `target` is the link's text; the caller has checked it. */
enum tree_result tree_symlink(struct tree *t, const char *path, const char *target);
enum tree_result tree_hardlink(struct tree *t, const char *path, const char *target);

/* One file at a time: begin, write any number of times, then end or drop. */
enum tree_result tree_begin(struct tree *t, const char *path, const struct tree_meta *m);
enum tree_result tree_write(struct tree *t, const void *bytes, size_t len, uint64_t offset);
/* Lets the kernel copy the bytes from a file or device.  TREE_ELSEWHERE: it cannot
 * copy between these two. */
enum tree_result tree_copy(struct tree *t, const struct kcopy *piece);
enum tree_result tree_end(struct tree *t);
void tree_drop(struct tree *t);

/* Gives what is held its final names. */
enum tree_result tree_release(struct tree *t);
/* Sets the times of directories, which each file made in them changed. */
void tree_finish(struct tree *t);

#endif
