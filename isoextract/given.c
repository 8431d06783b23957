#include "given.h"

#include <stdio.h>
#include <string.h>

#include "menu.h"

static const char *
given_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool
has_name(const struct catalog *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->member[i].path, name) == 0)
			return true;
	return false;
}

bool
given_boot(const struct bootfile *f, char *const *files, struct catalog *c, struct boot_records *out, const char **why)
{
	char list[sizeof(out->record->initrd)] = "";
	struct catalog_member *m;

	*why = "out of memory";
	if (f->program.image.kind != IMAGE_LINUX) {
		*why = "it is no Linux kernel, so that nothing can be loaded with it";
		return false;
	}
	m = catalog_add(c, given_name(files[0]), CATALOG_FILE, f->size, NULL);
	if (!m)
		return false;
	m->image = f->program.image;
	for (char *const *file = files + 1; *file; file++) {
		const char *name = given_name(*file);

		if (has_name(c, name) || strchr(name, ',') || !menu_append(list, sizeof(list), ",", name)) {
			*why = "its initial RAM disks must have names of their own, without commas, and fewer";
			return false;
		}
		if (!catalog_add(c, name, CATALOG_FILE, 0, NULL))
			return false;
	}
	catalog_sort(c);
	if (!boot_find(c, NULL, 0, out))
		return false;
	memcpy(out->record[0].initrd, list, sizeof(list));
	snprintf(out->record[0].name, sizeof(out->record[0].name), "%s", given_name(files[0]));
	snprintf(out->record[0].note, sizeof(out->record[0].note),
	    "nothing is known of this system: kernel and initial RAM disks as they were given, without arguments");
	return true;
}
