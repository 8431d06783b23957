/*
 * The next request of a connection.  Machines of one kind all send the same bytes,
 * so what was read before is kept by its bytes and not read again.
 */
#ifndef REQCACHE_H
#define REQCACHE_H

#include "http.h"

struct reqcache;

/* NULL when memory is short. */
struct reqcache *reqcache_make(void);
void reqcache_free(struct reqcache *r);

/* The request that `text` begins with.  HTTP_MORE: read on; *scanned (0 to start)
 * remembers how far it has been searched.  Otherwise *req and *head, the bytes
 * it takes up, are set: after an error, what there is of a request line, and
 * all the bytes that are no use any more.  *req lives until the next call. */
enum http_error reqcache_next(
    struct reqcache *r, struct http_text text, size_t *scanned, const struct http_request **req, size_t *head);

/* Its two halves.  The request that is exactly these bytes, if it is known; else NULL. */
const struct http_request *reqcache_find(const struct reqcache *r, const char *buf, size_t len);
/* http_parse of a whole head, which is kept unless it is bad or very long.
 * *req is always set, and points into the cache or into `head`. */
enum http_error reqcache_read(struct reqcache *r, const char *head, size_t len, const struct http_request **req);

#endif
