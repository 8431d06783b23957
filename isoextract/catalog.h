/*
 * What an image holds, as far as telling how it boots needs it: all names,
 * what the first bytes of possible kernels and loaders say, and a few small
 * texts.  Pure.
 */
#ifndef CATALOG_H
#define CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bootprog.h"

#define CATALOG_PEEK 32768 /* an x86 kernel's version stands some 16 KiB in */
#define CATALOG_TEXT 16384 /* of a text that is kept */

enum catalog_type { CATALOG_FILE, CATALOG_DIR, CATALOG_LINK };

struct catalog_member {
	char *path;
	char *link; /* CATALOG_LINK: the path it leads to, inside; else NULL */
	enum catalog_type type;
	uint64_t size;
	struct image image;         /* IMAGE_UNKNOWN where nobody looked */
	enum bootprog_kind program; /* by its first bytes */
	char *text;                 /* NULL where it is not kept */
	bool claimed;               /* boot.c: a record has been made of it */
};

struct catalog {
	struct catalog_member *member; /* sorted by path once catalog_sort was called */
	size_t n, size;
	const char *const *texts; /* names of further texts to keep; borrowed */
	size_t n_texts;
	bool remote; /* each look is a request: only where the name promises something */
	char volume[33];
	uint64_t bytes; /* of the image */
};

void catalog_free(struct catalog *c);

/* Adds a member; `link` is an archive's link target, NULL for files and
 * directories.  The pointer is good until the next call; NULL for lack of memory. */
struct catalog_member *
catalog_add(struct catalog *c, const char *path, enum catalog_type type, uint64_t size, const char *link);
/* How many of its first bytes are worth having; 0 for none. */
size_t catalog_wants(const struct catalog *c, const struct catalog_member *m);
/* Takes them.  False for lack of memory. */
bool catalog_peeked(const struct catalog *c, struct catalog_member *m, const void *bytes, size_t len);

void catalog_sort(struct catalog *c);
/* The file or directory of that name, links followed; NULL when there is none. */
struct catalog_member *catalog_find(const struct catalog *c, const char *path);
/* Does a member's whole path fit the glob (path_capture)? */
bool catalog_has(const struct catalog *c, const char *glob);
/* A text that was kept, NULL when there is none. */
const char *catalog_text(const struct catalog *c, const char *path);

#endif
