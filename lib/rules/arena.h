/* Memory that is freed all at once: what a rules file was read into. */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

struct arena {
	struct arena_chunk *chunk;
};

/* Zeroed and aligned for anything; NULL when there is no memory. */
void *arena_alloc(struct arena *a, size_t size);
/* A copy of `len` bytes, and a NUL; NULL when there is no memory. */
char *arena_copy(struct arena *a, const void *bytes, size_t len);
char *arena_str(struct arena *a, const char *s);
void arena_free(struct arena *a);

#endif
