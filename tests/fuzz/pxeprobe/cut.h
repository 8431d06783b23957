/* What the fuzzers of scripts share. */
#ifndef CUT_H
#define CUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cut {
	const char *first, *second;
	size_t first_len, second_len;
};

static inline struct cut
cut_texts(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	struct cut s = { .first = (const char *)data, .first_len = size, .second = "" };

	if (nul) {
		s.first_len = (size_t)(nul - data);
		s.second = (const char *)nul + 1;
		s.second_len = size - s.first_len - 1;
	}
	return s;
}

#endif
