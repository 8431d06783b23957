#include "menus.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "menu_esxi.h"
#include "menu_grub.h"
#include "menu_loader.h"
#include "menu_syslinux.h"

/* ---- the image's files -------------------------------------------------------------------- */

/* Plain ISO 9660 has other cases than the menu expects. */
static const struct catalog_member *
find_file(const struct catalog *c, const char *path)
{
	const struct catalog_member *m = catalog_find(c, path);

	for (size_t i = 0; !m && i < c->n; i++)
		if (strcasecmp(c->member[i].path, path) == 0)
			m = catalog_find(c, c->member[i].path);
	return m && m->type == CATALOG_FILE ? m : NULL;
}

static const char *
file_text(const void *context, const char *path)
{
	const struct catalog_member *m = find_file(context, path);

	return m ? m->text : NULL;
}

static bool
has_path(const void *context, const char *path)
{
	const struct catalog *c = context;

	return catalog_find(c, path) || find_file(c, path);
}

/* ---- entries -------------------------------------------------------------------------------- */

/* Gives a list the names that the members have; false if one is not there. */
static bool
resolve_list(const struct catalog *c, char list[MENU_TEXT])
{
	char out[MENU_TEXT] = "", path[MENU_PATH];
	const char *p = list;

	while (*p) {
		size_t n = strcspn(p, ",");
		const struct catalog_member *m;

		if (n >= sizeof(path))
			return false;
		memcpy(path, p, n);
		path[n] = '\0';
		m = find_file(c, path);
		if (!m || strchr(m->path, ',') || !menu_append(out, sizeof(out), ",", m->path))
			return false;
		p += n + (p[n] == ',');
	}
	memcpy(list, out, strlen(out) + 1);
	return true;
}

/* Is what an entry starts a kernel, as far as anybody looked? */
static bool
is_whole(const struct catalog *c, struct menu_entry *e)
{
	const struct catalog_member *m = find_file(c, e->kernel);

	if (!m || strlen(m->path) >= sizeof(e->kernel) || !resolve_list(c, e->initrd))
		return false;
	if (e->way == MENU_LINUX && m->image.kind != IMAGE_LINUX && (m->image.kind != IMAGE_UNKNOWN || !*e->initrd))
		return false;
	memcpy(e->kernel, m->path, strlen(m->path) + 1);
	return true;
}

/* Menus repeat themselves, with other screens or in another language. */
static bool
is_said(const struct menu *m, const struct menu_entry *e)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->entry[i].kernel, e->kernel) == 0 && strcmp(m->entry[i].initrd, e->initrd) == 0)
			return true;
	return false;
}

static bool
ends_in(const char *path, const char *name)
{
	size_t n = strlen(path), e = strlen(name);

	return n >= e && strcasecmp(path + n - e, name) == 0 && (n == e || path[n - e - 1] == '/' || *name == '.');
}

static void
read_kind(const struct catalog *c, const char *name, struct menu *out)
{
	const struct menu_files files = { file_text, has_path, c };
	bool grub = *name == 'g' || *name == 'l';

	for (size_t i = 0; i < c->n; i++) {
		const struct catalog_member *m = &c->member[i];

		if (!m->text || !ends_in(m->path, name))
			continue;
		if (*name == '.') {
			if (strcasestr(m->path, "loader/entries/"))
				menu_loader(m->text, out);
		} else if (*name == 'b') {
			menu_esxi(m->text, m->path, out);
		} else if (grub) {
			menu_grub(&files, m->path, out);
		} else {
			menu_syslinux(&files, m->path, out);
		}
	}
}

bool
menus_read(const struct catalog *c, struct menu *out)
{
	static const char *const names[] = { "isolinux.cfg", "syslinux.cfg", "extlinux.conf", "pxelinux.cfg/default",
		"grub.cfg", "loopback.cfg", ".conf", "boot.cfg" };
	struct menu all = { 0 };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		read_kind(c, names[i], &all);
	/* What a menu starts by itself speaks for its kernel. */
	for (int preferred = 1; preferred >= 0; preferred--)
		for (size_t i = 0; i < all.n; i++)
			if (all.entry[i].preferred == preferred && is_whole(c, &all.entry[i]) &&
			    !is_said(out, &all.entry[i]))
				menu_add(out, &all.entry[i]);
	out->no_memory |= all.no_memory;
	menu_free(&all);
	return !out->no_memory;
}

/* ---- arguments --------------------------------------------------------------------------------- */

static bool
names_disc(const char *word)
{
	/* By whom: dracut, archiso and its kin, casper and live-boot, debian-installer,
	 * Anaconda, linuxrc, Gentoo, KIWI, and loaders that leave their own marks. */
	static const char *const keys[] = { "archisolabel=", "archisodevice=", "archisosearchuuid=",
		"archisosearchfilename=", "misolabel=", "misodevice=", "img_dev=", "img_loop=", "iso-scan/filename=",
		"findiso=", "fromiso=", "from=", "isofrom_device=", "isofrom_system=", "live-media=", "bootfrom=",
		"cdrom", "cdrom=", "file=/cdrom/", "preseed/file=/cdrom/", "cdrom-detect/",
		"inst.stage2=hd:", "inst.stage2=cdrom", "inst.repo=hd:", "inst.repo=cdrom", "stage2=hd:", "repo=cdrom",
		"repo=hd:", "method=cdrom", "install=cd:", "install=hd:", "cdroot",
		"cdroot=", "root=live:", "root=CDLABEL=", "root=LABEL=", "root=UUID=", "root=PARTUUID=", "root=/dev/sr",
		"root=/dev/cdrom", "root=/dev/disk/", "root=/dev/sd", "inst.ks=hd:", "inst.ks=cdrom", "ks=cdrom",
		"ks=hd:", "BOOT_IMAGE=", "initrd=", "nixos.iso=", "bootdevice=", "media=cdrom", "isoloop=", "cdromBoot",
		NULL };

	for (const char *const *key = keys; *key; key++) {
		size_t n = strlen(*key);
		char end = (*key)[n - 1];

		if (strncmp(word, *key, n) == 0 &&
		    (end == '=' || end == ':' || end == '/' || !word[n] || strchr(*key, '=')))
			return true;
	}
	return false;
}

void
menus_without_disc(const char *args, char *out, size_t size, char *gone, size_t gone_size)
{
	*out = *gone = '\0';
	while (*args) {
		char word[MENU_TEXT];
		size_t n = 0;
		bool quoted = false;

		args += strspn(args, " ");
		for (; *args && (quoted || *args != ' ') && n < sizeof(word) - 1; args++) {
			quoted ^= *args == '"';
			word[n++] = *args;
		}
		word[n] = '\0';
		if (n == 0)
			continue;
		if (names_disc(word))
			menu_append(gone, gone_size, " ", word);
		else
			menu_append(out, size, " ", word);
	}
}
