#include "figures.h"

#include <stdlib.h>

#include "log.h"

void
figures_add(struct figures *f, uint64_t v)
{
	if (f->n == f->room) {
		f->room = f->room ? f->room * 2 : 4096;
		f->v = reallocarray(f->v, f->room, sizeof(*f->v));
		if (!f->v)
			die(EXIT_SYSTEM, "no memory");
	}
	f->v[f->n++] = v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

uint32_t
figures_at(struct figures *f, double share)
{
	size_t at;

	if (f->n == 0)
		return 0;
	qsort(f->v, f->n, sizeof(*f->v), by_value);
	at = (size_t)(share * (double)f->n);
	return f->v[at < f->n ? at : f->n - 1];
}
