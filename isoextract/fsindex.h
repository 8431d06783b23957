/*
 * The files of a file system inside an image, and where in the image their
 * bytes lie: what isodir.h and udf.h find.  Pure.
 */
#ifndef FSINDEX_H
#define FSINDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define FSINDEX_ROOT 0 /* the root directory's node; it has no name */
#define FSINDEX_LABEL 128
#define FSINDEX_HOLE UINT64_MAX /* an extent's place: zeros that lie nowhere */
#define FSINDEX_PATH 4096       /* longest path, its NUL included */

enum fsindex_kind {
	FSINDEX_FILE,
	FSINDEX_DIR,
	FSINDEX_SYMLINK,
	FSINDEX_OTHER,
	FSINDEX_ABSENT /* not to be shown: a directory that only stores others */
};

enum fsindex_result {
	FSINDEX_OK,
	FSINDEX_NONE,   /* no such file system here */
	FSINDEX_UNFIT,  /* there is one, with something in it that another reader must do */
	FSINDEX_BROKEN, /* there is one, and its root cannot be read */
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
	bool broken; /* what describes its bytes makes no sense */
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
	uint64_t *seen; /* a set: the directories that were entered */
	size_t nodes, nodes_size, extents, extents_size, text_len, text_size;
	size_t faults, faults_size, seen_n, seen_size;
	uint64_t bytes; /* of all files */
	char label[FSINDEX_LABEL];
};

/* The root directory is made.  False for lack of memory. */
bool fsindex_init(struct fsindex *fs);
void fsindex_free(struct fsindex *fs);

/* Adds *n under a name; a '/' or NUL in it becomes '_'.  `link` is a symbolic
 * link's target, else NULL.  False for lack of memory, or too many names. */
struct fsindex_name {
	const char *text;
	size_t len;
	const char *link;
};
bool fsindex_add(struct fsindex *fs, const struct fsindex_node *n, const struct fsindex_name *name);
/* A further piece of the node added last, which it lengthens. */
bool fsindex_extend(struct fsindex *fs, uint64_t at, uint64_t len);
bool fsindex_add_fault(struct fsindex *fs, uint32_t node, const char *why);

/* A date, in a time zone so many minutes east of Greenwich, in seconds since 1970.
 * False when there is no such day or hour. */
bool fsindex_seconds(const struct tm *date, int offset_min, int64_t *out);

/* Remembers a directory's place; false when it was entered before: a loop. */
bool fsindex_enter(struct fsindex *fs, uint64_t place);

/* Its path; false when that is too long (out is then as much as fits). */
bool fsindex_path(const struct fsindex *fs, uint32_t node, char out[FSINDEX_PATH]);
/* The path that a name beneath a directory would have. */
bool fsindex_join(const struct fsindex *fs, uint32_t dir, const struct fsindex_name *name, char out[FSINDEX_PATH]);

/* Node numbers, directories first and above what is in them, then links, then
 * files as they lie in the image; neither the root nor absent ones.  The caller
 * frees it; NULL for lack of memory. */
uint32_t *fsindex_order(const struct fsindex *fs, size_t *n);
/* Where a file's bytes begin; FSINDEX_HOLE when it has none. */
uint64_t fsindex_place(const struct fsindex *fs, uint32_t node);

#endif
