#include "profile_eval.h"

#include <fnmatch.h>
#include <string.h>

/* ---- small text ---------------------------------------------------------------- */

bool
profile_eval_piece(const char **list, char sep, char *out, size_t size)
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
profile_eval_append(char *out, size_t size, const char *text, size_t n)
{
	size_t len = strlen(out);

	if (n >= size - len)
		return false;
	memcpy(out + len, text, n);
	out[len + n] = '\0';
	return true;
}

static const char *
template_value(const struct profile_eval *e, const char *name, size_t n)
{
	size_t i;

	if (n == 3 && memcmp(name, "dir", 3) == 0)
		return e->dir;
	if (n == 6 && memcmp(name, "volume", 6) == 0)
		return e->catalog->volume;
	if (n == 3 && memcmp(name, "kib", 3) == 0)
		return e->kib;
	if (n == 5 && memcmp(name, "found", 5) == 0)
		return e->member;
	if (n == 4 && memcmp(name, "menu", 4) == 0)
		return e->menu;
	if (n == 7 && memcmp(name, "modules", 7) == 0)
		return e->modules;
	if (n == 5 && memcmp(name, "major", 5) == 0)
		return e->major;
	if (n != 1 || *name < '1' || *name > '9')
		return NULL;
	i = (size_t)(*name - '1');
	return i < e->found.n ? e->found.text[i] : "";
}

bool
profile_eval_expand(const struct profile_eval *e, const char *from, char *out, size_t size)
{
	out[0] = '\0';
	while (*from) {
		size_t n = strcspn(from, "{");
		const char *value = NULL;
		size_t name;

		if (!profile_eval_append(out, size, from, n))
			return false;
		from += n;
		if (!*from)
			break;
		name = strcspn(from + 1, "}");
		if (from[1 + name] == '}')
			value = template_value(e, from + 1, name);
		n = value ? name + 2 : 1;
		if (!profile_eval_append(out, size, value ? value : from, value ? strlen(value) : 1))
			return false;
		from += n;
	}
	return true;
}

/* ---- conditions ------------------------------------------------------------------ */

bool
profile_eval_text_fits(const char *globs, const char *text)
{
	char glob[PROFILE_EVAL_TEXT];

	if (!text)
		return false;
	while (profile_eval_piece(&globs, '|', glob, sizeof(glob)))
		if (fnmatch(glob, text, FNM_CASEFOLD) == 0)
			return true;
	return false;
}

static bool
any_member(const struct profile_eval *e, const char *globs)
{
	char glob[PROFILE_EVAL_TEXT], full[PROFILE_EVAL_TEXT];

	while (profile_eval_piece(&globs, '|', glob, sizeof(glob)))
		if (profile_eval_expand(e, glob, full, sizeof(full)) && catalog_has(e->catalog, full))
			return true;
	return false;
}

static bool
condition_holds(const struct profile_eval *e, const struct profile_condition *c)
{
	switch (c->test) {
	case PROFILE_PATH:
		return any_member(e, c->glob);
	case PROFILE_NO:
		return !any_member(e, c->glob);
	case PROFILE_VOLUME:
		return profile_eval_text_fits(c->glob, e->catalog->volume);
	case PROFILE_NAME:
		return profile_eval_text_fits(c->glob, e->release->name);
	case PROFILE_VERSION:
		return profile_eval_text_fits(c->glob, e->release->version);
	case PROFILE_UNAME:
		return e->kernel && profile_eval_text_fits(c->glob, e->kernel->image.version);
	case PROFILE_TEXT:
		return profile_eval_text_fits(c->glob, catalog_text(e->catalog, c->value));
	case PROFILE_NOT:
		return !profile_eval_text_fits(c->glob, catalog_text(e->catalog, c->value));
	}
	return false;
}

bool
profile_eval_holds(const struct profile_eval *e, const struct profile_conditions *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (!condition_holds(e, &c->item[i]))
			return false;
	return true;
}

bool
profile_eval_profile_fits(const struct profile_eval *e)
{
	for (size_t i = 0; i < e->profile->whens; i++)
		if (profile_eval_holds(e, &e->profile->when[i]))
			return true;
	return e->profile->whens == 0;
}

bool
profile_eval_kernel_fits(struct profile_eval *e, const char *path)
{
	const char *globs = e->rule->netboot ? e->rule->mirror : e->rule->kernel;
	char glob[PROFILE_EVAL_TEXT];

	while (profile_eval_piece(&globs, '|', glob, sizeof(glob)))
		if (path_capture(glob, path, &e->found))
			return true;
	return false;
}

/* Is it the exact path of a file, or a link to one? */
static bool
is_file(const struct catalog *c, const char *path)
{
	const struct catalog_member *m = catalog_find(c, path);

	return m && m->type != CATALOG_DIR;
}

bool
profile_eval_member(const struct profile_eval *e, const char *glob, char *out, size_t size)
{
	const struct catalog *c = e->catalog;
	struct path_captures found;
	char full[PROFILE_EVAL_TEXT];
	const char *path = NULL;

	if (!profile_eval_expand(e, glob, full, sizeof(full)))
		return false;
	if (is_file(c, full))
		path = full;
	for (size_t i = 0; i < c->n && !path; i++)
		if (path_capture(full, c->member[i].path, &found) && is_file(c, c->member[i].path))
			path = c->member[i].path;
	out[0] = '\0';
	return path && profile_eval_append(out, size, path, strlen(path));
}
