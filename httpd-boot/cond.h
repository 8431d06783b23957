/* Conditional requests (RFC 9110, 13).  Pure. */
#ifndef COND_H
#define COND_H

#include <stdbool.h>
#include <stdint.h>

#include "http.h"

/* What would be sent. */
struct cond_file {
	const char *etag; /* with its quotes; NULL: has none */
	int64_t modified; /* as Last-Modified says it; -1: does not say */
	int64_t now;
};

enum cond_verdict {
	COND_SEND,
	COND_SAME,  /* 304 */
	COND_FAILED /* 412 */
};

/* The four conditions in the order of section 13.2.2. */
enum cond_verdict cond_check(const struct http_request *req, const struct cond_file *file);

/* Does If-Range, if there is one, let Range count? */
bool cond_range(const struct http_request *req, const struct cond_file *file);

#endif
