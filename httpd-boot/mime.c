#include "mime.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "image.h"
#include "response_head.h"

/* Not to be changed by mime.types: clients depend on these. */
static const struct mime_entry boot_type[] = {
	{ "efi", "application/efi" },
	{ "iso", "application/vnd.efi-iso" },
	{ "img", "application/vnd.efi-img" },
	{ "ipxe", "text/plain" },
	{ "cfg", "text/plain" },
	{ "ks", "text/plain" },
	{ "preseed", "text/plain" },
	{ "seed", "text/plain" },
	{ NULL, NULL },
};

/* Where there is no mime.types. */
static const struct mime_entry other_type[] = {
	{ "bz2", "application/x-bzip2" },
	{ "conf", "text/plain" },
	{ "css", "text/css" },
	{ "gif", "image/gif" },
	{ "gz", "application/gzip" },
	{ "htm", "text/html" },
	{ "html", "text/html" },
	{ "jpeg", "image/jpeg" },
	{ "jpg", "image/jpeg" },
	{ "js", "text/javascript" },
	{ "json", "application/json" },
	{ "log", "text/plain" },
	{ "png", "image/png" },
	{ "svg", "image/svg+xml" },
	{ "txt", "text/plain" },
	{ "xml", "application/xml" },
	{ "xz", "application/x-xz" },
	{ NULL, NULL },
};

static int
compare(const void *a, const void *b)
{
	const struct mime_entry *x = a, *y = b;

	return strcmp(x->suffix, y->suffix);
}

static void
lower(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s |= 0x20;
}

/* "type suffix suffix ..."; a type that we could not send is passed over. */
static bool
load_line(struct mime_table *t, char *line, size_t *room)
{
	char *save, *type, *suffix;

	line[strcspn(line, "#")] = '\0';
	type = strtok_r(line, " \t\r", &save);
	if (!type || strlen(type) >= RESPONSE_HEAD_TYPE_MAX || !strchr(type, '/'))
		return true;
	while ((suffix = strtok_r(NULL, " \t\r", &save))) {
		if (t->n == *room) {
			size_t more = *room ? *room * 2 : 256;
			void *grown = reallocarray(t->entry, more, sizeof(*t->entry));

			if (!grown)
				return false;
			t->entry = grown;
			*room = more;
		}
		lower(suffix);
		t->entry[t->n++] = (struct mime_entry){ suffix, type };
	}
	return true;
}

bool
mime_load(struct mime_table *t, const char *text, size_t len)
{
	struct mime_table new = { .store = malloc(len + 1) };
	size_t room = 0;
	char *save, *line;

	if (!new.store)
		return false;
	memcpy(new.store, text, len);
	new.store[len] = '\0';
	for (line = strtok_r(new.store, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!load_line(&new, line, &room)) {
			mime_free(&new);
			return false;
		}
	if (new.n)
		qsort(new.entry, new.n, sizeof(*new.entry), compare);
	mime_free(t);
	*t = new;
	return true;
}

void
mime_free(struct mime_table *t)
{
	free(t->entry);
	free(t->store);
	*t = (struct mime_table){ NULL, 0, NULL };
}

static const char *
builtin(const struct mime_entry *list, const char *suffix)
{
	for (; list->suffix; list++)
		if (strcasecmp(list->suffix, suffix) == 0)
			return list->type;
	return NULL;
}

static const char *
loaded(const struct mime_table *t, const char *suffix)
{
	char low[32];
	struct mime_entry key = { .suffix = low }, *found;
	size_t n = strlen(suffix);

	if (n >= sizeof(low) || t->n == 0)
		return NULL;
	memcpy(low, suffix, n + 1);
	lower(low);
	found = bsearch(&key, t->entry, t->n, sizeof(key), compare);
	return found ? found->type : NULL;
}

const char *
mime_of_name(const struct mime_table *t, const char *name)
{
	const char *slash = strrchr(name, '/'), *dot, *type;

	name = slash ? slash + 1 : name;
	dot = strrchr(name, '.');
	if (!dot || dot == name) /* ".treeinfo" is all name */
		return NULL;
	type = builtin(boot_type, dot + 1);
	if (!type)
		type = loaded(t, dot + 1);
	return type ? type : builtin(other_type, dot + 1);
}

const char *
mime_of_bytes(const void *bytes, size_t len)
{
	struct image image;

	image_identify(bytes, len, &image);
	if (image.efi)
		return "application/efi";
	switch (image.kind) {
	case IMAGE_TEXT:
	case IMAGE_IPXE_SCRIPT:
		return "text/plain";
	default:
		return MIME_DEFAULT;
	}
}
