/*
 * A file being uploaded: written without a name (or under a hidden one where
 * the file system cannot do that), put in place when it is whole, gone
 * otherwise.
 */
#ifndef UPLOAD_H
#define UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct upload;
/* `dir`: the folder, taken over; `base`: the name in it, which must not be
 * there yet (EEXIST); `size`: what the client announced, 0 if nothing (ENOSPC
 * when that cannot fit).  NULL with errno. */
struct upload *upload_open(int dir, const char *base, bool netascii, uint64_t size);
/* All or nothing: -1 with errno. */
int upload_write(struct upload *s, const uint8_t *data, size_t len);
/* On disk and under its name, unless that has come to exist (EEXIST). */
int upload_commit(struct upload *s);
/* Bytes written so far. */
uint64_t upload_size(const struct upload *s);
/* What was not committed is gone. */
void upload_close(struct upload *s);

#endif
