/*
 * Reads the members of an image or archive, one after another.  There are three
 * kinds: fsreader.h walks file systems of seekable images, dirreader.h a directory,
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
	READER_HARDLINK, /* the same file as `link`, an earlier name that came with the data */
	READER_OTHER     /* device, FIFO, socket */
};

struct reader_entry {
	const char *path; /* as archived, or in UTF-8 if it has no other form */
	const char *link; /* a link's target, else NULL */
	enum reader_type type;
	uint64_t size;
	bool has_size;
	uint64_t run;  /* bytes worth reading at once from the file's start; at least `size` */
	mode_t mode;   /* permission and set-id bits */
	bool packed;   /* does not lie in the source as it is: only `data` gives it */
	bool in_place; /* all of its bytes lie in the source as they are, from `at` on */
	uint64_t at;
	bool has_mtime;
	struct timespec mtime;
};

enum reader_result {
	READER_OK,
	READER_END,
	READER_DAMAGED, /* this member cannot be read; the next may be */
	READER_FATAL    /* nothing more can be read */
};

/* Where a piece of a member lies in the source. */
struct reader_place {
	uint64_t at, len;
	uint64_t offset; /* in the member */
};

struct reader {
	/* Strings live until the next call.  After READER_DAMAGED `why` names the
	 * directory whose members are missing. */
	enum reader_result (*next)(struct reader *r, struct reader_entry *e);
	/* The next piece of the member's data and its offset in the member; the bytes
	 * live until the next call.  Skips holes; at READER_END *offset is the end
	 * of the member if it ends in one. */
	enum reader_result (*data)(struct reader *r, const void **bytes, size_t *len, uint64_t *offset);
	/* Instead of `data` of members that are not `packed`, if they lie in the source as they are; else NULL. */
	enum reader_result (*place)(struct reader *r, struct reader_place *out);
	void (*close)(struct reader *r);
	const char *label; /* of the file system; "": unknown */
	const char *why;   /* of the last failure */
	uint64_t bytes;    /* of all files that will come; 0: unknown */
	bool apart;        /* a member that cannot be read says nothing of the others */
	bool unknown;      /* the first `next` recognised no format */
};

#endif
