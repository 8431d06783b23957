/*
 * The files of a file system inside an image, and where in the image their
 * bytes lie: what isodir.h and udf.h find.  Pure.
 */
#ifndef FSINDEX_H
#define FSINDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VOLUME_ROOT 0 /* the root folder's node; it has no name */
#define VOLUME_LABEL 128
#define VOLUME_HOLE UINT64_MAX /* an extent's place: zeros that lie nowhere */
#define VOLUME_PATH 4096       /* longest path, its NUL included */

enum volume_kind {
	VOLUME_FILE,
	VOLUME_DIR,
	VOLUME_SYMLINK,
	VOLUME_OTHER,
	VOLUME_ABSENT /* not to be shown: a folder that only stores others */
};

enum volume_result {
	VOLUME_OK,
	VOLUME_NONE,   /* no such file system here */
	VOLUME_UNFIT,  /* there is one, with something in it that another reader must do */
	VOLUME_BROKEN, /* there is one, and its root cannot be read */
	VOLUME_MEMORY
};

struct volume_extent {
	uint64_t at, len; /* bytes */
};

struct volume_node {
	uint32_t parent;         /* the node of its folder */
	uint32_t name, link;     /* in `text`; link 0: none */
	uint32_t first, extents; /* in `extent` */
	uint32_t mtime_ns;
	int64_t mtime;
	uint64_t size;
	uint16_t mode; /* permission and set-id bits */
	uint8_t kind;  /* enum volume_kind */
	bool has_mtime;
	bool broken; /* what describes its bytes makes no sense */
};

/* A folder or file that could not be read. */
struct volume_fault {
	uint32_t node;
	const char *why; /* static */
};

/* What is wanted of it; NULL functions want all. */
struct volume_filter {
	bool (*enters)(void *context, const char *dir); /* may something beneath be wanted? */
	bool (*wants)(void *context, const char *path);
	void *context;
};

struct volume {
	struct volume_node *node;
	struct volume_extent *extent;
	char *text;
	struct volume_fault *fault;
	uint64_t *seen; /* a set: the folders that were entered */
	size_t nodes, nodes_size, extents, extents_size, text_len, text_size;
	size_t faults, faults_size, seen_n, seen_size;
	uint64_t bytes; /* of all files */
	char label[VOLUME_LABEL];
};

/* The root folder is made.  False for lack of memory. */
bool volume_init(struct volume *v);
void volume_free(struct volume *v);

/* Adds *n under a name; a '/' or NUL in it becomes '_'.  `link` is a symbolic
 * link's target, else NULL.  False for lack of memory, or too many names. */
struct volume_name {
	const char *text;
	size_t len;
	const char *link;
};
bool volume_add(struct volume *v, const struct volume_node *n, const struct volume_name *name);
/* A further piece of the node added last, which it lengthens. */
bool volume_extend(struct volume *v, uint64_t at, uint64_t len);
bool volume_complain(struct volume *v, uint32_t node, const char *why);

/* Remembers a folder's place; false when it was entered before: a loop. */
bool volume_enter(struct volume *v, uint64_t place);

/* Its path; false when that is too long (out is then as much as fits). */
bool volume_path(const struct volume *v, uint32_t node, char out[VOLUME_PATH]);
/* The path that a name beneath a folder would have. */
bool volume_join(const struct volume *v, uint32_t dir, const struct volume_name *name, char out[VOLUME_PATH]);

/* Node numbers, folders first and above what is in them, then links, then
 * files as they lie in the image; neither the root nor absent ones.  The caller
 * frees it; NULL for lack of memory. */
uint32_t *volume_order(const struct volume *v, size_t *n);
/* Where a file's bytes begin; VOLUME_HOLE when it has none. */
uint64_t volume_place(const struct volume *v, uint32_t node);

#endif
