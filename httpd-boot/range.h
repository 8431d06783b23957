/* The Range header (RFC 9110, 14).  Pure. */
#ifndef RANGE_H
#define RANGE_H

#include <stddef.h>
#include <stdint.h>

#include "http.h"

#define RANGE_MAX 32 /* with more in one request, the whole file is sent */

struct range {
	uint64_t first, last; /* both inside the file */
};

struct range_set {
	struct range range[RANGE_MAX];
	size_t n;
};

enum range_result {
	RANGE_NONE,   /* send the whole file */
	RANGE_SOME,   /* 206 */
	RANGE_OUTSIDE /* 416 */
};

/* Which of `size` bytes `value` asks for.  Ranges that overlap or touch are
 * merged; the others stay in the order of the request.  Text that is not a
 * range set asks for the whole file, as the RFC has it: some builds of iPXE send
 * the letters "bytes=u-u". */
enum range_result range_parse(struct http_text value, uint64_t size, struct range_set *out);

#endif
