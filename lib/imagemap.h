/*
 * Which bytes of an image are which file: what `isoextract -x` prints, for servers that
 * serve an image as it is.  Pure.  Paths are cleaned as beneath_clean does it.
 */
#ifndef IMAGEMAP_H
#define IMAGEMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGEMAP_PATH 4096
#define IMAGEMAP_ERROR 200

struct imagemap_entry {
	const char *path, *to; /* `to`: of a link, else NULL */
	uint64_t at, size;
	int64_t mtime; /* seconds since 1970; the image's where the line says nothing */
};

struct imagemap {    /* zero it to start */
	char *image; /* its path beneath the served directory */
	uint64_t image_size;
	int64_t image_mtime;
	struct imagemap_entry *entry; /* sorted by path */
	size_t n, room;
	char *text; /* what the entries point into */
	size_t len, size;
	uint32_t *slot; /* entries and directories by their hash */
	size_t slots;
	size_t longest_link; /* bytes of its path: longer ones need not be looked for */
};

/* Reads a map.  The text, malloc'ed, is overwritten and becomes the map's own, which saves
 * as much memory as it has.  False, with its line and why in `error`, when it is wrong; what
 * was read is then gone. */
bool imagemap_parse(struct imagemap *x, char *text, size_t len, char error[IMAGEMAP_ERROR]);
void imagemap_free(struct imagemap *x);

/* What a path below the image's top is, links followed: "" is the top.  *entry is the file,
 * `found` a directory's path, resolved. */
enum imagemap_kind { IMAGEMAP_MISSING, IMAGEMAP_FILE, IMAGEMAP_DIRECTORY };
enum imagemap_kind imagemap_find(
    const struct imagemap *x, const char *path, const struct imagemap_entry **entry, char found[IMAGEMAP_PATH]);

/* What a directory holds, by a path as imagemap_find resolved it: each name once, by
 * itself.  Zero but for `dir` to start; false behind the last. */
struct imagemap_walk {
	const char *dir;
	size_t at;
	char name[256];
	const struct imagemap_entry *entry; /* NULL: a directory */
};
bool imagemap_next(const struct imagemap *x, struct imagemap_walk *w);

#endif
