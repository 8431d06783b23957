#include "profile_eval.h"

#include <fnmatch.h>
#include <string.h>

/* ---- small text ---------------------------------------------------------------- */

bool
site_piece(const char **list, char sep, char *out, size_t size)
{
	const char *p = *list, *end;
	size_t n;

	if (!p)
		return false;
	end = strchr(p, sep);
	n = end ? (size_t)(end - p) : strlen(p);
	*list = end ? end + 1 : NULL;
	if (n >= size)
		n = size - 1;
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

bool
site_append(char *out, size_t size, const char *text, size_t n)
{
	size_t len = strlen(out);

	if (n >= size - len)
		return false;
	memcpy(out + len, text, n);
	out[len + n] = '\0';
	return true;
}

static const char *
template_value(const struct site *s, const char *name, size_t n)
{
	size_t i;

	if (n == 3 && memcmp(name, "dir", 3) == 0)
		return s->dir;
	if (n == 6 && memcmp(name, "volume", 6) == 0)
		return s->catalog->volume;
	if (n == 3 && memcmp(name, "kib", 3) == 0)
		return s->kib;
	if (n != 1 || *name < '1' || *name > '9')
		return NULL;
	i = (size_t)(*name - '1');
	return i < s->found.n ? s->found.text[i] : "";
}

bool
site_expand(const struct site *s, const char *from, char *out, size_t size)
{
	out[0] = '\0';
	while (*from) {
		size_t n = strcspn(from, "{");
		const char *value = NULL;
		size_t name;

		if (!site_append(out, size, from, n))
			return false;
		from += n;
		if (!*from)
			break;
		name = strcspn(from + 1, "}");
		if (from[1 + name] == '}')
			value = template_value(s, from + 1, name);
		n = value ? name + 2 : 1;
		if (!site_append(out, size, value ? value : from, value ? strlen(value) : 1))
			return false;
		from += n;
	}
	return true;
}

/* ---- conditions ------------------------------------------------------------------ */

bool
site_text_fits(const char *globs, const char *text)
{
	char glob[SITE_TEXT];

	if (!text)
		return false;
	while (site_piece(&globs, '|', glob, sizeof(glob)))
		if (fnmatch(glob, text, FNM_CASEFOLD) == 0)
			return true;
	return false;
}

static bool
any_member(const struct site *s, const char *globs)
{
	char glob[SITE_TEXT], full[SITE_TEXT];

	while (site_piece(&globs, '|', glob, sizeof(glob)))
		if (site_expand(s, glob, full, sizeof(full)) && catalog_has(s->catalog, full))
			return true;
	return false;
}

static bool
condition_holds(const struct site *s, const struct profile_condition *c)
{
	switch (c->test) {
	case PROFILE_PATH:
		return any_member(s, c->glob);
	case PROFILE_NO:
		return !any_member(s, c->glob);
	case PROFILE_VOLUME:
		return site_text_fits(c->glob, s->catalog->volume);
	case PROFILE_NAME:
		return site_text_fits(c->glob, s->release->name);
	case PROFILE_VERSION:
		return site_text_fits(c->glob, s->release->version);
	case PROFILE_TEXT:
		return site_text_fits(c->glob, catalog_text(s->catalog, c->value));
	}
	return false;
}

bool
site_holds(const struct site *s, const struct profile_conditions *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (!condition_holds(s, &c->item[i]))
			return false;
	return true;
}

bool
site_profile_fits(const struct site *s)
{
	for (size_t i = 0; i < s->profile->whens; i++)
		if (site_holds(s, &s->profile->when[i]))
			return true;
	return s->profile->whens == 0;
}

bool
site_kernel_fits(struct site *s, const char *path)
{
	const char *globs = s->rule->kernel;
	char glob[SITE_TEXT];

	while (site_piece(&globs, '|', glob, sizeof(glob)))
		if (path_capture(glob, path, &s->found))
			return true;
	return false;
}

/* A file of that very path, links followed. */
static bool
is_file(const struct catalog *c, const char *path)
{
	const struct catalog_member *m = catalog_find(c, path);

	return m && m->type != CATALOG_DIR;
}

bool
site_member(const struct site *s, const char *glob, char *out, size_t size)
{
	const struct catalog *c = s->catalog;
	struct path_captures found;
	char full[SITE_TEXT];
	const char *path = NULL;

	if (!site_expand(s, glob, full, sizeof(full)))
		return false;
	if (is_file(c, full))
		path = full;
	for (size_t i = 0; i < c->n && !path; i++)
		if (path_capture(full, c->member[i].path, &found) && is_file(c, c->member[i].path))
			path = c->member[i].path;
	out[0] = '\0';
	return path && site_append(out, size, path, strlen(path));
}
