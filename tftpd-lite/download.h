/*
 * Files being read: opened once for all who read them at a time, a block
 * after the other, any block again.
 */
#ifndef DOWNLOAD_H
#define DOWNLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct files;
struct files *files_new(void);
void files_free(struct files *f);

struct download;
/* Takes the descriptor over, success or not.  NULL with errno: EISDIR,
 * ENOENT (no regular file), ENOMEM. */
struct download *download_open(struct files *f, int fd, bool netascii);
void download_close(struct files *f, struct download *s);
/* Bytes of the file when it was opened. */
uint64_t download_size(const struct download *s);
/* What was agreed, before the first read; -1 with errno. */
int download_set_terms(struct download *s, uint32_t blksize, uint32_t windowsize);

/* Blocks first .. first + count - 1, numbered from 1; of a text file only as
 * far back as one window before the furthest. */
struct download_span {
	uint64_t first;
	uint32_t count;
	size_t gap;   /* bytes to leave alone before each block */
	uint8_t *out; /* count * (gap + blksize) bytes */
};
/* Reads them.  Returns how many there are (fewer than count: the last of them
 * is the file's last) and in *last_len the length of the last of them.  -1
 * with errno; ESTALE: the file got shorter. */
int download_read(struct download *s, const struct download_span *span, size_t *last_len);

#endif
