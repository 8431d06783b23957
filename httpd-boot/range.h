/* The Range header (RFC 9110, 14).  Pure. */
#ifndef RANGE_H
#define RANGE_H

#include <stddef.h>
#include <stdint.h>

#include "http.h"

#define RANGE_MAX 32 /* more in one request: answered with the whole */

struct range {
	uint64_t first, last; /* both inside the file */
};

struct range_set {
	struct range range[RANGE_MAX];
	size_t n;
};

enum range_result {
	RANGE_NONE,   /* send the whole: no range, or none that we read */
	RANGE_SOME,   /* 206 */
	RANGE_OUTSIDE /* 416 */
};

/* What `value` asks of `size` bytes.  Ranges that overlap or touch are
 * merged; the others stay in the order of the request.  Text that is no
 * range set asks for the whole, as the RFC has it: some builds of iPXE send
 * the letters "bytes=u-u". */
enum range_result range_parse(struct http_text value, uint64_t size, struct range_set *out);

#endif
