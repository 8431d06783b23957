/*
 * Requests that were read before, by their bytes: machines of one kind all
 * send the same, and reading it again could not give anything else.
 */
#ifndef MEMO_H
#define MEMO_H

#include "http.h"

struct memo;

/* NULL when memory is short. */
struct memo *memo_make(void);
void memo_free(struct memo *m);

/* The request that these bytes are, if it is known; NULL: look for its end
 * and read it.  It lives until the next memo_read. */
const struct http_request *memo_find(const struct memo *m, const char *buf, size_t len);

/* http_parse of a whole head, which is known then unless it is wrong or very
 * long.  *req is set in any case, and points into the memo or into `head`. */
enum http_error memo_read(struct memo *m, const char *head, size_t len, const struct http_request **req);

#endif
