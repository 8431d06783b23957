/* Chunked content in pieces of any length: never more than there is, and the same
 * content as in one go. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "chunks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
take(const char *text, size_t size, size_t piece, char *out, size_t *used)
{
	struct chunks c = { .left = 0 };
	size_t n = 0;

	*used = 0;
	while (*used < size && c.state != CHUNKS_DONE && c.state != CHUNKS_BAD) {
		size_t len = size - *used < piece ? size - *used : piece, took;
		struct http_text run;

		took = chunks_take(&c, text + *used, len, &run);
		if (took == 0 || took > len || run.len > took || (run.len && run.at + run.len != text + *used + took))
			abort();
		memcpy(out + n, run.at, run.len);
		n += run.len;
		*used += took;
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *a = malloc(size + 1), *b = malloc(size + 1);
	size_t at_a, at_b, n;

	if (!a || !b)
		abort();
	n = take((const char *)data, size, size + 1, a, &at_a);
	if (take((const char *)data, size, 1 + size % 7, b, &at_b) != n || at_a != at_b || memcmp(a, b, n) != 0)
		abort();
	free(a);
	free(b);
	return 0;
}
