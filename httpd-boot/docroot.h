/* The tree that is served: what a name in it stands for. */
#ifndef DOCROOT_H
#define DOCROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "beneath.h"
#include "imagemaps.h"
#include "file.h"
#include "listing.h"
#include "mime.h"

#define DOCROOT_ETAG 56

struct docroot {
	struct beneath root;
	struct mime_table mime;
	bool listings;            /* of directories without index.html */
	bool same_tags;           /* as another host that has a copy would say */
	struct imagemaps *images; /* NULL: none */
};

enum docroot_result {
	DOCROOT_FILE,
	DOCROOT_PAGE, /* a directory to be listed */
	DOCROOT_NOT_FOUND,
	DOCROOT_FORBIDDEN, /* by the file's mode, or listings are off */
	DOCROOT_CHANGED,   /* an image is not what its map says */
	DOCROOT_BUSY,      /* out of descriptors or memory: try again later */
	DOCROOT_BROKEN     /* the disk, or the network behind it, fails */
};

struct docroot_item {
	struct file *file; /* DOCROOT_FILE: the caller leaves it; NULL if `bytes` are all of it */
	const char *bytes; /* the whole content, valid until the next lookup; NULL: read the file */
	const char *ready; /* the head of a plain response, followed by `bytes`; NULL: none */
	size_t head_len;   /* of `ready` */
	char *page;        /* docroot_list: malloc'ed */
	uint64_t at;       /* where it begins in the file: not 0 within an image */
	uint64_t size;
	int64_t modified;        /* seconds since 1970; -1: unknown */
	const char *type;        /* lives as long as the docroot */
	bool utf8;               /* a text that is valid UTF-8 */
	char etag[DOCROOT_ETAG]; /* DOCROOT_FILE: strong, of inode, size and mtime in ns */
};

/* `name` comes from beneath_clean; `as_dir`: the client put a slash behind it.
 * *out is written for DOCROOT_FILE only, *st (of what `name` itself is) with it. */
enum docroot_result
docroot_find(const struct docroot *docroot, const char *name, bool as_dir, struct stat *st, struct docroot_item *out);
/* A listing of the directory that a decoded request path stands for: DOCROOT_PAGE, or
 * what went wrong. */
enum docroot_result docroot_list(
    const struct docroot *docroot, const char *path, const struct listing_view *view, struct docroot_item *out);
/* Is a path not found because a symbolic link leads out?  What that says in `to`. */
bool docroot_leads_out(const struct docroot *docroot, const char *path, char to[BENEATH_PATH]);

#endif
