/*
 * The files of a file system in an image and where their bytes lie, as isodir.h and
 * udf.h find them.  Pure.
 */
#ifndef FSINDEX_H
#define FSINDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define FSINDEX_ROOT 0 /* the root directory's node; it has no name */
#define FSINDEX_LABEL 128
#define FSINDEX_HOLE UINT64_MAX /* place of an extent of zeros that is not stored */
#define FSINDEX_PATH 4096       /* longest path, with its NUL */

enum fsindex_kind {
	FSINDEX_FILE,
	FSINDEX_DIR,
	FSINDEX_SYMLINK,
	FSINDEX_OTHER,
	FSINDEX_ABSENT /* hidden: a directory that only stores others */
};

enum fsindex_result {
	FSINDEX_OK,
	FSINDEX_NONE,   /* no such file system here */
	FSINDEX_UNFIT,  /* it has something that only another reader can read */
	FSINDEX_BROKEN, /* its root cannot be read */
	FSINDEX_MEMORY
};

struct fsindex_extent {
	uint64_t at, len; /* bytes */
};

struct fsindex_node {
	uint32_t parent;         /* the node of its directory */
	uint32_t name, link;     /* in `text`; link 0: none */
	uint32_t first, extents; /* in `extent` */
	uint32_t mtime_ns;
	int64_t mtime;
	uint64_t size;
	uint16_t mode; /* permission and set-id bits */
	uint8_t kind;  /* enum fsindex_kind */
	bool has_mtime;
	bool packed; /* with zisofs: `size` is what it unpacks to */
	bool broken; /* the description of its bytes makes no sense */
};

/* A directory or file that could not be read. */
struct fsindex_fault {
	uint32_t node;
	const char *why; /* static */
};

struct fsindex {
	struct fsindex_node *node;
	struct fsindex_extent *extent;
	char *text;
	struct fsindex_fault *fault;
	uint64_t *seen; /* a set: places of directories entered */
	size_t nodes, nodes_size, extents, extents_size, text_len, text_size;
	size_t faults, faults_size, seen_n, seen_size;
	uint64_t bytes; /* of all files */
	char label[FSINDEX_LABEL];
};

/* Starts with just the root directory.  False for lack of memory. */
bool fsindex_init(struct fsindex *fs);
void fsindex_free(struct fsindex *fs);

/* Adds *n under a name; each '/' or NUL in it becomes '_'.  `link` is a symbolic
 * link's target, else NULL.  False for lack of memory or too many names. */
struct fsindex_name {
	const char *text;
	size_t len;
	const char *link;
};
bool fsindex_add(struct fsindex *fs, const struct fsindex_node *n, const struct fsindex_name *name);
/* Adds an extent to the last node. */
bool fsindex_extend(struct fsindex *fs, uint64_t at, uint64_t len);
bool fsindex_add_fault(struct fsindex *fs, uint32_t node, const char *why);

/* Converts a date, in a time zone offset_min minutes east of Greenwich, to seconds
 * since 1970.  False if there is no such day or hour. */
bool fsindex_seconds(const struct tm *date, int offset_min, int64_t *out);

/* Remembers a directory's place; false if it was entered before: a loop. */
bool fsindex_enter(struct fsindex *fs, uint64_t place);

/* A node's path; false if it is too long (out then has as much as fits). */
bool fsindex_path(const struct fsindex *fs, uint32_t node, char out[FSINDEX_PATH]);
/* The path that a name in a directory would have. */
bool fsindex_join(const struct fsindex *fs, uint32_t dir, const struct fsindex_name *name, char out[FSINDEX_PATH]);

/* Node numbers without the root and absent ones: directories first, each before
 * those in it, then links, then files in the order of their places.  The caller
 * frees them; NULL for lack of memory. */
uint32_t *fsindex_order(const struct fsindex *fs, size_t *n);
/* Where a file's bytes begin; FSINDEX_HOLE if it has none. */
uint64_t fsindex_place(const struct fsindex *fs, uint32_t node);

#endif
