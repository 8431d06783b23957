#include "reqcache.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS 16
#define HEAD_MAX 1024 /* a longer one is not remembered */

struct known {
	size_t len; /* 0: empty */
	char head[HEAD_MAX];
	struct http_request req;
};

struct reqcache {
	struct known known[SLOTS];
	struct http_request other;
};

struct reqcache *
reqcache_make(void)
{
	return calloc(1, sizeof(struct reqcache));
}

void
reqcache_free(struct reqcache *r)
{
	free(r);
}

const struct http_request *
reqcache_find(const struct reqcache *r, const char *buf, size_t len)
{
	const struct known *k = &r->known[len % SLOTS];

	return k->len && k->len == len && memcmp(k->head, buf, len) == 0 ? &k->req : NULL;
}

enum http_error
reqcache_read(struct reqcache *r, const char *head, size_t len, const struct http_request **req)
{
	struct known *k = &r->known[len % SLOTS];
	enum http_error e;

	if (len > HEAD_MAX) {
		*req = &r->other;
		return http_parse(head, len, &r->other);
	}
	memcpy(k->head, head, len);
	e = http_parse(k->head, len, &k->req);
	k->len = e ? 0 : len;
	*req = &k->req;
	return e;
}

enum http_error
reqcache_next(struct reqcache *r, struct http_text text, size_t *scanned, const struct http_request **req, size_t *head)
{
	const char *end;
	enum http_error e;

	if (text.len == 0)
		return HTTP_MORE;
	*head = text.len;
	*req = reqcache_find(r, text.at, text.len);
	if (*req)
		return HTTP_OK;
	e = http_scan(text.at, text.len, scanned, head);
	if (e == HTTP_OK)
		return reqcache_read(r, text.at, *head, req);
	if (e != HTTP_MORE) {
		/* its end is not here yet, but it can only be bad */
		end = memchr(text.at, '\n', text.len);
		r->other.method = HTTP_OTHER;
		r->other.path[0] = '\0';
		r->other.fields = 0;
		r->other.line = (struct http_text){ text.at, end ? (size_t)(end - text.at) : text.len };
		*head = text.len;
		*req = &r->other;
	}
	return e;
}
