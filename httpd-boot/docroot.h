/* What is served: a name a client asks for, to an open file or a page. */
#ifndef DOCROOT_H
#define DOCROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "beneath.h"
#include "file.h"
#include "mime.h"

#define DOCROOT_ETAG 56

struct filecache;

struct docroot {
	struct beneath root;
	struct mime_table mime;
	bool listings;
	struct filecache *cache; /* NULL: none */
};

enum docroot_result {
	DOCROOT_FILE,
	DOCROOT_PAGE, /* a listing */
	DOCROOT_NOT_FOUND,
	DOCROOT_FORBIDDEN, /* the file's mode, or listings are off */
	DOCROOT_BUSY,      /* out of descriptors or memory: try again later */
	DOCROOT_BROKEN     /* the disk or the network behind it fails */
};

struct docroot_item {
	struct file *file; /* DOCROOT_FILE; the caller leaves it; NULL when it is all in bytes */
	const char *bytes; /* the whole content, until the next call; NULL: read it */
	const char *ready; /* with it: the head that a plain response has, the content behind it */
	size_t head_len;
	char *page; /* DOCROOT_PAGE; malloc'ed */
	uint64_t size;
	int64_t modified;
	const char *type;        /* lives as long as the docroot */
	char etag[DOCROOT_ETAG]; /* DOCROOT_FILE; strong: inode, size, time of change in ns */
};

/* `path` is a decoded request path, `now` in seconds since 1970.  *out is
 * written for the first two results alone. */
enum docroot_result
docroot_find(const struct docroot *docroot, const char *path, int64_t now, struct docroot_item *out);

#endif
