/* Range values: the first 8 bytes are the file's size, the rest is the text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct range_set *set, uint64_t size)
{
	if (set->n == 0 || set->n > RANGE_MAX)
		abort();
	for (size_t i = 0; i < set->n; i++) {
		const struct range *a = &set->range[i];

		if (a->first > a->last || a->last >= size)
			abort();
		for (size_t j = 0; j < i; j++) {
			const struct range *b = &set->range[j];

			if (a->first <= b->last && b->first <= a->last)
				abort(); /* what overlaps is merged */
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct range_set set;
	uint64_t file;
	int64_t t;

	if (size < sizeof(file))
		return 0;
	memcpy(&file, data, sizeof(file));
	file &= INT64_MAX;
	data += sizeof(file);
	size -= sizeof(file);
	if (range_parse((struct http_text){ (const char *)data, size }, file, &set) == RANGE_SOME)
		check(&set, file);
	date_parse((const char *)data, size, 1700000000, &t);
	return 0;
}
