#include "fsindex.h"

#include <stdlib.h>
#include <string.h>

#define NODES_MAX 4194304
#define TEXT_MAX 1073741824u
#define EXTENTS_MAX 16777216
#define FAULTS_MAX 100

/* Room for `more` in an array that grows by halves. */
static bool
grow(void **array, size_t used, size_t more, size_t *size, size_t each)
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
volume_init(struct volume *v)
{
	const struct volume_node root = { .kind = VOLUME_DIR, .mode = 0755 };
	const struct volume_name name = { .text = "" };

	*v = (struct volume){ 0 };
	return volume_add(v, &root, &name);
}

void
volume_free(struct volume *v)
{
	free(v->node);
	free(v->extent);
	free(v->text);
	free(v->fault);
	free(v->seen);
	*v = (struct volume){ 0 };
}

static bool
add_text(struct volume *v, const char *s, size_t len, uint32_t *at)
{
	void *array = v->text;

	if (len > TEXT_MAX - v->text_len - 1 || !grow(&array, v->text_len, len + 1, &v->text_size, 1))
		return false;
	v->text = array;
	*at = (uint32_t)v->text_len;
	memcpy(v->text + v->text_len, s, len);
	v->text[v->text_len + len] = '\0';
	v->text_len += len + 1;
	return true;
}

bool
volume_add(struct volume *v, const struct volume_node *n, const struct volume_name *name)
{
	struct volume_node copy = *n;
	void *array = v->node;

	if (v->nodes == NODES_MAX || !grow(&array, v->nodes, 1, &v->nodes_size, sizeof(*v->node)))
		return false;
	v->node = array;
	if (!add_text(v, name->text, name->len, &copy.name))
		return false;
	for (char *p = v->text + copy.name; p < v->text + copy.name + name->len; p++)
		if (*p == '/' || *p == '\0')
			*p = '_';
	copy.link = 0;
	if (name->link && !add_text(v, name->link, strlen(name->link), &copy.link))
		return false;
	copy.first = (uint32_t)v->extents;
	copy.extents = 0;
	v->node[v->nodes++] = copy;
	v->bytes += copy.kind == VOLUME_FILE ? copy.size : 0;
	return true;
}

bool
volume_extend(struct volume *v, uint64_t at, uint64_t len)
{
	struct volume_node *n = &v->node[v->nodes - 1];
	struct volume_extent *last = n->extents > 0 ? &v->extent[v->extents - 1] : NULL;
	void *array = v->extent;

	if (last &&
	    (at == VOLUME_HOLE ? last->at == VOLUME_HOLE : last->at != VOLUME_HOLE && last->at + last->len == at)) {
		last->len += len;
		return true;
	}
	if (v->extents == EXTENTS_MAX || !grow(&array, v->extents, 1, &v->extents_size, sizeof(*v->extent)))
		return false;
	v->extent = array;
	v->extent[v->extents++] = (struct volume_extent){ at, len };
	n->extents++;
	return true;
}

bool
volume_complain(struct volume *v, uint32_t node, const char *why)
{
	void *array = v->fault;

	if (v->faults == FAULTS_MAX)
		return true;
	if (!grow(&array, v->faults, 1, &v->faults_size, sizeof(*v->fault)))
		return false;
	v->fault = array;
	v->fault[v->faults++] = (struct volume_fault){ node, why };
	return true;
}

/* ---- the folders that were entered -------------------------------------------- */

/* Places are stored plus one: 0 is an empty slot. */
static bool
insert(uint64_t *set, size_t size, uint64_t key)
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
volume_enter(struct volume *v, uint64_t place)
{
	if (v->seen_n * 2 >= v->seen_size) {
		size_t size = v->seen_size ? v->seen_size * 2 : 256;
		uint64_t *bigger = calloc(size, sizeof(*bigger));

		if (!bigger)
			return false;
		for (size_t i = 0; i < v->seen_size; i++)
			if (v->seen[i] != 0)
				insert(bigger, size, v->seen[i]);
		free(v->seen);
		v->seen = bigger;
		v->seen_size = size;
	}
	if (!insert(v->seen, v->seen_size, place + 1))
		return false;
	v->seen_n++;
	return true;
}

/* ---- paths ----------------------------------------------------------------------- */

/* Puts a part and a '/' before what begins at *at. */
static bool
put_before(char *out, size_t *at, const char *part, size_t len)
{
	bool slash = *at < VOLUME_PATH - 1;

	if (*at < len + slash)
		return false;
	if (slash)
		out[--*at] = '/';
	*at -= len;
	memcpy(out + *at, part, len);
	return true;
}

/* From the end to the beginning, as parents are found. */
static bool
climb(const struct volume *v, uint32_t node, char out[VOLUME_PATH], size_t at)
{
	bool fits = true;

	for (; node != VOLUME_ROOT && fits; node = v->node[node].parent) {
		const char *name = v->text + v->node[node].name;

		fits = put_before(out, &at, name, strlen(name));
	}
	memmove(out, out + at, VOLUME_PATH - at);
	return fits;
}

bool
volume_path(const struct volume *v, uint32_t node, char out[VOLUME_PATH])
{
	out[VOLUME_PATH - 1] = '\0';
	return climb(v, node, out, VOLUME_PATH - 1);
}

bool
volume_join(const struct volume *v, uint32_t dir, const struct volume_name *name, char out[VOLUME_PATH])
{
	size_t at = VOLUME_PATH - 1;

	out[at] = '\0';
	return put_before(out, &at, name->text, name->len) && climb(v, dir, out, at);
}

/* ---- order ------------------------------------------------------------------------ */

uint64_t
volume_place(const struct volume *v, uint32_t node)
{
	const struct volume_node *n = &v->node[node];

	return n->extents > 0 ? v->extent[n->first].at : VOLUME_HOLE;
}

static int
rank(const struct volume_node *n)
{
	return n->kind == VOLUME_DIR ? 0 : n->kind == VOLUME_FILE ? 2 : 1;
}

static int
compare(const void *a, const void *b, void *context)
{
	const struct volume *v = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int rx = rank(&v->node[x]), ry = rank(&v->node[y]);
	uint64_t px, py;

	if (rx != ry)
		return rx < ry ? -1 : 1;
	if (rx == 2) {
		px = volume_place(v, x);
		py = volume_place(v, y);
		if (px != py)
			return px < py ? -1 : 1;
	}
	return x < y ? -1 : x > y;
}

uint32_t *
volume_order(const struct volume *v, size_t *n)
{
	uint32_t *order = malloc((v->nodes ? v->nodes : 1) * sizeof(*order));

	if (!order)
		return NULL;
	*n = 0;
	for (size_t i = 1; i < v->nodes; i++)
		if (v->node[i].kind != VOLUME_ABSENT)
			order[(*n)++] = (uint32_t)i;
	qsort_r(order, *n, sizeof(*order), compare, (void *)(uintptr_t)v);
	return order;
}
