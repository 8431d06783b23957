#include "range.h"

#include <stdbool.h>
#include <string.h>

/* One element: false if it is not a range.  *some: part of it is inside the file. */
static bool
parse_one(struct http_text t, uint64_t size, bool *some, struct range *out)
{
	const char *dash = memchr(t.at, '-', t.len);
	struct http_text left, right;
	uint64_t first, last = UINT64_MAX;

	if (!dash)
		return false;
	left = (struct http_text){ t.at, (size_t)(dash - t.at) };
	right = (struct http_text){ dash + 1, t.len - left.len - 1 };
	if (left.len == 0) { /* "-N": the last N bytes */
		if (!http_number(right, &last))
			return false;
		*some = last > 0 && size > 0;
		*out = (struct range){ last < size ? size - last : 0, size - 1 };
		return true;
	}
	if (!http_number(left, &first) || (right.len && !http_number(right, &last)) || last < first)
		return false;
	*some = first < size;
	*out = (struct range){ first, last < size ? last : size - 1 };
	return true;
}

/* Adds a range and merges those it touches into it, at the place of the
 * first.  The result may touch others, so look again. */
static void
merge(struct range_set *set, struct range add)
{
	size_t place = set->n;

	for (size_t i = 0; i < set->n;) {
		struct range *r = &set->range[i];

		if (r->first > add.last + 1 || add.first > r->last + 1) {
			i++;
			continue;
		}
		add.first = r->first < add.first ? r->first : add.first;
		add.last = r->last > add.last ? r->last : add.last;
		place = i < place ? i : place;
		set->n--;
		memmove(r, r + 1, (set->n - i) * sizeof(*r));
		i = 0;
	}
	place = place < set->n ? place : set->n;
	memmove(&set->range[place + 1], &set->range[place], (set->n - place) * sizeof(add));
	set->range[place] = add;
	set->n++;
}

enum range_result
range_parse(struct http_text value, uint64_t size, struct range_set *out)
{
	struct http_text list, element;
	struct range_set set = { .n = 0 };
	size_t asked = 0;

	if (!value.at || value.len < 6 || !http_same((struct http_text){ value.at, 6 }, "bytes="))
		return RANGE_NONE;
	list = (struct http_text){ value.at + 6, value.len - 6 };
	while (http_element(&list, &element)) {
		struct range one;
		bool some;

		if (++asked > RANGE_MAX || !parse_one(element, size, &some, &one))
			return RANGE_NONE;
		if (some)
			merge(&set, one);
	}
	if (asked == 0)
		return RANGE_NONE;
	if (set.n == 0)
		return RANGE_OUTSIDE;
	*out = set;
	return RANGE_SOME;
}
