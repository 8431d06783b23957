/*
 * The maps of images in a served directory: DIR/NAME.extents says what is served below
 * /NAME/ from an image's bytes, where no file of that name exists.  Read at the start,
 * when told to, and when a look-up misses and the map has changed.
 */
#ifndef IMAGEMAPS_H
#define IMAGEMAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "beneath.h"
#include "imagemap.h"

struct imagemaps;

/* Reads all maps of the directory, which is borrowed; a faulty one is logged, with its
 * line, and left out.  NULL without memory. */
struct imagemaps *imagemaps_open(const struct beneath *root);
void imagemaps_free(struct imagemaps *m);
/* Reads them anew. */
void imagemaps_reload(struct imagemaps *m);

enum imagemaps_result {
	IMAGEMAPS_NONE, /* nothing like that */
	IMAGEMAPS_FILE,
	IMAGEMAPS_DIRECTORY,
	IMAGEMAPS_CHANGED /* the image is not what the map was made of, which was logged; or is gone */
};
struct imagemaps_file {
	int fd; /* the image, open for reading: the caller's */
	uint64_t at, size;
	int64_t mtime;
	struct stat image;
};
/* What a cleaned path that does not exist on disk stands for.  *out is written for
 * IMAGEMAPS_FILE. */
enum imagemaps_result imagemaps_find(struct imagemaps *m, const char *path, struct imagemaps_file *out);

/* What a directory, by its cleaned path, has from maps: `add` gets each name once; it
 * stops at its first -1.  `entry` NULL: a directory. */
struct imagemaps_entry {
	const char *name;
	bool dir;
	uint64_t size;
	int64_t mtime;
};
int imagemaps_list(
    struct imagemaps *m, const char *path, int (*add)(void *context, const struct imagemaps_entry *e), void *context);

#endif
