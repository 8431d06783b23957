/* What every list of an image's files must hold, whatever image it is from. */
#ifndef FSINDEX_CHECK_H
#define FSINDEX_CHECK_H

#include <stdlib.h>
#include <string.h>

#include "blockcache.h"
#include "fsindex.h"

struct volumes_bytes {
	const uint8_t *bytes;
	size_t len;
};

__attribute__((unused)) static ssize_t
volumes_read(void *context, uint64_t at, void *out, size_t len)
{
	const struct volumes_bytes *b = context;

	if (at > b->len)
		return -1;
	if (len > b->len - at)
		len = b->len - (size_t)at;
	memcpy(out, b->bytes + at, len);
	return (ssize_t)len;
}

/* Fills *out, which the caller frees, with what a reader finds in the bytes. */
__attribute__((unused)) static enum volume_result
volumes_find(struct volumes_bytes *b,
    enum volume_result (*reader)(struct disc *, const struct volume_filter *, struct volume *), struct volume *out)
{
	const struct disc_source from = { volumes_read, b, b->len };
	const struct volume_filter all = { 0 };
	struct disc *d = disc_new(&from);
	enum volume_result found;

	if (!d || !volume_init(out))
		abort();
	found = reader(d, &all, out);
	disc_free(d);
	return found;
}

/* NULL, or what is wrong with it. */
__attribute__((unused)) static const char *
volumes_wrong(const struct volume *v)
{
	char path[VOLUME_PATH];
	uint32_t *order;
	size_t n;

	for (size_t i = 1; i < v->nodes; i++) {
		const struct volume_node *node = &v->node[i];

		if (node->parent >= i || v->node[node->parent].kind == VOLUME_FILE)
			return "a parent that is none";
		if (node->name >= v->text_len || node->link >= v->text_len)
			return "a name that is nowhere";
		if (strchr(v->text + node->name, '/'))
			return "a name with a / in it";
		if ((size_t)node->first + node->extents > v->extents)
			return "extents that are nowhere";
		if (volume_path(v, (uint32_t)i, path) && strlen(path) >= VOLUME_PATH)
			return "a path without an end";
	}
	order = volume_order(v, &n);
	if (!order || n > v->nodes)
		return "no order";
	free(order);
	return NULL;
}

#endif
