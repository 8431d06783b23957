/* A PROXY header: never more than there is, and the same verdict however it arrives. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proxyhead.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proxyhead whole, part;
	enum proxyhead_result r = proxyhead_parse(data, size, &whole), at = PROXYHEAD_MORE;

	for (size_t n = 0; n <= size && n < 400 && at == PROXYHEAD_MORE; n++) {
		uint8_t *bytes = malloc(n + 1); /* of its own, so that reading on is seen */

		if (!bytes)
			abort();
		memcpy(bytes, data, n);
		at = proxyhead_parse(bytes, n, &part);
		free(bytes);
	}
	if (size < 400 && at != r)
		abort();
	if (r == PROXYHEAD_OK &&
	    (whole.len < 15 || whole.len > 16 + 65535 || whole.len != part.len || whole.bits != part.bits ||
	        memcmp(whole.address, part.address, sizeof(whole.address)) != 0 || whole.port != part.port))
		abort();
	return 0;
}
