/*
 * Opening a path that a client or an archive chose, never outside a directory.
 */
#ifndef BENEATH_H
#define BENEATH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#define BENEATH_PATH 4096

struct beneath {
	bool hides; /* a directory below it, by these numbers, as if it were not there */
	dev_t hidden_dev;
	ino_t hidden_ino;
	int fd;     /* O_PATH of the directory */
	char *real; /* its absolute path without links, for links that
	                      * are absolute and lead back inside */
};

/* 0, or -1 with errno (ENOTDIR if it is not a directory). */
int beneath_root(const char *dir, struct beneath *root);
void beneath_close(struct beneath *root);

/* Whatever way leads to it, this directory (open) and what it holds are not found. */
int beneath_hide(struct beneath *root, int dir);
/* Is it that one? */
bool beneath_hides(const struct beneath *root, const struct stat *st);

/* Does an absolute path without links (realpath(3)) lie beneath the root, or is it that? */
bool beneath_encloses(const struct beneath *root, const char *real);

/* The name as it is looked up: '\' as '/', runs of '/' as one, none at the
 * start, "." parts gone; "" for the root itself.  ".." stays, for the file
 * system to resolve.  False when it does not fit. */
bool beneath_clean(const char *name, char *out, size_t size);

/* openat(2) of a cleaned name beneath the root.  Links are followed while
 * they stay inside; what would leave is ENOENT.  FIFOs and devices are never
 * opened (ENOENT): O_NONBLOCK is added and the type checked.  O_CLOEXEC is
 * added. */
int beneath_open(const struct beneath *root, const char *name, int flags, mode_t mode);

/* For whoever asks why that name is not found: true when a symbolic link on its way leads
 * out, and what it says in `to`. */
bool beneath_leads_out(const struct beneath *root, const char *name, char to[BENEATH_PATH]);

#endif
