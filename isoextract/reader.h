/*
 * Members of an image or archive, one after another.  File systems of images
 * that can be read anywhere are walked here (fsreader.h), everything else is
 * libarchive's (archivereader.h).
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "source.h"
#include "fsindex.h"

enum reader_type {
	READER_FILE,
	READER_DIR,
	READER_SYMLINK,
	READER_HARDLINK, /* the same file as `link`, a name seen before; its data came there */
	READER_OTHER     /* device, FIFO, socket */
};

struct reader_entry {
	const char *path; /* as the archive has it, UTF-8 where it knows better */
	const char *link; /* what a link leads to, else NULL */
	enum reader_type type;
	uint64_t size;
	bool has_size;
	uint64_t run; /* bytes from this file's first one on that will be wanted; at least `size` */
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

struct reader;

/* Never NULL but for lack of memory.  The source must outlive it.  `filter`
 * says what is wanted; a reader may give the rest as well. */
struct reader *reader_open(struct source *s, const struct fsindex_filter *filter);
void reader_close(struct reader *r);

/* The first call says READER_FATAL when this is no archive at all
 * (reader_unknown).  READER_DAMAGED: reader_why names a folder whose members
 * are missing.  Strings live until the next call. */
enum reader_result reader_next(struct reader *r, struct reader_entry *e);
/* The next piece of the member's data and where in it that stands; holes are
 * left out, but at READER_END *offset is where one at the end ends.  The bytes
 * live until the next call. */
enum reader_result reader_data(struct reader *r, const void **bytes, size_t *len, uint64_t *offset);

/* Are members pieces of the source as they are?  Then reader_place serves in
 * place of reader_data. */
bool reader_has_places(const struct reader *r);
enum reader_result reader_place(struct reader *r, struct reader_place *out);

/* Did the first reader_next find nothing that it knows? */
bool reader_unknown(const struct reader *r);
const char *reader_label(const struct reader *r); /* of the file system; "" when not known */
/* Bytes of all files that will come, 0 when that is not known. */
uint64_t reader_bytes(const struct reader *r);
const char *reader_why(const struct reader *r); /* of the last failure */

#endif
