/*
 * Requests that were read before, by their bytes: machines of one kind all
 * send the same, and reading it again could not give anything else.
 */
#ifndef REQCACHE_H
#define REQCACHE_H

#include "http.h"

struct reqcache;

/* NULL when memory is short. */
struct reqcache *reqcache_make(void);
void reqcache_free(struct reqcache *m);

/* The request that these bytes are, if it is known; NULL: look for its end
 * and read it.  It lives until the next reqcache_read. */
const struct http_request *reqcache_find(const struct reqcache *m, const char *buf, size_t len);

/* http_parse of a whole head, which is known then unless it is wrong or very
 * long.  *req is set in any case, and points into the cache or into `head`. */
enum http_error reqcache_read(struct reqcache *m, const char *head, size_t len, const struct http_request **req);

#endif
