#include "imagemaps.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "hashtab.h"
#include "log.h"

#define SUFFIX ".extents"
#define MAP_MAX (64u << 20) /* bytes; a longer map is left out */
#define LOOK_AGAIN_MS 1000  /* between looks whether a map has changed */
#define SAY_AGAIN_MS 10000  /* between lines about an image that has */
#define NAME 240
#define MISSING 32 /* names without a map that are remembered */

struct map {
	char name[NAME];
	struct imagemap extents; /* n 0 and no image: it was faulty */
	struct stat st;          /* of the map */
	uint64_t looked_ms, said_ms;
	struct map *next;
};

struct imagemaps {
	const struct beneath *root;
	struct map *first;
	struct {
		char name[NAME];
		uint64_t looked_ms;
	} missing[MISSING]; /* each in the slot of its hash */
};

/* ---- reading ----------------------------------------------------------- */

static bool
same_map(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* malloc'ed; NULL with errno. */
static char *
read_map(int fd, size_t size)
{
	char *text = malloc(size + 1);
	size_t len = 0;
	ssize_t n = 1;

	while (text && len < size && (n = pread(fd, text + len, size - len, (off_t)len)) > 0)
		len += (size_t)n;
	if (text && len == size)
		return text;
	if (text && n == 0)
		errno = ESTALE; /* it is being written */
	free(text);
	return NULL;
}

static void
map_load(struct map *map, int fd)
{
	char error[IMAGEMAP_ERROR], *text;

	imagemap_free(&map->extents);
	if (map->st.st_size > MAP_MAX) {
		log_err("%s" SUFFIX ": longer than 64 MiB; left out", map->name);
		return;
	}
	text = read_map(fd, (size_t)map->st.st_size);
	if (!text)
		log_err("%s" SUFFIX ": %s; left out", map->name, strerror(errno));
	else if (!imagemap_parse(&map->extents, text, (size_t)map->st.st_size, error))
		log_err("%s" SUFFIX ":%s; the map is left out", map->name, error);
	else
		log_info("%s" SUFFIX ": %zu files of \"%s\" are served below /%s/", map->name, map->extents.n,
		    map->extents.image, map->name);
}

static struct map *
known_map(const struct imagemaps *m, const char *name, size_t len)
{
	struct map *map = m->first;

	while (map && !(strlen(map->name) == len && memcmp(map->name, name, len) == 0))
		map = map->next;
	return map;
}

static void
forget_map(struct imagemaps *m, struct map *map)
{
	struct map **p = &m->first;

	while (*p != map)
		p = &(*p)->next;
	*p = map->next;
	imagemap_free(&map->extents);
	free(map);
}

static size_t
missing_slot(const char *name, size_t len)
{
	return (size_t)(hashtab_hash(0, name, len) % MISSING);
}

/* A name is asked for again and again: iPXE, GRUB and installers try one after the other. */
static void
remember_missing(struct imagemaps *m, const char *name, size_t len)
{
	size_t slot = missing_slot(name, len);

	memcpy(m->missing[slot].name, name, len);
	m->missing[slot].name[len] = '\0';
	m->missing[slot].looked_ms = clock_ms();
}

/* The map of a name, as it is on disk now; NULL: there is none. */
static struct map *
refresh_map(struct imagemaps *m, const char *name, size_t len)
{
	struct map *map = known_map(m, name, len);
	char file[NAME + sizeof(SUFFIX)];
	struct stat st;
	int fd;

	if (len == 0 || len >= NAME)
		return NULL;
	snprintf(file, sizeof(file), "%.*s" SUFFIX, (int)len, name);
	fd = beneath_open(m->root, file, O_RDONLY, 0);
	if (fd < 0 && errno == ENOENT)
		remember_missing(m, name, len);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		if (map)
			forget_map(m, map);
		return NULL;
	}
	if (!map && (map = calloc(1, sizeof(*map)))) {
		memcpy(map->name, name, len);
		map->next = m->first;
		m->first = map;
	}
	if (map && !same_map(&map->st, &st)) {
		map->st = st;
		map_load(map, fd);
	}
	if (map)
		map->looked_ms = clock_ms();
	close(fd);
	return map;
}

void
imagemaps_reload(struct imagemaps *m)
{
	int fd = beneath_open(m->root, "", O_RDONLY | O_DIRECTORY, 0);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	size_t n;

	memset(m->missing, 0, sizeof(m->missing));
	for (struct map *map = m->first, *next; map; map = next) {
		next = map->next;
		refresh_map(m, map->name, strlen(map->name)); /* it may be gone */
	}
	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((e = readdir(d))) {
		n = strlen(e->d_name);
		if (n > strlen(SUFFIX) && strcmp(e->d_name + n - strlen(SUFFIX), SUFFIX) == 0)
			refresh_map(m, e->d_name, n - strlen(SUFFIX));
	}
	closedir(d);
}

struct imagemaps *
imagemaps_open(const struct beneath *root)
{
	struct imagemaps *m = calloc(1, sizeof(*m));

	if (m) {
		m->root = root;
		imagemaps_reload(m);
	}
	return m;
}

void
imagemaps_free(struct imagemaps *m)
{
	while (m && m->first)
		forget_map(m, m->first);
	free(m);
}

/* ---- looking up -------------------------------------------------------- */

/* The image, if it is what the map was made of; -1. */
static int
open_mapped(const struct imagemaps *m, struct map *map, struct stat *st)
{
	int fd = beneath_open(m->root, map->extents.image, O_RDONLY, 0);
	uint64_t now_ms = clock_ms();

	if (fd >= 0 && fstat(fd, st) == 0 && S_ISREG(st->st_mode) && (uint64_t)st->st_size == map->extents.image_size &&
	    st->st_mtim.tv_sec == map->extents.image_mtime)
		return fd;
	if (map->said_ms == 0 || now_ms - map->said_ms >= SAY_AGAIN_MS) {
		map->said_ms = now_ms;
		log_err("%s" SUFFIX ": the image \"%s\" %s; nothing of it is served until the map is made anew "
		        "(isoextract -x)",
		    map->name, map->extents.image, fd < 0 ? "cannot be opened" : "has changed since the map was made");
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* True when it is time to look what is on disk. */
static bool
may_be_newer(const struct imagemaps *m, const struct map *map, const char *name, size_t len)
{
	size_t slot = missing_slot(name, len);
	uint64_t looked_ms = m->missing[slot].looked_ms;

	if (map)
		looked_ms = map->looked_ms;
	else if (strlen(m->missing[slot].name) != len || memcmp(m->missing[slot].name, name, len) != 0)
		return true;
	return clock_ms() - looked_ms >= LOOK_AGAIN_MS;
}

/* In the map as it was read. */
static enum imagemaps_result
find_in(const struct imagemaps *m, struct map *map, const char *rest, struct imagemaps_file *out)
{
	const struct imagemap_entry *e;
	char found[IMAGEMAP_PATH];

	if (!map || !map->extents.image)
		return IMAGEMAPS_NONE;
	switch (imagemap_find(&map->extents, rest, &e, found)) {
	case IMAGEMAP_MISSING:
		return IMAGEMAPS_NONE;
	case IMAGEMAP_DIRECTORY:
		return IMAGEMAPS_DIRECTORY;
	default:
		break;
	}
	out->fd = open_mapped(m, map, &out->image);
	out->at = e->at;
	out->size = e->size;
	out->mtime = e->mtime;
	return out->fd < 0 ? IMAGEMAPS_CHANGED : IMAGEMAPS_FILE;
}

/* Splits "NAME/rest". */
static size_t
image_name(const char *path, const char **rest)
{
	size_t n = strcspn(path, "/");

	*rest = path + n + (path[n] == '/');
	return n;
}

enum imagemaps_result
imagemaps_find(struct imagemaps *m, const char *path, struct imagemaps_file *out)
{
	const char *rest;
	size_t n = image_name(path, &rest);
	struct map *map = known_map(m, path, n);
	enum imagemaps_result result = find_in(m, map, rest, out);

	if ((result == IMAGEMAPS_NONE || result == IMAGEMAPS_CHANGED) && may_be_newer(m, map, path, n))
		result = find_in(m, refresh_map(m, path, n), rest, out);
	return result;
}

static int
list_images(const struct imagemaps *m, int (*add)(void *context, const struct imagemaps_entry *e), void *context)
{
	int rc = 0;

	for (const struct map *map = m->first; map && rc == 0; map = map->next)
		if (map->extents.image)
			rc = add(context,
			    &(struct imagemaps_entry){
			        .name = map->name, .dir = true, .mtime = map->st.st_mtim.tv_sec });
	return rc;
}

/* A link shows as what it leads to. */
static bool
list_mapped(const struct imagemap *x, const struct imagemap_walk *w, struct imagemaps_entry *out)
{
	const struct imagemap_entry *e = w->entry;
	char path[IMAGEMAP_PATH + 300], found[IMAGEMAP_PATH];
	enum imagemap_kind kind = e ? IMAGEMAP_FILE : IMAGEMAP_DIRECTORY;

	if (e && e->to) {
		snprintf(path, sizeof(path), "%s%s%s", w->dir, *w->dir ? "/" : "", w->name);
		kind = imagemap_find(x, path, &e, found);
	}
	*out = (struct imagemaps_entry){ .name = w->name, .dir = kind == IMAGEMAP_DIRECTORY, .mtime = x->image_mtime };
	if (kind == IMAGEMAP_FILE) {
		out->size = e->size;
		out->mtime = e->mtime;
	}
	return kind != IMAGEMAP_MISSING;
}

int
imagemaps_list(
    struct imagemaps *m, const char *path, int (*add)(void *context, const struct imagemaps_entry *e), void *context)
{
	const struct imagemap_entry *entry;
	struct imagemap_walk w = { .at = 0 };
	struct imagemaps_entry e;
	char found[IMAGEMAP_PATH];
	const char *rest;
	struct map *map;
	int rc = 0;

	if (!*path)
		return list_images(m, add, context);
	map = known_map(m, path, image_name(path, &rest));
	if (!map || !map->extents.image || imagemap_find(&map->extents, rest, &entry, found) != IMAGEMAP_DIRECTORY)
		return 0;
	w.dir = found;
	while (rc == 0 && imagemap_next(&map->extents, &w))
		if (list_mapped(&map->extents, &w, &e))
			rc = add(context, &e);
	return rc;
}
