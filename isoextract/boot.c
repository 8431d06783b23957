#include "boot.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "arch.h"
#include "path.h"

/* What a rule is laid over: one kernel of one image. */
struct site {
	struct catalog *catalog;
	const struct profile *profile;
	const struct release *release;
	const struct profile_rule *rule;
	struct catalog_member *kernel;
	char dir[PATH_SIZE];             /* the kernel's folder, with '/', or "" */
	char kib[24];                    /* the image's size, rounded up */
	struct path_captures found;
};

/* ---- small text ---------------------------------------------------------------- */

/* The next piece of a list, up to `sep`; false at its end. */
static bool
next_piece(const char **list, char sep, char *out, size_t size)
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

/* Appends; false when it does not fit. */
static bool
append(char *out, size_t size, const char *text, size_t n)
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

/* Fills in {dir}, {volume}, {kib}, {1}..{9}; other templates stay for the menu. */
static bool
expand(const struct site *s, const char *from, char *out, size_t size)
{
	out[0] = '\0';
	while (*from) {
		size_t n = strcspn(from, "{");
		const char *value = NULL;
		size_t name;

		if (!append(out, size, from, n))
			return false;
		from += n;
		if (!*from)
			break;
		name = strcspn(from + 1, "}");
		if (from[1 + name] == '}')
			value = template_value(s, from + 1, name);
		n = value ? name + 2 : 1;
		if (!append(out, size, value ? value : from, value ? strlen(value) : 1))
			return false;
		from += n;
	}
	return true;
}

/* ---- conditions ------------------------------------------------------------------ */

static bool
text_fits(const char *globs, const char *text)
{
	char glob[BOOT_TEXT];

	if (!text)
		return false;
	while (next_piece(&globs, '|', glob, sizeof(glob)))
		if (fnmatch(glob, text, FNM_CASEFOLD) == 0)
			return true;
	return false;
}

static bool
any_member(const struct site *s, const char *globs)
{
	char glob[BOOT_TEXT], full[BOOT_TEXT];

	while (next_piece(&globs, '|', glob, sizeof(glob)))
		if (expand(s, glob, full, sizeof(full)) && catalog_has(s->catalog, full))
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
		return text_fits(c->glob, s->catalog->volume);
	case PROFILE_NAME:
		return text_fits(c->glob, s->release->name);
	case PROFILE_VERSION:
		return text_fits(c->glob, s->release->version);
	case PROFILE_TEXT:
		return text_fits(c->glob, catalog_text(s->catalog, c->value));
	}
	return false;
}

static bool
all_hold(const struct site *s, const struct profile_conditions *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (!condition_holds(s, &c->item[i]))
			return false;
	return true;
}

static bool
profile_fits(const struct site *s)
{
	for (size_t i = 0; i < s->profile->whens; i++)
		if (all_hold(s, &s->profile->when[i]))
			return true;
	return s->profile->whens == 0;
}

/* ---- architecture, release ------------------------------------------------------- */

static const char *
arch_of(const struct site *s)
{
	const char *by_header = arch_name(s->kernel->image.arch), *hint = NULL;

	if (by_header && strcmp(by_header, "i386") != 0)
		return by_header;
	/* Before boot protocol 2.12 (Linux 3.8) a kernel did not say that it is
	 * a 64-bit one. */
	if (s->rule)
		hint = arch_name(s->rule->arch);
	if (!hint)
		hint = arch_in_path(s->kernel->path);
	if (!hint)
		hint = arch_name(s->release->arch);
	if (hint && (!by_header || strcmp(hint, "x86_64") == 0))
		return hint;
	return by_header ? by_header : "unknown";
}

static const char *
firmware_of(const struct image *image)
{
	bool x86 = image->arch && (strcmp(image->arch, "efi-x64") == 0 || strcmp(image->arch, "efi-ia32") == 0);

	if (image->kind == IMAGE_LINUX)
		return image->efi || !x86 ? NULL : "bios";
	if (image->kind == IMAGE_EFI)
		return "efi";
	return image->kind == IMAGE_BIOS ? "bios" : NULL;
}

static void
read_release(const struct catalog *c, struct release *out)
{
	const char *text;

	*out = (struct release){ 0 };
	if ((text = catalog_text(c, "etc/os-release")) || (text = catalog_text(c, "usr/lib/os-release")))
		release_os_release(text, out);
	if ((text = catalog_text(c, ".treeinfo")) || (text = catalog_text(c, "treeinfo")))
		release_treeinfo(text, out);
	if ((text = catalog_text(c, ".disk/info")))
		release_disk_info(text, out);
}

/* ---- records ------------------------------------------------------------------------ */

void
boot_free(struct boot *b)
{
	free(b->record);
	*b = (struct boot){ 0 };
}

static struct boot_record *
new_record(struct boot *b)
{
	size_t size = b->size ? b->size * 2 : 8;
	struct boot_record *more;

	if (b->n == b->size) {
		more = reallocarray(b->record, size, sizeof(*more));
		if (!more)
			return NULL;
		b->record = more;
		b->size = size;
	}
	return memset(&b->record[b->n], 0, sizeof(*b->record));
}

/* One item of an initrd list: its first alternative that is there.  False
 * when none is and the item is not optional. */
static bool
add_initrd(const struct site *s, char *item, char *out, size_t size)
{
	size_t n = strlen(item);
	bool optional = n > 0 && item[n - 1] == '?';
	const char *alternatives = item;
	char one[BOOT_TEXT], full[BOOT_TEXT];

	if (optional)
		item[n - 1] = '\0';
	while (next_piece(&alternatives, '|', one, sizeof(one))) {
		struct catalog_member *m;

		if (!expand(s, one, full, sizeof(full)))
			continue;
		m = catalog_find(s->catalog, full);
		if (!m || m->type == CATALOG_DIR)
			continue;
		return (!*out || append(out, size, ",", 1)) && append(out, size, full, strlen(full));
	}
	return optional;
}

static bool
find_initrds(const struct site *s, char *out, size_t size)
{
	const char *list = s->rule->initrd;
	char item[BOOT_TEXT];

	out[0] = '\0';
	while (next_piece(&list, ',', item, sizeof(item)))
		if (!add_initrd(s, item, out, size))
			return false;
	return true;
}

static void
set_name(const struct site *s, struct boot_record *r)
{
	const char *base = s->release->name[0] ? s->release->name :
	    s->profile && s->profile->title ? s->profile->title :
	    s->catalog->volume[0] ? s->catalog->volume : r->family;
	char name[RELEASE_TEXT];

	snprintf(name, sizeof(name), "%s", base);
	if (!expand(s, name, r->name, sizeof(r->name)) || !r->name[0])
		snprintf(r->name, sizeof(r->name), "%s", r->family);
	if (s->rule && s->rule->label && expand(s, s->rule->label, name, sizeof(name)) && name[0]) {
		append(r->name, sizeof(r->name), " ", 1);
		append(r->name, sizeof(r->name), name, strlen(name));
	}
}

static void
fill(const struct site *s, struct boot_record *r)
{
	const struct image *image = &s->kernel->image;

	r->family = s->profile ? s->profile->family : "unknown";
	r->kernel = s->kernel->path;
	r->arch = arch_of(s);
	r->firmware = firmware_of(image);
	snprintf(r->version, sizeof(r->version), "%s", s->release->version);
	r->linux_version = image->kind == IMAGE_LINUX ? image->version : "";
	set_name(s, r);
}

/* Lays the rule over the kernel; false where it does not fit it. */
static bool
apply_rule(struct site *s, struct boot *b)
{
	const struct profile_rule *rule = s->rule;
	struct boot_record *r;

	if (!all_hold(s, &rule->when))
		return true;
	r = new_record(b);
	if (!r)
		return false;
	r->unfit = rule->unfit;
	r->why = rule->why;
	r->note = rule->note;
	fill(s, r);
	if (!find_initrds(s, r->initrd, sizeof(r->initrd)) ||
	    !expand(s, rule->args ? rule->args : "", r->args, sizeof(r->args)) ||
	    !expand(s, rule->needs ? rule->needs : "", r->needs, sizeof(r->needs)))
		return true;
	r->image = strstr(r->args, "{iso") != NULL;
	s->kernel->claimed = !rule->keep;
	b->n++;
	return true;
}

static void
set_kernel(struct site *s, struct catalog_member *kernel)
{
	const char *slash = strrchr(kernel->path, '/');
	size_t n = slash ? (size_t)(slash - kernel->path) + 1 : 0;

	s->kernel = kernel;
	memcpy(s->dir, kernel->path, n);
	s->dir[n] = '\0';
}

static bool
kernel_fits(struct site *s, const char *path)
{
	const char *globs = s->rule->kernel;
	char glob[BOOT_TEXT];

	while (next_piece(&globs, '|', glob, sizeof(glob)))
		if (path_capture(glob, path, &s->found))
			return true;
	return false;
}

static bool
apply_profile(struct site *s, struct boot *b)
{
	for (size_t k = 0; k < s->profile->rules; k++) {
		s->rule = &s->profile->rule[k];
		for (size_t i = 0; i < s->catalog->n; i++) {
			struct catalog_member *m = &s->catalog->member[i];
			struct catalog_member *file = catalog_find(s->catalog, m->path);

			if (m->claimed || m->type == CATALOG_DIR || !kernel_fits(s, m->path) ||
			    !file || file->type != CATALOG_FILE)
				continue;
			if (m != file)
				m->image = file->image;
			set_kernel(s, m);
			if (!apply_rule(s, b))
				return false;
		}
	}
	return true;
}

/* ---- images that no profile knows ------------------------------------------------------- */

static bool
is_initrd_name(const char *name)
{
	return strncasecmp(name, "initr", 5) == 0 || strncasecmp(name, "initfs", 6) == 0;
}

/* The one initrd in the kernel's folder, where there is just one. */
static void
guess_initrd(const struct site *s, char *out, size_t size)
{
	const struct catalog_member *only = NULL;
	size_t n = strlen(s->dir);

	for (size_t i = 0; i < s->catalog->n; i++) {
		const struct catalog_member *m = &s->catalog->member[i];

		if (m->type == CATALOG_DIR || strncmp(m->path, s->dir, n) != 0 ||
		    strchr(m->path + n, '/') || !is_initrd_name(m->path + n))
			continue;
		if (only)
			return;
		only = m;
	}
	if (only)
		append(out, size, only->path, strlen(only->path));
}

static bool
add_unknown(struct site *s, struct boot *b)
{
	s->profile = NULL;
	s->rule = NULL;
	for (size_t i = 0; i < s->catalog->n; i++) {
		struct catalog_member *m = &s->catalog->member[i];
		struct boot_record *r;

		if (m->type != CATALOG_FILE || m->image.kind != IMAGE_LINUX)
			continue;
		r = new_record(b);
		if (!r)
			return false;
		set_kernel(s, m);
		fill(s, r);
		guess_initrd(s, r->initrd, sizeof(r->initrd));
		b->n++;
	}
	return true;
}

/* ---- all of it ---------------------------------------------------------------------------- */

/* Paths and volume identifiers may hold anything. */
static void
make_plain(char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name < ' ' || *name == 0x7f)
			*name = '?';
}

/* A menu shows names: where two are the same, the kernels tell them apart. */
static void
make_names_unique(struct boot *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct boot_record *r = &b->record[i];
		char name[sizeof(r->name)];
		size_t same = 0;

		memcpy(name, r->name, sizeof(name));
		for (size_t k = i; k < b->n; k++)
			same += strcmp(b->record[k].name, name) == 0;
		for (size_t k = i; k < b->n && same > 1; k++) {
			struct boot_record *other = &b->record[k];

			if (strcmp(other->name, name) != 0)
				continue;
			append(other->name, sizeof(other->name), " ", 1);
			if (!append(other->name, sizeof(other->name), other->kernel, strlen(other->kernel)))
				snprintf(other->name, sizeof(other->name), "%.*s (%zu)", RELEASE_TEXT, name, k + 1);
		}
	}
}

bool
boot_find(struct catalog *c, const struct profile *profiles, size_t n, struct boot *out)
{
	struct boot b = { 0 };
	struct release common, own;
	struct site s = { .catalog = c };
	bool fine = true;

	snprintf(s.kib, sizeof(s.kib), "%llu", (unsigned long long)(c->bytes + 1023) / 1024);
	read_release(c, &common);
	for (size_t i = 0; i < n && fine; i++) {
		const char *text = NULL;

		s.profile = &profiles[i];
		s.release = &common;
		if (!profile_fits(&s))
			continue;
		own = common;
		if (profiles[i].name_file && (text = catalog_text(c, profiles[i].name_file)))
			release_line(text, profiles[i].name_prefix ? profiles[i].name_prefix : "", &own);
		s.release = &own;
		fine = apply_profile(&s, &b);
	}
	s.release = &common;
	if (fine && b.n == 0)
		fine = add_unknown(&s, &b);
	if (!fine) {
		boot_free(&b);
		return false;
	}
	make_names_unique(&b);
	for (size_t i = 0; i < b.n; i++)
		make_plain(b.record[i].name);
	*out = b;
	return true;
}
