#include "fsindex.h"

#include <stdlib.h>
#include <string.h>

#define NODES_MAX 4194304
#define TEXT_MAX 1073741824u
#define EXTENTS_MAX 16777216
#define FAULTS_MAX 100

/* Room for `more` in an array that grows by halves. */
static bool
fsindex_grow(void **array, size_t used, size_t more, size_t *size, size_t each)
{
	size_t bigger = *size ? *size + *size / 2 : 64;
	void *p;

	if (used + more <= *size)
		return true;
	if (bigger < used + more)
		bigger = used + more;
	p = reallocarray(*array, bigger, each);
	if (!p)
		return false;
	*array = p;
	*size = bigger;
	return true;
}

bool
fsindex_init(struct fsindex *fs)
{
	const struct fsindex_node root = { .kind = FSINDEX_DIR, .mode = 0755 };
	const struct fsindex_name name = { .text = "" };

	*fs = (struct fsindex){ 0 };
	return fsindex_add(fs, &root, &name);
}

void
fsindex_free(struct fsindex *fs)
{
	free(fs->node);
	free(fs->extent);
	free(fs->text);
	free(fs->fault);
	free(fs->seen);
	*fs = (struct fsindex){ 0 };
}

static bool
fsindex_add_text(struct fsindex *fs, const char *s, size_t len, uint32_t *at)
{
	void *array = fs->text;

	if (len > TEXT_MAX - fs->text_len - 1 || !fsindex_grow(&array, fs->text_len, len + 1, &fs->text_size, 1))
		return false;
	fs->text = array;
	*at = (uint32_t)fs->text_len;
	memcpy(fs->text + fs->text_len, s, len);
	fs->text[fs->text_len + len] = '\0';
	fs->text_len += len + 1;
	return true;
}

bool
fsindex_add(struct fsindex *fs, const struct fsindex_node *n, const struct fsindex_name *name)
{
	struct fsindex_node copy = *n;
	void *array = fs->node;

	if (fs->nodes == NODES_MAX || !fsindex_grow(&array, fs->nodes, 1, &fs->nodes_size, sizeof(*fs->node)))
		return false;
	fs->node = array;
	if (!fsindex_add_text(fs, name->text, name->len, &copy.name))
		return false;
	for (char *p = fs->text + copy.name; p < fs->text + copy.name + name->len; p++)
		if (*p == '/' || *p == '\0')
			*p = '_';
	copy.link = 0;
	if (name->link && !fsindex_add_text(fs, name->link, strlen(name->link), &copy.link))
		return false;
	copy.first = (uint32_t)fs->extents;
	copy.extents = 0;
	fs->node[fs->nodes++] = copy;
	fs->bytes += copy.kind == FSINDEX_FILE ? copy.size : 0;
	return true;
}

bool
fsindex_extend(struct fsindex *fs, uint64_t at, uint64_t len)
{
	struct fsindex_node *n = &fs->node[fs->nodes - 1];
	struct fsindex_extent *last = n->extents > 0 ? &fs->extent[fs->extents - 1] : NULL;
	void *array = fs->extent;

	if (last &&
	    (at == FSINDEX_HOLE ? last->at == FSINDEX_HOLE : last->at != FSINDEX_HOLE && last->at + last->len == at)) {
		last->len += len;
		return true;
	}
	if (fs->extents == EXTENTS_MAX || !fsindex_grow(&array, fs->extents, 1, &fs->extents_size, sizeof(*fs->extent)))
		return false;
	fs->extent = array;
	fs->extent[fs->extents++] = (struct fsindex_extent){ at, len };
	n->extents++;
	return true;
}

bool
fsindex_add_fault(struct fsindex *fs, uint32_t node, const char *why)
{
	void *array = fs->fault;

	if (fs->faults == FAULTS_MAX)
		return true;
	if (!fsindex_grow(&array, fs->faults, 1, &fs->faults_size, sizeof(*fs->fault)))
		return false;
	fs->fault = array;
	fs->fault[fs->faults++] = (struct fsindex_fault){ node, why };
	return true;
}

bool
fsindex_seconds(const struct tm *date, int offset_min, int64_t *out)
{
	struct tm copy = *date;

	/* timegm accepts any number. */
	if (date->tm_year < 1 - 1900 || date->tm_year > 9999 - 1900 || date->tm_mon < 0 || date->tm_mon > 11 ||
	    date->tm_mday < 1 || date->tm_mday > 31 || date->tm_hour > 23 || date->tm_min > 59 || date->tm_sec > 60)
		return false;
	*out = (int64_t)timegm(&copy) - (int64_t)offset_min * 60;
	return true;
}

/* ---- directories entered -------------------------------------------- */

/* Places are stored plus one: 0 is an empty slot. */
static bool
insert_place(uint64_t *set, size_t size, uint64_t key)
{
	size_t i = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) % size;

	while (set[i] != 0 && set[i] != key)
		i = (i + 1) % size;
	if (set[i] == key)
		return false;
	set[i] = key;
	return true;
}

bool
fsindex_enter(struct fsindex *fs, uint64_t place)
{
	if (fs->seen_n * 2 >= fs->seen_size) {
		size_t size = fs->seen_size ? fs->seen_size * 2 : 256;
		uint64_t *bigger = calloc(size, sizeof(*bigger));

		if (!bigger)
			return false;
		for (size_t i = 0; i < fs->seen_size; i++)
			if (fs->seen[i] != 0)
				insert_place(bigger, size, fs->seen[i]);
		free(fs->seen);
		fs->seen = bigger;
		fs->seen_size = size;
	}
	if (!insert_place(fs->seen, fs->seen_size, place + 1))
		return false;
	fs->seen_n++;
	return true;
}

/* ---- paths ----------------------------------------------------------------------- */

/* Puts a part and a '/' before what begins at *at. */
static bool
put_before(char *out, size_t *at, const char *part, size_t len)
{
	bool slash = *at < FSINDEX_PATH - 1;

	if (*at < len + slash)
		return false;
	if (slash)
		out[--*at] = '/';
	*at -= len;
	memcpy(out + *at, part, len);
	return true;
}

/* Writes the path from its end to its beginning, parent by parent. */
static bool
climb(const struct fsindex *fs, uint32_t node, char out[FSINDEX_PATH], size_t at)
{
	bool fits = true;

	for (; node != FSINDEX_ROOT && fits; node = fs->node[node].parent) {
		const char *name = fs->text + fs->node[node].name;

		fits = put_before(out, &at, name, strlen(name));
	}
	memmove(out, out + at, FSINDEX_PATH - at);
	return fits;
}

bool
fsindex_path(const struct fsindex *fs, uint32_t node, char out[FSINDEX_PATH])
{
	out[FSINDEX_PATH - 1] = '\0';
	return climb(fs, node, out, FSINDEX_PATH - 1);
}

bool
fsindex_join(const struct fsindex *fs, uint32_t dir, const struct fsindex_name *name, char out[FSINDEX_PATH])
{
	size_t at = FSINDEX_PATH - 1;

	out[at] = '\0';
	return put_before(out, &at, name->text, name->len) && climb(fs, dir, out, at);
}

/* ---- order ------------------------------------------------------------------------ */

uint64_t
fsindex_place(const struct fsindex *fs, uint32_t node)
{
	const struct fsindex_node *n = &fs->node[node];

	return n->extents > 0 ? fs->extent[n->first].at : FSINDEX_HOLE;
}

static int
rank(const struct fsindex_node *n)
{
	return n->kind == FSINDEX_DIR ? 0 : n->kind == FSINDEX_FILE ? 2 : 1;
}

static int
compare_nodes(const void *a, const void *b, void *context)
{
	const struct fsindex *fs = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int rx = rank(&fs->node[x]), ry = rank(&fs->node[y]);
	uint64_t px, py;

	if (rx != ry)
		return rx < ry ? -1 : 1;
	if (rx == 2) {
		px = fsindex_place(fs, x);
		py = fsindex_place(fs, y);
		if (px != py)
			return px < py ? -1 : 1;
	}
	return x < y ? -1 : x > y;
}

uint32_t *
fsindex_order(const struct fsindex *fs, size_t *n)
{
	uint32_t *order = malloc((fs->nodes ? fs->nodes : 1) * sizeof(*order));

	if (!order)
		return NULL;
	*n = 0;
	for (size_t i = 1; i < fs->nodes; i++)
		if (fs->node[i].kind != FSINDEX_ABSENT)
			order[(*n)++] = (uint32_t)i;
	qsort_r(order, *n, sizeof(*order), compare_nodes, (void *)(uintptr_t)fs);
	return order;
}
