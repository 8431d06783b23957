#include "blockcache.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW 65536
#define WINDOWS 4 /* folders, file entries and continuations lie apart */
#define ALIGN 16384
#define SPARE 1048576 /* of the budget, for tiny images */

struct window {
	uint64_t at;
	size_t len;
	uint8_t *bytes; /* NULL until it is first filled */
};

struct disc {
	struct disc_source from;
	uint64_t budget;
	const char *why;
	unsigned turn;
	struct window window[WINDOWS];
};

struct disc *
disc_new(const struct disc_source *from)
{
	struct disc *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->from = *from;
	disc_renew(d);
	d->why = "";
	return d;
}

void
disc_free(struct disc *d)
{
	for (size_t i = 0; d && i < WINDOWS; i++)
		free(d->window[i].bytes);
	free(d);
}

uint64_t
disc_size(const struct disc *d)
{
	return d->from.size;
}

static bool
covers(const struct window *w, uint64_t at, size_t len)
{
	return at >= w->at && at - w->at <= w->len && w->len - (at - w->at) >= len;
}

/* Whoever was filled longest ago makes room. */
static struct window *
fill(struct disc *d, uint64_t at)
{
	struct window *w = &d->window[d->turn];
	uint64_t from = at - at % ALIGN;
	size_t want = d->from.size - from < WINDOW ? (size_t)(d->from.size - from) : WINDOW;
	ssize_t n = 0;

	if (!w->bytes)
		w->bytes = malloc(WINDOW);
	if (w->bytes)
		n = d->from.read(d->from.context, from, w->bytes, want);
	d->turn = (d->turn + 1) % WINDOWS;
	w->at = from;
	w->len = n > 0 ? (size_t)n : 0;
	return w;
}

const uint8_t *
disc_at(struct disc *d, uint64_t at, size_t len)
{
	struct window *w = NULL;

	if (len > DISC_MAX || at > d->from.size || d->from.size - at < len) {
		d->why = "the image ends before it";
		return NULL;
	}
	for (size_t i = 0; i < WINDOWS && !w; i++)
		if (covers(&d->window[i], at, len))
			w = &d->window[i];
	if (!w)
		w = fill(d, at);
	if (!covers(w, at, len)) {
		d->why = "it cannot be read";
		return NULL;
	}
	return w->bytes + (at - w->at);
}

void
disc_renew(struct disc *d)
{
	d->budget = d->from.size + SPARE;
}

bool
disc_spend(struct disc *d, uint64_t n)
{
	if (n > d->budget) {
		d->why = "the folders are longer than the image";
		return false;
	}
	d->budget -= n;
	return true;
}

const char *
disc_why(const struct disc *d)
{
	return d->why;
}
