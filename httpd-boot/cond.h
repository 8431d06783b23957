/* Conditional requests (RFC 9110, 13).  Pure. */
#ifndef COND_H
#define COND_H

#include <stdbool.h>
#include <stdint.h>

#include "http.h"

/* The file that would be sent. */
struct cond_file {
	const char *etag; /* with its quotes; NULL: none */
	int64_t modified; /* the value of Last-Modified; -1: none */
	int64_t now;
};

enum cond_verdict {
	COND_SEND,
	COND_SAME,  /* 304 */
	COND_FAILED /* 412 */
};

/* The four conditions in the order of section 13.2.2. */
enum cond_verdict cond_check(const struct http_request *req, const struct cond_file *file);

/* True if Range counts: there is no If-Range, or it matches. */
bool cond_range(const struct http_request *req, const struct cond_file *file);

#endif
