#include "mime.h"

#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "image.h"
#include "response_head.h"

/* mime.types cannot override these: clients depend on them. */
static const struct mime_entry boot_type[] = {
	{ "efi", "application/efi" },
	{ "iso", MIME_ISO },
	{ "img", "application/vnd.efi-img" },
	{ "ipxe", "text/plain" },
	{ "cfg", "text/plain" },
	{ "ks", "text/plain" },
	{ "preseed", "text/plain" },
	{ "seed", "text/plain" },
	{ NULL, NULL },
};

/* In case there is no mime.types. */
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
mime_compare(const void *a, const void *b)
{
	const struct mime_entry *x = a, *y = b;

	return strcmp(x->suffix, y->suffix);
}

static void
lower_case(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s |= 0x20;
}

/* "type suffix suffix ..."; a type that could not be sent is skipped. */
static bool
mime_load_line(struct mime_table *t, char *line, size_t *room)
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
		lower_case(suffix);
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
		if (!mime_load_line(&new, line, &room)) {
			mime_free(&new);
			return false;
		}
	if (new.n)
		qsort(new.entry, new.n, sizeof(*new.entry), mime_compare);
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
mime_builtin(const struct mime_entry *list, const char *suffix)
{
	for (; list->suffix; list++)
		if (strcmp(list->suffix, suffix) == 0)
			return list->type;
	return NULL;
}

const char *
mime_of_name(const struct mime_table *t, const char *name)
{
	const char *slash = strrchr(name, '/'), *dot, *type;
	char suffix[32];
	struct mime_entry key = { .suffix = suffix }, *found;

	name = slash ? slash + 1 : name;
	dot = strrchr(name, '.');
	if (!dot || dot == name || strlen(dot + 1) >= sizeof(suffix)) /* ".treeinfo" is all name */
		return NULL;
	memcpy(suffix, dot + 1, strlen(dot + 1) + 1);
	lower_case(suffix);
	type = mime_builtin(boot_type, suffix);
	if (type)
		return type;
	found = t->n ? bsearch(&key, t->entry, t->n, sizeof(key), mime_compare) : NULL;
	return found ? found->type : mime_builtin(other_type, suffix);
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

bool
mime_is_utf8(const char *text, size_t len)
{
	while (len) {
		size_t n = *text && strchr("\t\n\v\f\r", *text) ? 1 : facts_printable(text, len);

		if (n == 0)
			return false;
		text += n;
		len -= n;
	}
	return true;
}
