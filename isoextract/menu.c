#include "menu.h"

#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX 128

void
menu_free(struct menu *m)
{
	free(m->entry);
	*m = (struct menu){ 0 };
}

void
menu_add(struct menu *m, const struct menu_entry *e)
{
	size_t size = m->size ? m->size * 2 : 8;
	struct menu_entry *more;

	if (!e->kernel[0] || m->n == ENTRIES_MAX)
		return;
	if (m->n == m->size) {
		more = reallocarray(m->entry, size, sizeof(*more));
		if (!more) {
			m->no_memory = true;
			return;
		}
		m->entry = more;
		m->size = size;
	}
	m->entry[m->n++] = *e;
}

bool
menu_word(const char **at, char *out, size_t size)
{
	const char *p = *at + strspn(*at, " \t");
	size_t n = strcspn(p, " \t");

	*at = p + n;
	if (n == 0)
		return false;
	if (n >= size)
		n = size - 1;
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

bool
menu_append(char *out, size_t size, const char *sep, const char *text)
{
	size_t len = strlen(out), before = len > 0 ? strlen(sep) : 0, n = strlen(text);

	if (before + n >= size - len)
		return false;
	memcpy(out + len, sep, before);
	memcpy(out + len + before, text, n + 1);
	return true;
}

/* Takes one part of a path: "." and "" stay where they are, ".." climbs. */
static bool
take_part(char out[MENU_PATH], size_t *len, const char *part, size_t n)
{
	if (n == 0 || (n == 1 && part[0] == '.'))
		return true;
	if (n == 2 && memcmp(part, "..", 2) == 0) {
		while (*len > 0 && out[--*len] != '/')
			;
		return true;
	}
	if (*len + n + 2 > MENU_PATH)
		return false;
	if (*len > 0)
		out[(*len)++] = '/';
	memcpy(out + *len, part, n);
	*len += n;
	return true;
}

bool
menu_path(const char *dir, const char *name, char out[MENU_PATH])
{
	const char *close, *from[2] = { dir, name };
	size_t len = 0;

	if (*name == '(' && (close = strchr(name, ')'))) {
		from[0] = "";
		from[1] = close + 1;
	} else if (strncmp(name, "::", 2) == 0) {
		from[0] = "";
		from[1] = name + 2;
	} else if (*name == '/') {
		from[0] = "";
	}
	for (size_t i = 0; i < 2; i++)
		for (const char *p = from[i]; *p;) {
			size_t n = strcspn(p, "/");

			if (!take_part(out, &len, p, n))
				return false;
			p += n + (p[n] == '/');
		}
	out[len] = '\0';
	return len > 0 && !strchr(out, ',');
}

void
menu_dir(const char *path, char out[MENU_PATH])
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;

	if (n >= MENU_PATH)
		n = 0;
	memcpy(out, path, n);
	out[n] = '\0';
}
