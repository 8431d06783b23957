/* What every list of an image's files must hold, whatever image it is from. */
#ifndef FSINDEX_CHECK_H
#define FSINDEX_CHECK_H

#include <stdlib.h>
#include <string.h>

#include "blockcache.h"
#include "fsindex.h"
#include "selection.h"

struct fsindex_check_bytes {
	const uint8_t *bytes;
	size_t len;
};

__attribute__((unused)) static ssize_t
fsindex_check_read(void *context, uint64_t at, void *out, size_t len)
{
	const struct fsindex_check_bytes *b = context;

	if (at > b->len)
		return -1;
	if (len > b->len - at)
		len = b->len - (size_t)at;
	memcpy(out, b->bytes + at, len);
	return (ssize_t)len;
}

/* Fills *out, which the caller frees, with what a reader finds in the bytes. */
__attribute__((unused)) static enum fsindex_result
fsindex_check_find(struct fsindex_check_bytes *b,
    enum fsindex_result (*reader)(struct blockcache *, const struct selection *, struct fsindex *), struct fsindex *out)
{
	const struct blockcache_source from = { fsindex_check_read, b, b->len };
	struct blockcache *cache = blockcache_new(&from);
	enum fsindex_result found;

	if (!cache || !fsindex_init(out))
		abort();
	found = reader(cache, NULL, out);
	blockcache_free(cache);
	return found;
}

/* NULL, or what is wrong with it. */
__attribute__((unused)) static const char *
fsindex_check(const struct fsindex *v)
{
	char path[FSINDEX_PATH];
	uint32_t *order;
	size_t n;

	for (size_t i = 1; i < v->nodes; i++) {
		const struct fsindex_node *node = &v->node[i];

		if (node->parent >= i || v->node[node->parent].kind == FSINDEX_FILE)
			return "a parent that is none";
		if (node->name >= v->text_len || node->link >= v->text_len)
			return "a name that is nowhere";
		if (strchr(v->text + node->name, '/'))
			return "a name with a / in it";
		if ((size_t)node->first + node->extents > v->extents)
			return "extents that are nowhere";
		if (fsindex_path(v, (uint32_t)i, path) && strlen(path) >= FSINDEX_PATH)
			return "a path without an end";
	}
	order = fsindex_order(v, &n);
	if (!order || n > v->nodes)
		return "no order";
	free(order);
	return NULL;
}

#endif
