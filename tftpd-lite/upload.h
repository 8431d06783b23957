/*
 * A file being uploaded: written without a name (or under a hidden one where
 * the file system has no unnamed files), given its name when it is whole,
 * removed otherwise.  A file that is there already is replaced by rename; where that is
 * not permitted, but writing to the file is, the upload is kept in memory and copied
 * into it in the end.
 */
#ifndef UPLOAD_H
#define UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UPLOAD_HELD_MAX (256U << 20) /* bytes of all that are kept in memory */

struct upload_how {
	bool netascii;
	bool replace;   /* any regular file; else only one that others may write to (mode 0666) */
	uint64_t size;  /* what the client announced; 0: nothing */
	uint64_t *held; /* counts bytes kept in memory, borrowed */
};

struct upload;
/* `dir`: the directory, taken over; `base`: the name in it.  NULL with errno: EEXIST when
 * it may not be replaced, ENOSPC when the announced size cannot fit. */
struct upload *upload_open(int dir, const char *base, const struct upload_how *how);
/* All or nothing: -1 with errno. */
int upload_write(struct upload *s, const uint8_t *data, size_t len);
/* Syncs it to disk and gives it its name, unless that exists by now and may not be
 * replaced (EEXIST). */
int upload_commit(struct upload *s);
/* Bytes written so far. */
uint64_t upload_size(const struct upload *s);
/* Discards what was not committed. */
void upload_close(struct upload *s);

#endif
