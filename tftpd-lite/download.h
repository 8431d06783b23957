/*
 * Files being read, block by block, with repetitions.  A file that several
 * clients read at the same time is open once.
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
/* A whole file, or a part of one. */
struct download_source {
	int fd;
	bool part;
	uint64_t at, size; /* of a part */
};
/* Takes the descriptor over even when it fails.  NULL with errno: EISDIR,
 * ENOENT (not a regular file), ENOMEM. */
struct download *download_open(struct files *f, const struct download_source *source, bool netascii);
void download_close(struct files *f, struct download *s);
/* Size of the file when it was opened, in bytes. */
uint64_t download_size(const struct download *s);
/* What was negotiated, before the first read; -1 with errno. */
int download_set_terms(struct download *s, uint32_t blksize, uint32_t windowsize);

/* Blocks first .. first + count - 1, numbered from 1.  Of a text file, at most
 * one window before the furthest block read. */
struct download_span {
	uint64_t first;
	uint32_t count;
	size_t gap;   /* bytes to skip before each block */
	uint8_t *out; /* count * (gap + blksize) bytes */
};
/* Reads them.  Returns how many there are (fewer than count: the last of them
 * ends the file) and in *last_len the length of the last one.  -1 with errno;
 * ESTALE: the file has become shorter. */
int download_read(struct download *s, const struct download_span *span, size_t *last_len);

#endif
