/*
 * Members of an archive, one after another: ISO 9660, tar, cpio, zip, ar,
 * compressed or not; .rpm, and .deb, whose data.tar is looked into.  The only
 * user of libarchive.
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "source.h"

enum reader_type {
	READER_FILE, READER_DIR, READER_SYMLINK,
	READER_HARDLINK,     /* the same file as `link`, a name seen before; its data came there */
	READER_OTHER         /* device, FIFO, socket */
};

struct reader_entry {
	const char *path;    /* as the archive has it, UTF-8 where it knows better */
	const char *link;    /* what a link leads to, else NULL */
	enum reader_type type;
	uint64_t size;
	bool has_size;
	mode_t mode;         /* permission and set-id bits */
	bool has_mtime;
	struct timespec mtime;
};

enum reader_result {
	READER_OK,
	READER_END,
	READER_DAMAGED,      /* this member cannot be read; the next may be */
	READER_FATAL         /* nothing further can be read */
};

struct reader;

/* Never NULL but for lack of memory.  The source must outlive it. */
struct reader *reader_open(struct source *s);
void reader_close(struct reader *r);

/* The first call says READER_FATAL when this is no archive at all
 * (reader_unknown).  Strings live until the next call. */
enum reader_result reader_next(struct reader *r, struct reader_entry *e);
/* The next piece of the member's data and where in it that stands; holes are
 * left out.  The bytes live until the next call. */
enum reader_result reader_data(struct reader *r, const void **bytes,
    size_t *len, uint64_t *offset);

/* Did the first reader_next find nothing that it knows? */
bool reader_unknown(const struct reader *r);
bool reader_is_iso(const struct reader *r);
const char *reader_why(const struct reader *r);   /* of the last failure */

#endif
