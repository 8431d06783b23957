#include "casenames.h"

#include <stdlib.h>

/* FNV-1a, 64 bits. */
#define BASIS 0xcbf29ce484222325u
#define PRIME 0x100000001b3u

static uint64_t
casenames_hash(const char *path, bool fold)
{
	uint64_t h = BASIS;

	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;

		if (fold && c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		h = (h ^ c) * PRIME;
	}
	return h ? h : 1;
}

/* A name's slot, or the empty slot where it belongs. */
static size_t
casenames_slot(const uint64_t *folded, size_t size, uint64_t key)
{
	size_t i = (size_t)(key % size);

	while (folded[i] != 0 && folded[i] != key)
		i = (i + 1) % size;
	return i;
}

static bool
casenames_grow(struct casenames *s)
{
	size_t size = s->size ? s->size * 2 : 1024;
	uint64_t *folded = calloc(size, sizeof(*folded)), *exact = calloc(size, sizeof(*exact));

	if (!folded || !exact) {
		free(folded);
		free(exact);
		return false;
	}
	for (size_t i = 0; i < s->size; i++)
		if (s->folded[i] != 0) {
			size_t to = casenames_slot(folded, size, s->folded[i]);

			folded[to] = s->folded[i];
			exact[to] = s->exact[i];
		}
	free(s->folded);
	free(s->exact);
	*s = (struct casenames){ folded, exact, s->n, size };
	return true;
}

enum casenames_result
casenames_add(struct casenames *s, const char *path)
{
	uint64_t folded = casenames_hash(path, true), exact = casenames_hash(path, false);
	size_t i;

	if (s->n * 2 >= s->size && !casenames_grow(s))
		return CASENAMES_MEMORY;
	i = casenames_slot(s->folded, s->size, folded);
	if (s->folded[i] == folded)
		return s->exact[i] == exact ? CASENAMES_SAME : CASENAMES_CASE;
	s->folded[i] = folded;
	s->exact[i] = exact;
	s->n++;
	return CASENAMES_NEW;
}

void
casenames_free(struct casenames *s)
{
	free(s->folded);
	free(s->exact);
	*s = (struct casenames){ 0 };
}
