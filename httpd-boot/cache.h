/*
 * Files that were asked for.  Small ones are kept in memory with the head of
 * their answer before them: a plain request is answered with one send(2).  Others
 * are found again in the same turn of a worker and while an answer is being sent
 * from them, and not opened twice.
 * What is sent is never old: a file is compared with the file system (stat) after
 * the requests for it have arrived.  Requests that arrived together share that.
 */
#ifndef CACHE_H
#define CACHE_H

#include <stdint.h>
#include <sys/stat.h>

#include "docroot.h"

#define CACHE_FILE_MAX 16384
#define CACHE_SLOTS 256 /* 4 MiB when all are full */

/* NULL when memory is short: things work without it. */
struct cache *cache_make(void);
void cache_free(struct cache *c);

/* A request has arrived: what was compared before must be compared again. */
void cache_doubt(struct cache *c);

/* A worker's turn is over: files that no answer is being sent from are closed. */
void cache_turn(struct cache *c);

/* What is kept under a cleaned name, when it is still what it was made from.
 * item->bytes and item->ready live until the next cache_put; item->file has one
 * user more. */
bool cache_get(struct cache *c, int root, const char *name, int64_t now, struct docroot_item *out);

/* Keeps the file.  One that is small is read, if it has rested for a while: what
 * changed a moment ago may change again without its times telling. */
void cache_put(struct cache *c, const char *name, const struct stat *st, int64_t now, const struct docroot_item *item);

#endif
