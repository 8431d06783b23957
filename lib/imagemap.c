#include "imagemap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "hashtab.h"
#include "num.h"

#define LINKS_MAX 40

/* ---- reading ----------------------------------------------------------- */

/* No way out, nothing that a path as it is looked up would not have. */
static bool
is_map_path(const char *s)
{
	if (!s || !*s || *s == '/' || strlen(s) >= IMAGEMAP_PATH)
		return false;
	for (;;) {
		size_t n = strcspn(s, "/");

		if (n == 0 || n > 255 || (n == 1 && s[0] == '.') || (n == 2 && s[0] == '.' && s[1] == '.') ||
		    memchr(s, '\\', n))
			return false;
		if (s[n] == '\0')
			return true;
		s += n + 1;
	}
}

/* What is kept of a line is shorter than the line, whose place it takes: `size` bytes have
 * been read. */
static const char *
keep_text(struct imagemap *x, const char *s)
{
	size_t n = strlen(s) + 1;
	char *at = x->text + x->len;

	if (n > x->size - x->len)
		return NULL;
	memcpy(at, s, n);
	x->len += n;
	return at;
}

static const char *
add_entry(struct imagemap *x, const char *path, const char *to, struct imagemap_entry e)
{
	if (x->n == x->room) {
		size_t room = x->room ? 2 * x->room : 256;
		struct imagemap_entry *grown = reallocarray(x->entry, room, sizeof(*grown));

		if (!grown)
			return "out of memory";
		x->entry = grown;
		x->room = room;
	}
	if (to && strlen(path) > x->longest_link)
		x->longest_link = strlen(path);
	e.path = keep_text(x, path);
	e.to = to ? keep_text(x, to) : NULL;
	if (!e.path || (to && !e.to))
		return "out of memory";
	x->entry[x->n++] = e;
	return NULL;
}

static bool
map_number(const struct facts *f, const char *key, uint64_t most, uint64_t *out)
{
	const char *value = facts_get(f, key);

	return value && num_uint(value, 0, most, out);
}

/* Why not; NULL: fine. */
static const char *
image_line(struct imagemap *x, const struct facts *f)
{
	const char *file = facts_get(f, "file");
	uint64_t mtime;

	if (x->image)
		return "there is one image in a map";
	if (!is_map_path(file))
		return "file= is not a path below the directory that is served";
	if (!map_number(f, "size", INT64_MAX, &x->image_size) || !map_number(f, "mtime", INT64_MAX, &mtime))
		return "size= or mtime= is missing, or no number";
	x->image_mtime = (int64_t)mtime;
	x->image = strdup(file);
	return x->image ? NULL : "out of memory";
}

static const char *
file_line(struct imagemap *x, const struct facts *f)
{
	struct imagemap_entry e = { .mtime = x->image_mtime };
	const char *path = facts_get(f, "path");
	uint64_t mtime;

	if (!is_map_path(path))
		return "path= is not a path";
	if (!map_number(f, "at", INT64_MAX, &e.at) || !map_number(f, "size", INT64_MAX, &e.size))
		return "at= or size= is missing, or no number";
	if (e.at > x->image_size || e.size > x->image_size - e.at)
		return "it lies behind the image's end";
	if (facts_get(f, "mtime") && !map_number(f, "mtime", INT64_MAX, &mtime))
		return "mtime= is no number";
	if (facts_get(f, "mtime"))
		e.mtime = (int64_t)mtime;
	return add_entry(x, path, NULL, e);
}

static const char *
link_line(struct imagemap *x, const struct facts *f)
{
	const char *path = facts_get(f, "path"), *to = facts_get(f, "to");

	if (!is_map_path(path))
		return "path= is not a path";
	if (!to || strlen(to) >= IMAGEMAP_PATH)
		return "to= is missing, or too long";
	return add_entry(x, path, to, (struct imagemap_entry){ .mtime = x->image_mtime });
}

static const char *
map_line(struct imagemap *x, const struct facts *f)
{
	const char *word = f->n && !f->word[0].key ? f->word[0].value : NULL;

	if (f->n == 0)
		return NULL;
	if (word && strcmp(word, "image") == 0)
		return image_line(x, f);
	if (!x->image)
		return "the image comes first";
	if (word && strcmp(word, "file") == 0)
		return file_line(x, f);
	if (word && strcmp(word, "link") == 0)
		return link_line(x, f);
	return word ? NULL : "no record"; /* others, "extract" among them, are not for us */
}

static int
imagemap_compare(const void *a, const void *b)
{
	const struct imagemap_entry *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* ---- by hash ----------------------------------------------------------- */

/* A slot holds the number of an entry, or of one below a directory; 0: it is free. */
static uint32_t
slot_of(size_t entry, bool dir)
{
	return (uint32_t)(2 * (entry + 1) + dir);
}

static bool
slot_is(const struct imagemap *x, uint32_t slot, const char *path, size_t len)
{
	const char *other = x->entry[slot / 2 - 1].path;

	return strncmp(other, path, len) == 0 && other[len] == (slot % 2 ? '/' : '\0');
}

/* Where it is, or would be. */
static uint32_t *
slot_find(const struct imagemap *x, const char *path, size_t len, bool dir)
{
	size_t at = hashtab_hash(dir, path, len) & (x->slots - 1);

	while (x->slot[at] && !(x->slot[at] % 2 == dir && slot_is(x, x->slot[at], path, len)))
		at = (at + 1) & (x->slots - 1);
	return &x->slot[at];
}

/* How much of its path an entry shares with the one before it. */
static size_t
shared_with_last(const struct imagemap *x, size_t entry)
{
	const char *path = x->entry[entry].path, *last = entry ? x->entry[entry - 1].path : "";
	size_t n = 0;

	while (path[n] && path[n] == last[n])
		n++;
	return n;
}

/* Directories that an entry is below of and the one before it is not. */
static size_t
count_directories(const struct imagemap *x)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n; i++)
		for (const char *p = x->entry[i].path + shared_with_last(x, i); (p = strchr(p, '/')); p++)
			n++;
	return n;
}

static const char *
add_slots(struct imagemap *x)
{
	size_t need = 2 * (x->n + count_directories(x));
	uint32_t *slot;

	for (x->slots = 16; x->slots < need;)
		x->slots *= 2;
	x->slot = calloc(x->slots, sizeof(*x->slot));
	if (!x->slot)
		return "out of memory";
	for (size_t i = 0; i < x->n; i++) {
		const char *path = x->entry[i].path;

		slot = slot_find(x, path, strlen(path), false);
		if (!*slot) /* of a path that is there twice, the first counts */
			*slot = slot_of(i, false);
		for (const char *p = path + shared_with_last(x, i); (p = strchr(p, '/')); p++) {
			slot = slot_find(x, path, (size_t)(p - path), true);
			if (!*slot)
				*slot = slot_of(i, true);
		}
	}
	return NULL;
}

/* ---- the whole map ----------------------------------------------------- */

/* Why not; NULL: fine. */
static const char *
parse_lines(struct imagemap *x, size_t len, unsigned *line)
{
	struct facts f = { .n = 0 };
	const char *why = NULL;

	for (*line = 0; x->size < len && !why; ++*line) {
		const char *bytes = x->text + x->size, *end = memchr(bytes, '\n', len - x->size);
		size_t n = end ? (size_t)(end - bytes) + 1 : len - x->size;
		enum facts_error e = facts_parse(&f, bytes, n);

		x->size += n;
		why = e ? facts_error_text(e) : map_line(x, &f);
	}
	facts_free(&f);
	return !why && !x->image ? "there is no image in it" : why;
}

/* Gives back what nobody points into; what is kept may move. */
static void
shrink_text(struct imagemap *x)
{
	uintptr_t old = (uintptr_t)x->text;
	char *text = realloc(x->text, x->len + 1);

	if (!text)
		return;
	for (size_t i = 0; i < x->n; i++) {
		struct imagemap_entry *e = &x->entry[i];

		e->path = text + ((uintptr_t)e->path - old);
		if (e->to)
			e->to = text + ((uintptr_t)e->to - old);
	}
	x->text = text;
	x->size = x->len + 1;
}

bool
imagemap_parse(struct imagemap *x, char *text, size_t len, char error[IMAGEMAP_ERROR])
{
	const char *why;
	unsigned line;

	*x = (struct imagemap){ .text = text };
	why = parse_lines(x, len, &line);
	if (!why) {
		shrink_text(x);
		if (x->n)
			qsort(x->entry, x->n, sizeof(*x->entry), imagemap_compare);
		why = add_slots(x);
	}
	if (why) {
		snprintf(error, IMAGEMAP_ERROR, "%u: %s", line, why);
		imagemap_free(x);
		return false;
	}
	return true;
}

void
imagemap_free(struct imagemap *x)
{
	free(x->image);
	free(x->entry);
	free(x->text);
	free(x->slot);
	*x = (struct imagemap){ .n = 0 };
}

/* ---- looking up -------------------------------------------------------- */

/* The first entry whose path is not before this one. */
static size_t
lower_bound(const struct imagemap *x, const char *path)
{
	size_t lo = 0, hi = x->n;

	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;

		if (strcmp(x->entry[middle].path, path) < 0)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

static const struct imagemap_entry *
entry_at(const struct imagemap *x, const char *path)
{
	uint32_t slot = *slot_find(x, path, strlen(path), false);

	return slot ? &x->entry[slot / 2 - 1] : NULL;
}

static bool
has_below(const struct imagemap *x, const char *path)
{
	return !*path || *slot_find(x, path, strlen(path), true);
}

/* Puts a link's target before what is left of a path.  False when there is no room, or
 * it leads to the root of some system. */
static bool
lead_to(char rest[IMAGEMAP_PATH], const char *to)
{
	char joined[IMAGEMAP_PATH];
	int n = snprintf(joined, sizeof(joined), "%s/%s", to, rest);

	if (*to == '/' || n < 0 || (size_t)n >= sizeof(joined))
		return false;
	memcpy(rest, joined, (size_t)n + 1);
	return true;
}

/* Takes the next part off `rest` and goes there, from the directory `at`.  False: there is
 * nothing like that. */
static bool
walk_on(const struct imagemap *x, char at[IMAGEMAP_PATH], char rest[IMAGEMAP_PATH], int *links)
{
	size_t skip = strspn(rest, "/"), n = strcspn(rest + skip, "/"), len = strlen(at), before = len;
	const struct imagemap_entry *e;
	char *slash;

	if (n == 2 && strncmp(rest + skip, "..", 2) == 0) {
		slash = strrchr(at, '/');
		if (!*at)
			return false;
		*(slash ? slash : at) = '\0';
	} else if (!(n == 1 && rest[skip] == '.') && n > 0) {
		if (len + n + 2 > IMAGEMAP_PATH)
			return false;
		if (len)
			at[len++] = '/';
		memcpy(at + len, rest + skip, n);
		at[len + n] = '\0';
	}
	memmove(rest, rest + skip + n, strlen(rest + skip + n) + 1);
	e = *at && strlen(at) <= x->longest_link ? entry_at(x, at) : NULL;
	if (!e || !e->to)
		return true;
	at[before] = '\0';
	return ++*links <= LINKS_MAX && lead_to(rest, e->to);
}

enum imagemap_kind
imagemap_find(
    const struct imagemap *x, const char *path, const struct imagemap_entry **entry, char found[IMAGEMAP_PATH])
{
	const struct imagemap_entry *e = entry_at(x, path);
	char rest[IMAGEMAP_PATH];
	int links = 0;

	if (e && !e->to) {
		*entry = e;
		return IMAGEMAP_FILE;
	}
	found[0] = '\0';
	if (strlen(path) >= sizeof(rest))
		return IMAGEMAP_MISSING;
	memcpy(rest, path, strlen(path) + 1);
	while (rest[strspn(rest, "/")])
		if (!walk_on(x, found, rest, &links))
			return IMAGEMAP_MISSING;
	*entry = *found ? entry_at(x, found) : NULL;
	if (*entry)
		return IMAGEMAP_FILE;
	return has_below(x, found) ? IMAGEMAP_DIRECTORY : IMAGEMAP_MISSING;
}

/* ---- what a directory holds -------------------------------------------- */

bool
imagemap_next(const struct imagemap *x, struct imagemap_walk *w)
{
	char below[IMAGEMAP_PATH + 300];
	size_t len = *w->dir ? (size_t)snprintf(below, sizeof(below), "%s/", w->dir) : 0, n;
	const char *name;

	below[len] = '\0';
	if (w->at == 0)
		w->at = lower_bound(x, below);
	if (w->at >= x->n || strncmp(x->entry[w->at].path, below, len) != 0)
		return false;
	name = x->entry[w->at].path + len;
	n = strcspn(name, "/");
	memcpy(w->name, name, n);
	w->name[n] = '\0';
	w->entry = name[n] ? NULL : &x->entry[w->at];
	w->at++;
	if (w->entry)
		return true;
	/* behind everything in that directory: '0' comes after '/' */
	memcpy(below + len, name, n);
	memcpy(below + len + n, "0", 2);
	w->at = lower_bound(x, below);
	return true;
}
