/*
 * Reads the members of an image or archive, one after another.  Two kinds:
 * fsreader.h walks file systems of images that can be read at any position,
 * archivereader.h leaves everything else to libarchive.
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum reader_type {
	READER_FILE,
	READER_DIR,
	READER_SYMLINK,
	READER_HARDLINK, /* the same file as `link`, a name seen before; its data came there */
	READER_OTHER     /* device, FIFO, socket */
};

struct reader_entry {
	const char *path; /* as the archive has it, UTF-8 where it knows better */
	const char *link; /* what a link points to, else NULL */
	enum reader_type type;
	uint64_t size;
	bool has_size;
	uint64_t run; /* bytes wanted from this file's first one on; at least `size` */
	mode_t mode;  /* permission and set-id bits */
	bool has_mtime;
	struct timespec mtime;
};

enum reader_result {
	READER_OK,
	READER_END,
	READER_DAMAGED, /* this member cannot be read; the next may be */
	READER_FATAL    /* nothing further can be read */
};

/* A piece of a member as bytes of the source. */
struct reader_place {
	uint64_t at, len;
	uint64_t offset; /* in the member */
};

struct reader {
	/* READER_DAMAGED: `why` names a directory whose members are missing.
	 * Strings live until the next call. */
	enum reader_result (*next)(struct reader *r, struct reader_entry *e);
	/* The next piece of the member's data and its offset in the member.
	 * Holes are left out, but at READER_END *offset is where a hole at the
	 * end ends.  The bytes live until the next call. */
	enum reader_result (*data)(struct reader *r, const void **bytes, size_t *len, uint64_t *offset);
	/* Instead of `data` where members are pieces of the source as they are;
	 * NULL where they are not. */
	enum reader_result (*place)(struct reader *r, struct reader_place *out);
	void (*close)(struct reader *r);
	const char *label; /* of the file system; "" when not known */
	const char *why;   /* of the last failure */
	uint64_t bytes;    /* of all files that will come; 0 when not known */
	bool unknown;      /* the first `next` found nothing that it knows */
};

#endif
