/*
 * What text or bytes must look like: '*' stands for anything, nothing included.
 * Compiled when the rules are read, since each packet is held against many.  Pure.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

struct pattern {
	const char *text;       /* as it was written */
	const uint16_t *symbol; /* a byte's value, or PATTERN_ANY */
	size_t symbols;
	bool fold; /* ASCII letters of either case are the same */
};
struct patterns {
	struct pattern *item;
	size_t n;
};

#define PATTERN_ANY 256

/* Each makes a pattern of a copy of the text in the arena; false when there is no memory. */
bool pattern_text(struct arena *a, const char *text, struct pattern *out);
/* Pairs of hexadecimal digits, with or without ':' or '-' between them; false
 * also when the text is something else. */
bool pattern_hex(struct arena *a, const char *text, struct pattern *out);

/* Does it match all of the bytes?  Takes at most time in proportion to symbols times bytes. */
bool pattern_fits(const struct pattern *p, const void *bytes, size_t len);

#endif
