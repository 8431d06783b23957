#include "cache.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REST_S 3              /* coarser than the times of any file system in use */

struct slot {
	char *name;               /* NULL: empty; its bytes stand behind the NUL */
	struct stat st;
	struct site_item item;
};

struct cache {
	struct slot slot[CACHE_SLOTS];
};

struct cache *
cache_make(void)
{
	return calloc(1, sizeof(struct cache));
}

void
cache_free(struct cache *c)
{
	for (size_t i = 0; c && i < CACHE_SLOTS; i++)
		free(c->slot[i].name);
	free(c);
}

static size_t
slot_of(const char *name)
{
	uint32_t h = 2166136261;  /* FNV-1a */

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 16777619;
	return (h ^ h >> 16) % CACHE_SLOTS;
}

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
	    same_time(&a->st_mtim, &b->st_mtim) && same_time(&a->st_ctim, &b->st_ctim);
}

bool
cache_knows(const struct cache *c, const char *name)
{
	const struct slot *s = c ? &c->slot[slot_of(name)] : NULL;

	return s && s->name && strcmp(s->name, name) == 0;
}

bool
cache_get(const struct cache *c, const char *name, const struct stat *st,
    struct site_item *out)
{
	const struct slot *s = &c->slot[slot_of(name)];

	if (!cache_knows(c, name) || !same_file(&s->st, st))
		return false;
	*out = s->item;
	return true;
}

void
cache_put(struct cache *c, const char *name, const struct stat *st,
    int64_t now, const struct site_item *item)
{
	size_t n = strlen(name) + 1, size = (size_t)st->st_size;
	struct slot *s;
	char *copy;

	if (!c || st->st_size > CACHE_FILE_MAX || st->st_mtim.tv_sec > now - REST_S || st->st_ctim.tv_sec > now - REST_S)
		return;
	copy = malloc(n + size);
	if (!copy)
		return;
	memcpy(copy, name, n);
	if (pread(item->fd, copy + n, size, 0) != (ssize_t)size) {
		free(copy);
		return;
	}
	s = &c->slot[slot_of(name)];
	free(s->name);
	s->name = copy;
	s->st = *st;
	s->item = *item;
	s->item.fd = -1;
	s->item.bytes = copy + n;
}
