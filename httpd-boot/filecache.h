/*
 * Files that clients asked for, in front of the docroot.  Small ones are kept in
 * memory, behind the head of their response: a plain request is answered with
 * one send(2).  Others are shared while a response is being sent from them and
 * until the worker's turn ends, instead of being opened twice.
 * Nothing stale is sent: a file is compared with the file system (stat) after
 * the request for it has arrived.  Requests that arrived together share that.
 */
#ifndef FILECACHE_H
#define FILECACHE_H

#include "docroot.h"

#define FILECACHE_FILE_MAX 16384
#define FILECACHE_SLOTS 256 /* 4 MiB when all are full */

struct filecache;

/* NULL when memory is short: everything here takes that for an empty cache. */
struct filecache *filecache_make(void);
void filecache_free(struct filecache *c);

/* A request has arrived: whatever was compared before must be compared again. */
void filecache_doubt(struct filecache *c);

/* A worker's turn is over: closes the files that no response is being sent from. */
void filecache_turn(struct filecache *c);

/* What a decoded request path stands for, `now` in seconds since 1970.  *out is
 * written for DOCROOT_FILE only; out->bytes and out->ready live until
 * the next call, out->file is the caller's to leave. */
enum docroot_result filecache_find(
    struct filecache *c, const struct docroot *docroot, const char *path, int64_t now, struct docroot_item *out);

#endif
