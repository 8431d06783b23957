#include "catalog.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bootprog.h"
#include "path.h"

#define SMALLEST_KERNEL 8192
#define LINKS_MAX 8
#define MENUS_MAX 128

/* Texts in which images say what they are (release.h). */
static const char *const release_texts[] = { ".disk/info", ".treeinfo", "treeinfo", "etc/os-release",
	"usr/lib/os-release" };
#define N_RELEASE_TEXTS (sizeof(release_texts) / sizeof(release_texts[0]))

void
catalog_free(struct catalog *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->member[i].path);
		free(c->member[i].link);
		free(c->member[i].text);
	}
	free(c->member);
	c->member = NULL;
	c->n = c->size = 0;
}

struct catalog_member *
catalog_add(struct catalog *c, const char *path, enum catalog_type type, uint64_t size, const char *link)
{
	char target[PATH_SIZE];
	struct catalog_member m = { .type = type, .size = size }, *more;

	if (c->n == c->size) {
		more = reallocarray(c->member, c->size ? c->size * 2 : 256, sizeof(*more));
		if (!more)
			return NULL;
		c->member = more;
		c->size = c->size ? c->size * 2 : 256;
	}
	if (type == CATALOG_LINK) {
		bool inside = link && path_resolve(path, link, target);

		m.link = strdup(inside ? target : "");
	}
	m.path = strdup(path);
	if (!m.path || (type == CATALOG_LINK && !m.link)) {
		free(m.path);
		free(m.link);
		return NULL;
	}
	c->member[c->n] = m;
	return &c->member[c->n++];
}

static bool
is_kept_text(const struct catalog *c, const char *path)
{
	for (size_t i = 0; i < N_RELEASE_TEXTS; i++)
		if (strcasecmp(path, release_texts[i]) == 0)
			return true;
	for (size_t i = 0; i < c->n_texts; i++)
		if (strcasecmp(path, c->texts[i]) == 0)
			return true;
	return false;
}

/* A file of a boot menu, which may include others of any name (menus.h). */
static bool
is_menu(const struct catalog *c, const struct catalog_member *m)
{
	static const char *const places[] = { "linux", "boot", "grub", "loader/", "efi/" };
	const char *end = strrchr(m->path, '.');

	if (!end || m->size > CATALOG_TEXT || c->menus == MENUS_MAX)
		return false;
	if (strcasecmp(end, ".cfg/default") == 0)
		return true;
	if (strcasecmp(end, ".cfg") != 0 && strcasecmp(end, ".conf") != 0)
		return false;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strcasestr(m->path, places[i]))
			return true;
	return !strchr(m->path, '/');
}

/* Packages, modules and pictures: there may be tens of thousands. */
static bool
is_never_a_kernel(const char *path)
{
	static const char *const ends[] = { ".deb", ".udeb", ".rpm", ".drpm", ".apk", ".zst", ".ko", ".mod",
		".squashfs", ".sfs", ".txt", ".html", ".png", ".jpg", ".iso", ".pf2", ".c32" };
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t e = strlen(ends[i]);

		if (n > e && strcasecmp(path + n - e, ends[i]) == 0)
			return true;
	}
	return false;
}

/* Is it named like a kernel or a loader? */
static bool
is_promising(const char *path)
{
	static const char *const parts[] = { "linu", "kernel", "image", "memtest", "mt86", ".efi", ".krn", ".lkrn",
		"b.b00", "xen" };
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcasestr(slash ? slash : path, parts[i]))
			return true;
	return false;
}

size_t
catalog_wants(const struct catalog *c, const struct catalog_member *m)
{
	if (m->type != CATALOG_FILE)
		return 0;
	if (is_kept_text(c, m->path) || is_menu(c, m))
		return CATALOG_TEXT;
	if (c->remote && !is_promising(m->path))
		return 0;
	return m->size < SMALLEST_KERNEL || is_never_a_kernel(m->path) ? 0 : CATALOG_PEEK;
}

bool
catalog_peeked(struct catalog *c, struct catalog_member *m, const void *bytes, size_t len)
{
	bool menu = is_menu(c, m);

	if (!menu && !is_kept_text(c, m->path)) {
		struct bootprog p;

		bootprog_identify(bytes, len, &p);
		m->image = p.image;
		m->program = p.kind;
		m->multiboot = multiboot_identify(bytes, len);
		return true;
	}
	if (len > CATALOG_TEXT)
		len = CATALOG_TEXT;
	free(m->text);
	m->text = strndup(bytes, len);
	c->menus += menu;
	return m->text != NULL;
}

static int
compare_members(const void *a, const void *b)
{
	const struct catalog_member *x = a, *y = b;

	return strcmp(x->path, y->path);
}

void
catalog_sort(struct catalog *c)
{
	if (c->n > 0)
		qsort(c->member, c->n, sizeof(*c->member), compare_members);
}

struct catalog_member *
catalog_find(const struct catalog *c, const char *path)
{
	for (unsigned links = 0; c->n > 0 && links < LINKS_MAX; links++) {
		struct catalog_member key = { .path = (char *)(uintptr_t)path }, *m;

		m = bsearch(&key, c->member, c->n, sizeof(*c->member), compare_members);
		if (!m || m->type != CATALOG_LINK)
			return m;
		path = m->link;
	}
	return NULL;
}

bool
catalog_has(const struct catalog *c, const char *glob)
{
	struct path_captures found;

	for (size_t i = 0; i < c->n; i++)
		if (path_capture(glob, c->member[i].path, &found))
			return true;
	return false;
}

const char *
catalog_text(const struct catalog *c, const char *path)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->member[i].text && strcasecmp(c->member[i].path, path) == 0)
			return c->member[i].text;
	return NULL;
}
