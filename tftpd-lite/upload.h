/*
 * A file being uploaded: written without a name (or under a hidden one where
 * the file system has no unnamed files), given its name when it is whole,
 * removed otherwise.
 */
#ifndef UPLOAD_H
#define UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct upload;
/* `dir`: the directory, taken over; `base`: a name in it that does not exist
 * yet (EEXIST); `size`: what the client announced, 0 if nothing (ENOSPC when
 * that cannot fit).  NULL with errno. */
struct upload *upload_open(int dir, const char *base, bool netascii, uint64_t size);
/* All or nothing: -1 with errno. */
int upload_write(struct upload *s, const uint8_t *data, size_t len);
/* Syncs it to disk and gives it its name, unless that exists by now (EEXIST). */
int upload_commit(struct upload *s);
/* Bytes written so far. */
uint64_t upload_size(const struct upload *s);
/* Discards what was not committed. */
void upload_close(struct upload *s);

#endif
