#include "boot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "machine.h"
#include "menus.h"
#include "path.h"
#include "profile_eval.h"
#include "utf8.h"

/* An image has a handful of kernels.  One with more is hostile, and each try
 * scans all of its members. */
#define RECORDS_MAX 256
#define TRIES_MAX 512
#define MEMDISK_MAX 134217728

/* ---- architecture, release ------------------------------------------------------- */

static const char *
arch_of(const struct profile_eval *e)
{
	const struct machine *header = machine_by_any_name(e->kernel->image.arch), *hint = NULL;

	if (header && strcmp(header->name, "efi-ia32") != 0)
		return header->record;
	/* Before boot protocol 2.12 (Linux 3.8) a kernel's header did not say
	 * whether it is a 64-bit one. */
	if (e->rule)
		hint = machine_by_any_name(e->rule->arch);
	if (!hint)
		hint = machine_in_text(e->kernel->path);
	if (!hint)
		hint = machine_by_any_name(e->release->arch);
	if (hint && (!header || strcmp(hint->name, "efi-x64") == 0))
		return hint->record;
	return header ? header->record : "unknown";
}

const char *
boot_firmware(const struct image *image)
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
boot_free(struct boot_records *b)
{
	free(b->record);
	*b = (struct boot_records){ 0 };
}

static struct boot_record *
new_record(struct boot_records *b)
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

/* Of each item of the list the first alternative that is there.  False when an
 * item has none and is not optional, or its path would read as two in the list. */
static bool
find_initrds(const struct profile_eval *e, char *out, size_t size)
{
	const char *list = e->rule->initrd;
	char item[PROFILE_EVAL_TEXT], one[PROFILE_EVAL_TEXT], path[PROFILE_EVAL_TEXT];

	out[0] = '\0';
	if (list && strcmp(list, "{modules}") == 0)
		return *e->modules && menu_append(out, size, "", e->modules);
	while (profile_eval_piece(&list, ',', item, sizeof(item))) {
		const char *alternatives = item;
		size_t n = strlen(item);
		bool optional = n > 0 && item[n - 1] == '?', found = false;

		if (optional)
			item[n - 1] = '\0';
		while (!found && profile_eval_piece(&alternatives, '|', one, sizeof(one)))
			found = profile_eval_member(e, one, path, sizeof(path)) && !strchr(path, ',');
		if (!found && !optional)
			return false;
		if (found && !menu_append(out, size, ",", path))
			return false;
	}
	return true;
}

/* A name out of the profile's title and the volume identifier.  Where that says what the
 * title begins with ("ALT" and "ALT Workstation"), once is enough; one without a blank
 * has '_' instead. */
static void
name_of_volume(const struct profile_eval *e, const char *title, char *out, size_t size)
{
	const char *volume = e->catalog->volume;
	char first[RELEASE_TEXT];

	snprintf(first, sizeof(first), "%.*s", title ? (int)strcspn(title, " {") : 0, title ? title : "");
	if (!title || (*first && strstr(title, "{volume}") && strcasestr(volume, first)) ||
	    !profile_eval_expand(e, title, out, size))
		snprintf(out, size, "%s", volume);
	for (char *p = out; *p && !strchr(volume, ' '); p++)
		if (*p == '_')
			*p = ' ';
}

static void
fill_record(const struct profile_eval *e, struct boot_record *r)
{
	const struct image *image = &e->kernel->image;
	char label[RELEASE_TEXT];

	r->family = e->profile ? e->profile->family : "unknown";
	r->kernel = e->kernel->path;
	r->arch = arch_of(e);
	r->firmware = boot_firmware(image);
	snprintf(r->version, sizeof(r->version), "%s", e->release->version);
	r->linux_version = image->kind == IMAGE_LINUX ? image->version : "";

	/* The name: the release's, the profile's title, the volume's, or at least the family. */
	if (e->release->name[0])
		snprintf(r->name, sizeof(r->name), "%s", e->release->name);
	else
		name_of_volume(e, e->profile ? e->profile->title : NULL, r->name, sizeof(r->name));
	if (!r->name[0])
		snprintf(r->name, sizeof(r->name), "%s", r->family);
	if (e->rule && e->rule->label && profile_eval_expand(e, e->rule->label, label, sizeof(label)) && label[0]) {
		profile_eval_append(r->name, sizeof(r->name), " ", 1);
		profile_eval_append(r->name, sizeof(r->name), label, strlen(label));
	}
}

/* Finds the member that the rule's {found} stands for. */
static bool
find_member(struct profile_eval *e)
{
	const char *globs = e->rule->find;
	char glob[PROFILE_EVAL_TEXT];

	e->member[0] = '\0';
	while (profile_eval_piece(&globs, '|', glob, sizeof(glob)))
		if (profile_eval_member(e, glob, e->member, sizeof(e->member)))
			return true;
	return !e->rule->find;
}

/* The files to add to the initial RAM disk; false when one is not there that must be. */
static bool
find_embedded(const struct profile_eval *e, char *out, size_t size)
{
	char full[PROFILE_EVAL_TEXT], item[PROFILE_EVAL_TEXT], path[PROFILE_EVAL_TEXT];
	const char *list = full;

	out[0] = '\0';
	if (!e->rule->embed)
		return true;
	if (!profile_eval_expand(e, e->rule->embed, full, sizeof(full)))
		return false;
	while (profile_eval_piece(&list, ',', item, sizeof(item))) {
		char *name = strchr(item, '@');
		const char *slash;

		*name++ = '\0';
		if (strcmp(item, "{iso}") == 0) {
			snprintf(path, sizeof(path), "%s", item);
		} else if (!profile_eval_member(e, item, path, sizeof(path)) || strpbrk(path, ",@")) {
			if (*name != '?')
				return false;
			continue;
		}
		slash = strrchr(path, '/');
		if (!*name || *name == '?')
			name = slash ? (char *)(uintptr_t)slash + 1 : path;
		if (!menu_append(out, size, ",", path) || !menu_append(out, size, "@", name))
			return false;
	}
	return true;
}

/* What a hypervisor loads is no kernel of its own. */
static void
claim_modules(const struct catalog *c, const char *list)
{
	char path[PROFILE_EVAL_TEXT];

	while (profile_eval_piece(&list, ',', path, sizeof(path))) {
		struct catalog_member *m = catalog_find(c, path);

		if (m)
			m->claimed = true;
	}
}

/* Adds a record for the kernel if the rule fits it.  False for lack of memory. */
static bool
apply_rule(struct profile_eval *e, struct boot_records *b)
{
	const struct profile_rule *rule = e->rule;
	struct boot_record *r;

	if (b->n == RECORDS_MAX || !profile_eval_holds(e, &rule->when) ||
	    (!e->menu[0] && rule->args && strstr(rule->args, "{menu}")) ||
	    (rule->way && e->kernel->multiboot == MULTIBOOT_ESX))
		return true;
	r = new_record(b);
	if (!r)
		return false;
	r->unfit = rule->unfit;
	r->why = rule->why;
	snprintf(r->note, sizeof(r->note), "%s", rule->note ? rule->note : "");
	r->beside = e->profile->order == PROFILE_ORDER_MAX;
	r->with = rule->with;
	r->way = rule->way ? "multiboot" : NULL;
	fill_record(e, r);
	if (rule->firmware)
		r->firmware = rule->firmware[0] == 'b' ? "bios" : "efi";
	if (!find_member(e) || !find_initrds(e, r->initrd, sizeof(r->initrd)) ||
	    !profile_eval_expand(e, rule->args ? rule->args : "", r->args, sizeof(r->args)) ||
	    !profile_eval_expand(e, rule->answers ? rule->answers : "", r->answers, sizeof(r->answers)) ||
	    !profile_eval_expand(e, rule->needs ? rule->needs : "", r->needs, sizeof(r->needs)) ||
	    !find_embedded(e, r->embed, sizeof(r->embed)))
		return true;
	r->image = strstr(r->args, "{iso") != NULL;
	e->kernel->claimed = !rule->keep;
	if (r->way)
		claim_modules(e->catalog, r->initrd);
	b->n++;
	return true;
}

/* ---- kernels from elsewhere -------------------------------------------------------------- */

/* The installer's modules are for one kernel: lists the versions that there are some for. */
static bool
list_versions(struct profile_eval *e, char *out, size_t size)
{
	const struct path_captures of_mirror = e->found;
	char glob[PROFILE_EVAL_TEXT], one[RELEASE_TEXT];
	bool fine = profile_eval_expand(e, e->rule->udebs, glob, sizeof(glob));

	for (size_t i = 0; i < e->catalog->n && fine; i++) {
		const char *list = out;
		bool seen = false;
		char other[PROFILE_EVAL_TEXT];

		if (!path_capture(glob, e->catalog->member[i].path, &e->found) ||
		    !profile_eval_expand(e, e->rule->linux_version, one, sizeof(one)))
			continue;
		while (*out && !seen && profile_eval_piece(&list, ',', other, sizeof(other)))
			seen = strcmp(one, other) == 0;
		fine = seen || menu_append(out, size, ",", one);
	}
	e->found = of_mirror;
	return fine;
}

static bool
fill_in(const struct profile_eval *e, const char *from, char *out, size_t size)
{
	return profile_eval_expand(e, from ? from : "", out, size);
}

/* Adds a record for a kernel that is not in the image.  False for lack of memory. */
static bool
apply_netboot(struct profile_eval *e, struct boot_records *b)
{
	const struct profile_rule *rule = e->rule;
	struct boot_record *r;

	if (b->n == RECORDS_MAX || !profile_eval_holds(e, &rule->when))
		return true;
	r = new_record(b);
	if (!r)
		return false;
	r->netboot = true;
	fill_record(e, r);
	if (!fill_in(e, rule->kernel, r->take, sizeof(r->take)) ||
	    !fill_in(e, rule->initrd, r->initrd, sizeof(r->initrd)) ||
	    !fill_in(e, rule->args, r->args, sizeof(r->args)) ||
	    !fill_in(e, rule->answers, r->answers, sizeof(r->answers)) ||
	    !fill_in(e, rule->needs, r->needs, sizeof(r->needs)) ||
	    !fill_in(e, rule->package, r->package, sizeof(r->package)) ||
	    !fill_in(e, rule->from, r->from, sizeof(r->from)) || !fill_in(e, rule->note, r->note, sizeof(r->note)) ||
	    (rule->udebs && rule->linux_version && !list_versions(e, r->fits, sizeof(r->fits))))
		return true;
	for (size_t i = 0; i < b->n; i++) /* the list of packages may be there twice, packed and not */
		if (b->record[i].netboot && strcmp(b->record[i].take, r->take) == 0 &&
		    strcmp(b->record[i].args, r->args) == 0)
			return true;
	e->kernel->claimed = true;
	b->n++;
	return true;
}

static void
set_kernel(struct profile_eval *e, const struct menu *menu, struct catalog_member *kernel)
{
	char gone[MENU_TEXT];
	const char *slash = strrchr(kernel->path, '/');
	size_t n = slash ? (size_t)(slash - kernel->path) + 1 : 0;

	e->kernel = kernel;
	memcpy(e->dir, kernel->path, n);
	e->dir[n] = '\0';
	e->menu[0] = e->modules[0] = '\0';
	for (size_t i = 0; i < menu->n; i++)
		if (strcmp(menu->entry[i].kernel, kernel->path) == 0) {
			menu_append(e->modules, sizeof(e->modules), "", menu->entry[i].initrd);
			menus_without_disc(menu->entry[i].args, e->menu, sizeof(e->menu), gone, sizeof(gone));
			return;
		}
}

static bool
apply_profile(struct profile_eval *e, const struct menu *menu, struct boot_records *b)
{
	for (size_t k = 0; k < e->profile->rules; k++) {
		e->rule = &e->profile->rule[k];
		for (size_t i = 0; i < e->catalog->n; i++) {
			struct catalog_member *m = &e->catalog->member[i], *file;

			if (m->claimed || m->type == CATALOG_DIR || !profile_eval_kernel_fits(e, m->path))
				continue;
			file = catalog_find(e->catalog, m->path);
			if (!file || file->type != CATALOG_FILE || file->claimed)
				continue;
			if (++e->tried > TRIES_MAX)
				return true;
			if (m != file)
				m->image = file->image;
			set_kernel(e, menu, m);
			if (!(e->rule->netboot ? apply_netboot(e, b) : apply_rule(e, b)))
				return false;
			file->claimed |= m->claimed;
		}
	}
	return true;
}

/* ---- images that no profile fits ------------------------------------------------------- */

/* The initrd in the kernel's directory, if there is exactly one. */
static void
guess_initrd(const struct profile_eval *e, char *out, size_t size)
{
	const struct catalog_member *only = NULL;
	size_t n = strlen(e->dir);

	for (size_t i = 0; i < e->catalog->n; i++) {
		const struct catalog_member *m = &e->catalog->member[i];

		if (m->type == CATALOG_DIR || strncmp(m->path, e->dir, n) != 0 || strchr(m->path + n, '/') ||
		    (strncasecmp(m->path + n, "initr", 5) != 0 && strncasecmp(m->path + n, "initfs", 6) != 0))
			continue;
		if (only)
			return;
		only = m;
	}
	if (only)
		profile_eval_append(out, size, only->path, strlen(only->path));
}

/* Is it a further copy of a kernel that has a record? */
static bool
is_copy(const struct boot_records *b, const struct catalog *c, const struct catalog_member *m)
{
	const char *slash = strrchr(m->path, '/'), *name = slash ? slash + 1 : m->path;

	for (size_t i = 0; i < b->n; i++) {
		const struct catalog_member *other = catalog_find(c, b->record[i].kernel);
		const char *at = strrchr(b->record[i].kernel, '/'), *its = at ? at + 1 : b->record[i].kernel;
		size_t n = strlen(its) < strlen(name) ? strlen(its) : strlen(name);

		if (other && !b->record[i].beside && other->size == m->size && strncasecmp(its, name, n) == 0 &&
		    strchr("-.", its[n]) && strchr("-.", name[n]) &&
		    strcmp(other->image.version, m->image.version) == 0)
			return true;
	}
	return false;
}

/* "Some Linux 3: Rescue system", or just the menu's title if that says both. */
static void
name_unknown(struct boot_record *r, const char *title)
{
	char name[sizeof(r->name)];

	if (!*title)
		return;
	if (strcasestr(title, r->name) || strcmp(r->name, "unknown") == 0)
		snprintf(name, sizeof(name), "%s", title);
	else
		snprintf(name, sizeof(name), "%.*s: %.*s", RELEASE_TEXT - 8, r->name, MENU_TITLE - 1, title);
	for (size_t n = strlen(name); n > 0 && name[n - 1] == ' '; n--)
		name[n - 1] = '\0'; /* a variable that is not set ends some titles */
	memcpy(r->name, name, sizeof(name));
}

/* A hypervisor is for the machine that the Linux beside it is for. */
static const char *
arch_of_modules(struct profile_eval *e, const char *list)
{
	struct catalog_member *const kernel = e->kernel;
	const char *arch = arch_of(e);
	char path[PROFILE_EVAL_TEXT];

	while (strcmp(arch, "unknown") == 0 && profile_eval_piece(&list, ',', path, sizeof(path))) {
		struct catalog_member *m = catalog_find(e->catalog, path);

		if (m && m->image.kind == IMAGE_LINUX) {
			e->kernel = m;
			arch = arch_of(e);
		}
	}
	e->kernel = kernel;
	return arch;
}

/* Adds a record for a kernel of which nothing is known but what its menu, if it is in
 * one, says. */
static bool
add_unknown(struct profile_eval *e, struct boot_records *b, struct catalog_member *m, const struct menu_entry *entry)
{
	struct boot_record *r = new_record(b);
	char gone[256];

	if (!r)
		return false;
	m->claimed = true;
	set_kernel(e, &(struct menu){ 0 }, m);
	fill_record(e, r);
	b->n++;
	if (!entry) {
		guess_initrd(e, r->initrd, sizeof(r->initrd));
		snprintf(r->note, sizeof(r->note),
		    "nothing is known of this system, and no menu in the image says how its kernel is started");
		if (b->n > 1) {
			profile_eval_append(r->name, sizeof(r->name), " ", 1);
			profile_eval_append(r->name, sizeof(r->name), r->kernel, strlen(r->kernel));
		}
		return true;
	}
	name_unknown(r, entry->title);
	if (entry->way == MENU_MULTIBOOT) {
		r->way = "multiboot";
		r->arch = arch_of_modules(e, entry->initrd);
	}
	menus_without_disc(entry->args, r->args, sizeof(r->args), gone, sizeof(gone));
	menu_append(r->initrd, sizeof(r->initrd), "", entry->initrd);
	snprintf(r->note, sizeof(r->note),
	    "nothing is known of this system: these are the arguments of its own menu%s%s%s, and whether it finds its files over a network is not known",
	    *gone ? ", without what names a disc (" : "", gone, *gone ? ")" : "");
	return true;
}

/* Kernels that no profile took: those of the image's own menus first. */
static bool
find_unknown(struct profile_eval *e, const struct menu *menu, struct boot_records *b)
{
	struct catalog *c = e->catalog;
	const size_t known = b->n;
	bool fine = true;

	e->profile = NULL;
	e->rule = NULL;
	for (size_t i = 0; i < menu->n && fine; i++) {
		struct catalog_member *m = catalog_find(c, menu->entry[i].kernel);
		struct boot_records all = { b->record, known, 0 };

		if (!m || b->n == RECORDS_MAX || m->claimed || is_copy(&all, c, m) ||
		    strlen(menu->entry[i].initrd) >= BOOT_TEXT)
			continue;
		fine = add_unknown(e, b, m, &menu->entry[i]);
		m->claimed = false; /* another entry may have other files for it */
		if (menu->entry[i].way == MENU_MULTIBOOT)
			claim_modules(c, menu->entry[i].initrd);
	}
	for (size_t i = known; i < b->n; i++) {
		struct catalog_member *m = catalog_find(c, b->record[i].kernel);

		if (m)
			m->claimed = true;
	}
	for (size_t i = 0; i < c->n && b->n < RECORDS_MAX && fine; i++) {
		struct catalog_member *m = &c->member[i];

		if (m->type != CATALOG_FILE || m->image.kind != IMAGE_LINUX || m->claimed)
			continue;
		if (++e->tried > 2 * TRIES_MAX)
			break;
		if (!is_copy(b, c, m))
			fine = add_unknown(e, b, m, NULL);
	}
	return fine;
}

/* The image as a whole, for one firmware. */
static bool
add_whole_image(struct profile_eval *e, struct boot_records *b, const char *firmware, const char *way, const char *how)
{
	struct boot_record *r = new_record(b);

	if (!r)
		return false;
	r->family = "unknown";
	r->firmware = firmware;
	r->linux_version = "";
	r->kernel = e->catalog->disk ? "{img}" : "{iso}";
	r->way = way;
	r->image = true;
	snprintf(r->name, sizeof(r->name), "%s",
	    e->release->name[0]       ? e->release->name :
	        e->catalog->volume[0] ? e->catalog->volume :
	                                "unknown");
	snprintf(r->note, sizeof(r->note), "%sthe image itself is started, %s",
	    b->n == 0 ? "no kernel is known in it: " : "", how);
	b->n++;
	return true;
}

/* The machine that the loader of a removable medium is for (UEFI 2.10, 3.5.1.1). */
static const char *
arch_of_loader(const struct catalog *c)
{
	static const char *const machines[] = { "efi-x64", "efi-arm64", "efi-ia32", "efi-riscv64", "efi-loong64",
		"efi-arm32" };
	char path[64];

	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		const struct machine *m = machine_named(machines[i]);

		snprintf(path, sizeof(path), "efi/boot/boot%s.efi", m->efi);
		if (catalog_has(c, path))
			return m->record;
	}
	return "x86_64"; /* the loader is in the boot image alone, as of tools that there are for PCs only */
}

/* An image without any kernel that is known, which machines can start as a disc: DOS,
 * firmware updates, tools; and any disk's, whose system looks for itself there.  memdisk (syslinux' doc/memdisk.txt) keeps all of it in memory,
 * iPXE's sanboot reads it by HTTP; both serve the BIOS' own calls, no driver.  UEFI HTTP
 * Boot takes it as a RAM disk (UEFI 2.10, 24.7.3.1), which a system finds by the NFIT table. */
static bool
add_whole_images(struct profile_eval *e, struct boot_records *b)
{
	static const char small_how[] = "from memory, which only a system that uses the BIOS for its disc survives",
	                  large_how[] =
	                      "as a drive read by HTTP, which only a system that uses the BIOS for its disc survives",
	                  efi_how[] = "by UEFI HTTP Boot as a RAM disk, which only a system that knows of such finds";
	const bool small = e->catalog->bytes <= MEMDISK_MAX;

	if (e->catalog->bios_boot) {
		if (!add_whole_image(e, b, "bios", small ? "memdisk" : "sanboot", small ? small_how : large_how))
			return false;
		b->record[b->n - 1].arch = "i386";
	}
	if (e->catalog->efi_boot) {
		if (!add_whole_image(e, b, "efi", "httpdisk", efi_how))
			return false;
		b->record[b->n - 1].arch = arch_of_loader(e->catalog);
	}
	return true;
}

/* ---- all of it ---------------------------------------------------------------------------- */

/* Menus show names: two records of one name, which one machine may see both of. */
static bool
is_namesake(const struct boot_record *a, const struct boot_record *b)
{
	const bool apart = a->firmware && b->firmware && strcmp(a->firmware, b->firmware) != 0;

	return a == b || (!apart && strcmp(a->name, b->name) == 0);
}

/* Namesakes get their kernel's path added. */
static void
make_names_unique(struct boot_records *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct boot_record *r = &b->record[i];
		char name[sizeof(r->name)];
		size_t same = 0;

		memcpy(name, r->name, sizeof(name));
		for (size_t k = i; k < b->n; k++)
			same += is_namesake(r, &b->record[k]);
		/* backwards, so that r keeps its name until all are compared with it */
		for (size_t k = b->n; k-- > i && same > 1;) {
			struct boot_record *other = &b->record[k];

			if (!is_namesake(r, other))
				continue;
			profile_eval_append(other->name, sizeof(other->name), " ", 1);
			if (!profile_eval_append(
			        other->name, sizeof(other->name), other->kernel, strlen(other->kernel)))
				snprintf(other->name, sizeof(other->name), "%.*s (%zu)", RELEASE_TEXT, name, k + 1);
		}
	}
}

static bool
is_same_file(const struct catalog *c, const char *a, const char *b)
{
	const struct catalog_member *x = catalog_find(c, a), *y = catalog_find(c, b);
	const char *end = strrchr(a, '/'), *other = strrchr(b, '/');

	return x && y && x->size == y->size && strcmp(end ? end : a, other ? other : b) == 0 &&
	    strcmp(x->image.version, y->image.version) == 0;
}

/* Images that boot in two ways often have their kernel twice: what lies beside ISOLINUX
 * is the other one's copy. */
static void
drop_copies(struct boot_records *b, const struct catalog *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->n; i++) {
		const struct boot_record *r = &b->record[i];
		bool copy = false;

		if (strncasecmp(r->kernel, "isolinux/", 9) == 0 || strncasecmp(r->kernel, "boot/isolinux/", 14) == 0)
			for (size_t k = 0; k < kept && !copy; k++)
				copy = !b->record[k].beside && strcmp(b->record[k].arch, r->arch) == 0 &&
				    b->record[k].kernel != r->kernel &&
				    is_same_file(c, b->record[k].kernel, r->kernel) &&
				    is_same_file(c, b->record[k].initrd, r->initrd);
		if (!copy)
			b->record[kept++] = *r;
	}
	b->n = kept;
}

/* The image's name and version from where the profile says to look, or else from
 * where most images have them. */
static void
find_release(struct profile_eval *e, const struct release *common, struct release *out)
{
	char glob[PROFILE_EVAL_TEXT], line[PROFILE_EVAL_TEXT];
	bool found = false;

	*out = *common;
	for (size_t i = 0; i < e->profile->names && !found; i++) {
		const struct profile_name *n = &e->profile->name[i];
		const char *text = n->file ? catalog_text(e->catalog, n->file) : NULL, *globs = n->volume;

		if (text) {
			found = n->text ? release_keys(text, n->text, out) :
			                  release_line(text, n->prefix ? n->prefix : "", out);
			continue;
		}
		if (common->name[0])
			continue;
		while (profile_eval_piece(&globs, '|', glob, sizeof(glob)))
			if (path_capture(glob, e->catalog->volume, &e->found) &&
			    profile_eval_expand(e, n->text, line, sizeof(line))) {
				found = release_line(line, "", out);
				break;
			}
	}
}

bool
boot_find(struct catalog *c, const struct profile *profiles, size_t n, struct boot_records *out)
{
	struct boot_records b = { 0 };
	struct release common, own;
	struct profile_eval e = { .catalog = c };
	struct menu menu = { 0 };
	bool fine = menus_read(c, &menu);

	snprintf(e.kib, sizeof(e.kib), "%llu", (unsigned long long)(c->bytes + 1023) / 1024);
	read_release(c, &common);
	for (size_t i = 0; i < n && fine; i++) {
		e.profile = &profiles[i];
		e.release = &common;
		e.kernel = NULL;
		if (!profile_eval_profile_fits(&e))
			continue;
		find_release(&e, &common, &own);
		e.release = &own;
		snprintf(e.major, sizeof(e.major), "%.*s", (int)strcspn(own.version, "."), own.version);
		fine = apply_profile(&e, &menu, &b);
	}
	e.release = &common;
	if (fine)
		fine = find_unknown(&e, &menu, &b);
	if (fine && (b.n == 0 || c->disk))
		fine = add_whole_images(&e, &b);
	menu_free(&menu);
	if (!fine) {
		boot_free(&b);
		return false;
	}
	drop_copies(&b, c);
	make_names_unique(&b);
	for (size_t i = 0; i < b.n; i++)
		utf8_plain(b.record[i].name); /* paths and volume identifiers may hold anything */
	*out = b;
	return true;
}
