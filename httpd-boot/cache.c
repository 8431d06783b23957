#include "cache.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "date.h"
#include "reply.h"

#define REST_S 3              /* coarser than the times of any file system in use */

struct slot {
	char *name;               /* NULL: empty; head and content stand behind the NUL */
	char *ready;
	uint64_t compared;        /* doubt at the time */
	int64_t dated;            /* what the head's Date says */
	struct stat st;
	struct site_item item;
};

struct cache {
	uint64_t doubt;           /* grows with each cache_doubt */
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

void
cache_doubt(struct cache *c)
{
	if (c)
		c->doubt++;
}

/* A link may lead elsewhere by now, even out; but then it is not the file
 * that was opened beneath the root. */
static bool
compare(const struct cache *c, int root, struct slot *s)
{
	struct stat st;

	if (s->compared == c->doubt)
		return true;
	if (fstatat(root, s->name, &st, 0) < 0 || !same_file(&s->st, &st))
		return false;
	s->compared = c->doubt;
	return true;
}

bool
cache_get(struct cache *c, int root, const char *name, int64_t now,
    struct site_item *out)
{
	struct slot *s = c ? &c->slot[slot_of(name)] : NULL;
	char date[DATE_HTTP];

	if (!s || !s->name || strcmp(s->name, name) != 0 || !compare(c, root, s))
		return false;
	if (s->dated != now) {
		memcpy(s->ready + REPLY_DATE_AT, date_http(now, date), DATE_HTTP - 1);
		s->dated = now;
	}
	*out = s->item;
	return true;
}

static size_t
make_head(const struct site_item *item, int64_t now, char out[REPLY_MAX])
{
	char date[DATE_HTTP], modified[DATE_HTTP];
	struct reply r = {
		.status = 200, .date = date_http(now, date), .type = item->type, .length = item->size,
		.etag = item->etag, .modified = date_http(item->modified, modified), .ranges = true,
	};

	return reply_head(&r, out);
}

void
cache_put(struct cache *c, const char *name, const struct stat *st,
    int64_t now, const struct site_item *item)
{
	char head[REPLY_MAX];
	size_t n = strlen(name) + 1, size = (size_t)st->st_size, len;
	struct slot *s;
	char *copy;

	if (!c || st->st_size > CACHE_FILE_MAX || st->st_mtim.tv_sec > now - REST_S || st->st_ctim.tv_sec > now - REST_S)
		return;
	len = make_head(item, now, head);
	copy = malloc(n + len + size);
	if (!copy)
		return;
	if (pread(item->fd, copy + n + len, size, 0) != (ssize_t)size) {
		free(copy);
		return;
	}
	memcpy(copy, name, n);
	memcpy(copy + n, head, len);
	s = &c->slot[slot_of(name)];
	free(s->name);
	*s = (struct slot){ .name = copy, .ready = copy + n, .compared = c->doubt, .dated = now, .st = *st, .item = *item };
	s->item.fd = -1;
	s->item.ready = s->ready;
	s->item.head_len = len;
	s->item.bytes = s->ready + len;
}
