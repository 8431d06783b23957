/* What is served: a name a client asks for, to an open file or a page. */
#ifndef SITE_H
#define SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "beneath.h"
#include "file.h"
#include "type.h"

#define SITE_ETAG 56

struct cache;

struct site {
	struct beneath root;
	struct type_table types;
	bool listings;
	struct cache *cache; /* NULL: none */
};

enum site_result {
	SITE_FILE,
	SITE_PAGE, /* a listing */
	SITE_NOT_FOUND,
	SITE_FORBIDDEN, /* the file's mode, or listings are off */
	SITE_BUSY,      /* out of descriptors or memory: try again later */
	SITE_BROKEN     /* the disk or the network behind it fails */
};

struct site_item {
	struct file *file; /* SITE_FILE; the caller leaves it; NULL when it is all in bytes */
	const char *bytes; /* the whole content, until the next call; NULL: read it */
	const char *ready; /* with it: the head that a plain answer has, the content behind it */
	size_t head_len;
	char *page; /* SITE_PAGE; malloc'ed */
	uint64_t size;
	int64_t modified;
	const char *type;     /* lives as long as the site */
	char etag[SITE_ETAG]; /* SITE_FILE; strong: inode, size, time of change in ns */
};

/* `path` is a decoded request path, `now` in seconds since 1970.  *out is
 * written for the first two results alone. */
enum site_result site_find(const struct site *site, const char *path, int64_t now, struct site_item *out);

#endif
