#include "blockcache.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW 65536
#define WINDOWS 4 /* directories, file entries and continuations are apart */
#define ALIGN 16384
#define SPARE 1048576 /* added to the budget, for tiny images */

struct window {
	uint64_t at;
	size_t len;
	uint8_t *bytes; /* NULL until it is first filled */
};

struct blockcache {
	struct blockcache_source from;
	uint64_t budget;
	const char *why;
	unsigned turn;
	struct window window[WINDOWS];
};

struct blockcache *
blockcache_new(const struct blockcache_source *from)
{
	struct blockcache *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->from = *from;
	blockcache_renew(c);
	c->why = "";
	return c;
}

void
blockcache_free(struct blockcache *c)
{
	for (size_t i = 0; c && i < WINDOWS; i++)
		free(c->window[i].bytes);
	free(c);
}

uint64_t
blockcache_size(const struct blockcache *c)
{
	return c->from.size;
}

static bool
covers(const struct window *w, uint64_t at, size_t len)
{
	return at >= w->at && at - w->at <= w->len && w->len - (at - w->at) >= len;
}

const uint8_t *
blockcache_at(struct blockcache *c, uint64_t at, size_t len)
{
	struct window *w = NULL;

	if (len > BLOCKCACHE_MAX || at > c->from.size || c->from.size - at < len) {
		c->why = "the image ends before it";
		return NULL;
	}
	for (size_t i = 0; i < WINDOWS && !w; i++)
		if (covers(&c->window[i], at, len))
			w = &c->window[i];
	/* Else the window that was filled longest ago is refilled. */
	if (!w) {
		uint64_t from = at - at % ALIGN;
		size_t want = c->from.size - from < WINDOW ? (size_t)(c->from.size - from) : WINDOW;
		ssize_t n = 0;

		w = &c->window[c->turn];
		c->turn = (c->turn + 1) % WINDOWS;
		if (!w->bytes)
			w->bytes = malloc(WINDOW);
		if (w->bytes)
			n = c->from.read(c->from.context, from, w->bytes, want);
		w->at = from;
		w->len = n > 0 ? (size_t)n : 0;
	}
	if (!covers(w, at, len)) {
		c->why = "it cannot be read";
		return NULL;
	}
	return w->bytes + (at - w->at);
}

void
blockcache_renew(struct blockcache *c)
{
	c->budget = c->from.size + SPARE;
}

bool
blockcache_spend(struct blockcache *c, uint64_t n)
{
	if (n > c->budget) {
		c->why = "the directories are longer than the image";
		return false;
	}
	c->budget -= n;
	return true;
}

const char *
blockcache_why(const struct blockcache *c)
{
	return c->why;
}
