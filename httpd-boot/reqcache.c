#include "reqcache.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS 16
#define HEAD_MAX 1024 /* a longer one is not remembered */

struct slot {
	size_t len; /* 0: empty */
	char head[HEAD_MAX];
	struct http_request req;
};

struct reqcache {
	struct slot slot[SLOTS];
	struct http_request other;
};

struct reqcache *
reqcache_make(void)
{
	return calloc(1, sizeof(struct reqcache));
}

void
reqcache_free(struct reqcache *m)
{
	free(m);
}

const struct http_request *
reqcache_find(const struct reqcache *m, const char *buf, size_t len)
{
	const struct slot *s = &m->slot[len % SLOTS];

	return s->len && s->len == len && memcmp(s->head, buf, len) == 0 ? &s->req : NULL;
}

enum http_error
reqcache_read(struct reqcache *m, const char *head, size_t len, const struct http_request **req)
{
	struct slot *s = &m->slot[len % SLOTS];
	enum http_error e;

	if (len > HEAD_MAX) {
		*req = &m->other;
		return http_parse(head, len, &m->other);
	}
	memcpy(s->head, head, len);
	e = http_parse(s->head, len, &s->req);
	s->len = e ? 0 : len;
	*req = &s->req;
	return e;
}
