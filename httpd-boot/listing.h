/*
 * What a directory holds, in the order that was asked for.  Whatever cannot be
 * served (links that lead out, devices) is left out.
 */
#ifndef LISTING_H
#define LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "beneath.h"
#include "imagemaps.h"
#include "http.h"

enum listing_sort { LISTING_NAME, LISTING_SIZE, LISTING_DATE };

/* How it is to be shown. */
struct listing_view {
	bool json;
	enum listing_sort sort;
	bool down; /* the last first */
};

/* From a query ("json", "C=-S", or "C=S;O=D" as Apache has it) and the value of Accept. */
struct listing_view listing_view(struct http_text query, struct http_text accept);

struct listing_entry {
	char *name;
	bool dir;
	uint64_t size;    /* 0 for a directory */
	int64_t modified; /* seconds since 1970 */
};

struct listing {
	struct listing_entry *e;
	size_t n, room;
};

struct listing_place {
	const struct beneath *root;
	struct imagemaps *images; /* NULL: none */
	const char *path;         /* the cleaned name of the directory, "" for the root */
};
/* From disk and from images.  -1 with errno; the caller frees it in any case. */
int listing_read(struct listing *l, const struct listing_place *place);
/* Numbers within names count as such: file-2 comes before file-10. */
void listing_order(struct listing *l, const struct listing_view *view);
void listing_free(struct listing *l);

#endif
