/* Any bytes as a map: what is found lies within the image, and listings end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "imagemap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
list(const struct imagemap *x, const char *dir)
{
	struct imagemap_walk w = { .dir = dir };
	size_t n = 0;

	while (imagemap_next(x, &w))
		if (!w.name[0] || strchr(w.name, '/') || ++n > x->n)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[IMAGEMAP_ERROR], found[IMAGEMAP_PATH];
	const struct imagemap_entry *e;
	struct imagemap x;
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	if (!imagemap_parse(&x, text, size, error))
		return 0;
	list(&x, "");
	for (size_t i = 0; i < x.n; i++)
		switch (imagemap_find(&x, x.entry[i].path, &e, found)) {
		case IMAGEMAP_FILE:
			if (e->to || e->at > x.image_size || e->size > x.image_size - e->at)
				abort();
			break;
		case IMAGEMAP_DIRECTORY:
			list(&x, found);
			break;
		default:
			break;
		}
	imagemap_free(&x);
	return 0;
}
