#include "arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_CHUNK 4096

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

void *
arena_alloc(struct arena *a, size_t size)
{
	size_t need = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	struct arena_chunk *c = a->chunk;

	if (!c || c->size - c->used < need) {
		/* A hosts directory has one arena per file, most of them small. */
		size_t room = !c ? 256 : c->size < ARENA_CHUNK / 2 ? c->size * 2 : ARENA_CHUNK;

		if (room < need)
			room = need;
		c = calloc(1, sizeof(*c) + room);
		if (!c)
			return NULL;
		c->size = room;
		c->next = a->chunk;
		a->chunk = c;
	}
	c->used += need;
	return c->bytes + c->used - need;
}

char *
arena_copy(struct arena *a, const void *bytes, size_t len)
{
	char *s = arena_alloc(a, len + 1);

	if (s && len)
		memcpy(s, bytes, len);
	return s;
}

char *
arena_str(struct arena *a, const char *s)
{
	return arena_copy(a, s, strlen(s));
}

void
arena_free(struct arena *a)
{
	while (a->chunk) {
		struct arena_chunk *c = a->chunk;

		a->chunk = c->next;
		free(c);
	}
}
