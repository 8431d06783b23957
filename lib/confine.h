/*
 * What a process can reach from now on: Landlock where the kernel has it (from 5.13
 * on), else chroot(2) where we may.  Before the user is changed, and after
 * listen_notify_open and log_open.
 */
#ifndef CONFINE_H
#define CONFINE_H

#include <stdbool.h>
#include <stddef.h>

#define CONFINE_ERROR 256

/* A directory or file that stays reachable. */
struct confine_path {
	int fd;           /* open (O_PATH will do) */
	const char *name; /* when the directory turns out to be /, which would confine nothing: only this
	                   * entry of it.  NULL: the whole of it is meant */
	bool write;       /* create, write, rename, remove files below it too */
	bool tree;        /* and directories and links */
	bool parent;      /* only remove empty directories */
};

struct confine {
	const struct confine_path *path;
	size_t n;
	int root;         /* what chroot makes /: a directory, or one of those below */
	bool connections; /* TCP: ports may be bound and connected */
};

#define CONFINE_EMPTY (-1)     /* a directory with nothing in it */
#define CONFINE_NO_CHROOT (-2) /* without Landlock, everything stays reachable */

enum confine_fence { CONFINE_NONE, CONFINE_LANDLOCK, CONFINE_CHROOT };

/* From here on only what lies beneath the paths can be opened; where the
 * kernel's Landlock knows of it, also: without `connections` no TCP port is bound
 * or connected; nobody outside gets a signal; no abstract UNIX
 * socket of others is reached.  With chroot, names lead nowhere but into `root`,
 * and directories that are open stay usable.  Sets no_new_privs.  *fence says
 * which it was; NONE: the kernel has no Landlock, and we may not chroot.  Any other
 * failure is -1 and a sentence.  Files already open stay usable. */
int confine_enter(const struct confine *c, enum confine_fence *fence, char error[CONFINE_ERROR]);

#endif
