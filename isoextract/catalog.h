/*
 * What finding out how an image boots needs of its contents: all names, what the
 * first bytes of possible kernels and loaders say, and a few small texts.  Pure.
 */
#ifndef CATALOG_H
#define CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bootprog.h"
#include "multiboot.h"

#define CATALOG_PEEK 32768        /* an x86 kernel has its version about 16 KiB in */
#define CATALOG_TEXT 65536        /* bytes kept of a text */
#define CATALOG_HEAD CATALOG_TEXT /* the most that catalog_wants says */

enum catalog_type { CATALOG_FILE, CATALOG_DIR, CATALOG_LINK };

struct catalog_member {
	char *path;
	char *link; /* CATALOG_LINK: the path it leads to, "" if outside; else NULL */
	enum catalog_type type;
	uint64_t size;
	struct image image;         /* IMAGE_UNKNOWN where nobody looked */
	enum bootprog_kind program; /* by its first bytes */
	enum multiboot multiboot;   /* likewise */
	char *text;                 /* NULL if not kept */
	bool claimed;               /* by boot.c: it has a record */
};

struct catalog {
	struct catalog_member *member; /* sorted by path after catalog_sort */
	size_t n, size;
	const char *const *texts; /* names of more texts to keep; borrowed */
	size_t n_texts;
	size_t menus; /* how many texts of menus are kept */
	bool remote;  /* reading costs requests: read only what has a promising name */
	char volume[33];
	uint64_t bytes;           /* of the image */
	bool disk;                /* it is a disk's, not a disc's */
	bool bios_boot, efi_boot; /* such machines start from it: a disc by its El Torito catalog */
};

void catalog_free(struct catalog *c);

/* Adds a member; `link` is a link's target, NULL for files and directories.  The
 * pointer is valid until the next call; NULL for lack of memory. */
struct catalog_member *
catalog_add(struct catalog *c, const char *path, enum catalog_type type, uint64_t size, const char *link);
/* How many of a member's first bytes to give to catalog_peeked; 0: none. */
size_t catalog_wants(const struct catalog *c, const struct catalog_member *m);
/* Takes the bytes.  False for lack of memory. */
bool catalog_peeked(struct catalog *c, struct catalog_member *m, const void *bytes, size_t len);

void catalog_sort(struct catalog *c);
/* Follows links to the file or directory of that name; NULL if there is none. */
struct catalog_member *catalog_find(const struct catalog *c, const char *path);
/* Does a member's path match the glob (path_capture)? */
bool catalog_has(const struct catalog *c, const char *glob);
/* A kept text; NULL if there is none. */
const char *catalog_text(const struct catalog *c, const char *path);

#endif
