/*
 * Files that were asked for.  Small ones are kept in memory with the head of
 * their response before them: a plain request is answered with one send(2).  Others
 * are found again in the same turn of a worker and while a response is being sent
 * from them, and not opened twice.
 * What is sent is never old: a file is compared with the file system (stat) after
 * the requests for it have arrived.  Requests that arrived together share that.
 */
#ifndef FILECACHE_H
#define FILECACHE_H

#include <stdint.h>
#include <sys/stat.h>

#include "docroot.h"

#define FILECACHE_FILE_MAX 16384
#define FILECACHE_SLOTS 256 /* 4 MiB when all are full */

/* NULL when memory is short: things work without it. */
struct filecache *filecache_make(void);
void filecache_free(struct filecache *c);

/* A request has arrived: what was compared before must be compared again. */
void filecache_doubt(struct filecache *c);

/* A worker's turn is over: files that no response is being sent from are closed. */
void filecache_turn(struct filecache *c);

/* What is kept under a cleaned name, when it is still what it was made from.
 * item->bytes and item->ready live until the next filecache_put; item->file has one
 * user more. */
bool filecache_get(struct filecache *c, int root, const char *name, int64_t now, struct docroot_item *out);

/* Keeps the file.  One that is small is read, if it has rested for a while: what
 * changed a moment ago may change again without its times telling. */
void filecache_put(
    struct filecache *c, const char *name, const struct stat *st, int64_t now, const struct docroot_item *item);

#endif
