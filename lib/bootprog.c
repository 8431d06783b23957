#include "bootprog.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "machine.h"
#include "wire.h"

static const struct {
	const char *word, *title;
} titles[] = {
	[BOOTPROG_OTHER] = { "other", "program" },
	[BOOTPROG_IPXE] = { "ipxe", "iPXE" },
	[BOOTPROG_IPXE_SCRIPT] = { "ipxe-script", "iPXE script" },
	[BOOTPROG_PXELINUX] = { "pxelinux", "PXELINUX" },
	[BOOTPROG_LPXELINUX] = { "lpxelinux", "lpxelinux" },
	[BOOTPROG_SYSLINUX_EFI] = { "syslinux-efi", "syslinux.efi" },
	[BOOTPROG_SHIM] = { "shim", "shim" },
	[BOOTPROG_MOK_MANAGER] = { "mok", "MokManager" },
	[BOOTPROG_FALLBACK] = { "fallback", "shim's fallback" },
	[BOOTPROG_GRUB] = { "grub", "GRUB" },
	[BOOTPROG_SYSTEMD_BOOT] = { "systemd-boot", "systemd-boot" },
	[BOOTPROG_WINDOWS] = { "windows", "Windows Boot Manager" },
	[BOOTPROG_WIMBOOT] = { "wimboot", "wimboot" },
	[BOOTPROG_MEMDISK] = { "memdisk", "MEMDISK" },
	[BOOTPROG_MEMTEST] = { "memtest", "Memtest86+" },
	[BOOTPROG_KERNEL] = { "kernel", "kernel" },
};

const char *
bootprog_word(enum bootprog_kind k)
{
	return titles[k].word;
}

const char *
bootprog_title(enum bootprog_kind k)
{
	return titles[k].title;
}

static const uint8_t *
find_text(const void *bytes, size_t len, const char *text)
{
	return memmem(bytes, len, text, strlen(text));
}

/* The word behind `before`, where that stands in the file. */
static void
read_version(const void *bytes, size_t len, const char *before, struct bootprog *out)
{
	const uint8_t *at = find_text(bytes, len, before);
	const uint8_t *end = (const uint8_t *)bytes + len;
	size_t n = 0;

	if (!at)
		return;
	for (at += strlen(before); at<end && * at> ' ' && *at < 0x7f && n < sizeof(out->version) - 1; at++)
		out->version[n++] = (char)*at;
	out->version[n] = '\0';
}

/* ---- PE sections (Microsoft, "PE Format") -------------------------------- */

enum { PE_SYMBOL = 18, PE_SECTION = 40, PE_SECTION_NAME = 8, PE_SECTIONS_MAX = 96 };

/* Names over 8 bytes stand elsewhere, as "/NUMBER" here.  shim has several
 * (.vendor_cert, .sbatlevel), its companions just .eh_frame. */
struct part {
	uint32_t at, len;
};

struct sections {
	bool mods, sdmagic, has_sbat;
	struct part sbat, level; /* their texts */
	unsigned long_names;
};

static bool
is_named(const uint8_t *name, const char *want)
{
	return strncmp((const char *)name, want, PE_SECTION_NAME) == 0;
}

/* A name over 8 bytes is the number of a place behind the symbols. */
static bool
is_named_there(const uint8_t *name, struct rd strings, const char *want)
{
	uint32_t at = 0;
	const char *text;

	if (name[0] != '/')
		return false;
	for (int i = 1; i < PE_SECTION_NAME && name[i] >= '0' && name[i] <= '9'; i++)
		at = at * 10 + (name[i] - '0');
	rd_take(&strings, at);
	text = rd_cstr(&strings);
	return text && strcmp(text, want) == 0;
}

static void
read_sections(const void *bytes, size_t len, struct sections *out)
{
	uint32_t symbols, symbol_count;
	uint16_t n, optional;
	struct rd r, strings;

	*out = (struct sections){ 0 };
	if (!image_pe_header(bytes, len, &r))
		return;
	rd_take(&r, 2); /* machine */
	n = rd_le16(&r);
	rd_take(&r, 4);
	symbols = rd_le32(&r);
	symbol_count = rd_le32(&r);
	strings = rd_at(bytes, len, symbols + (uint64_t)symbol_count * PE_SYMBOL);
	optional = rd_le16(&r);
	rd_take(&r, 2);
	rd_take(&r, optional);
	for (unsigned i = 0; i < n && i < PE_SECTIONS_MAX; i++) {
		struct rd entry = rd_sub(&r, PE_SECTION);
		const uint8_t *name = rd_take(&entry, PE_SECTION_NAME);
		struct part part;

		if (!name)
			return;
		out->mods |= is_named(name, "mods");
		out->sdmagic |= is_named(name, ".sdmagic");
		out->long_names += name[0] == '/';
		part.len = rd_le32(&entry);
		rd_take(&entry, 8); /* virtual address, size on disk */
		part.at = rd_le32(&entry);
		if (is_named(name, ".sbat")) {
			out->has_sbat = true;
			out->sbat = part;
		} else if (is_named_there(name, strings, ".sbatlevel")) {
			out->level = part;
		}
	}
}

static struct rd
part_of(const void *bytes, size_t len, struct part part)
{
	struct rd r = rd_at(bytes, len, part.at);

	return rd_sub(&r, part.len);
}

static void
read_generations(const void *bytes, size_t len, const struct sections *s, struct bootprog *out)
{
	struct sbat sbat = { .list = "" };

	sbat_read(part_of(bytes, len, s->sbat), &sbat);
	memcpy(out->sbat, sbat.list, sizeof(out->sbat));
	memcpy(out->vendor, sbat.vendor, sizeof(out->vendor));
	memcpy(out->version, sbat.version, sizeof(out->version));
	if (s->level.len)
		sbat_level(part_of(bytes, len, s->level), out->level);
}

/* ---- GRUB ------------------------------------------------------------------ */

/* The modules begin with this, whose objects are its configuration and its prefix
 * beside the modules themselves (include/grub/kernel.h). */
#define GRUB_MODULES "mimg"
enum { GRUB_OBJECT_CONFIG = 2, GRUB_OBJECT_PREFIX = 3, GRUB_OBJECTS_MAX = 1024 };

static void
copy_text(struct rd *r, size_t len, char *out, size_t size)
{
	const uint8_t *v = rd_take(r, len);
	size_t n = len < size - 1 ? len : size - 1;

	if (!v)
		return;
	memcpy(out, v, n);
	out[n] = '\0';
}

/* Where the objects lie, of a machine of 64 bits or of 32 (struct grub_module_info32). */
static bool
module_header(const uint8_t *at, size_t len, uint64_t *offset, uint64_t *size)
{
	struct rd r = rd_open(at, len), wide = r;

	rd_take(&r, 4);
	*offset = rd_le32(&r);
	*size = rd_le32(&r);
	if (*offset != 0)
		return !r.bad && *offset >= 12 && *offset <= *size && *size <= len;
	rd_take(&wide, 8);
	*offset = rd_le32(&wide);
	if (rd_le32(&wide) != 0)
		return false;
	*size = rd_le32(&wide);
	return rd_le32(&wide) == 0 && !wide.bad && *offset >= 24 && *offset <= *size && *size <= len;
}

/* The objects behind a module header; false when it is none. */
static bool
read_modules(const uint8_t *at, size_t len, struct bootprog *out)
{
	struct rd r;
	uint64_t offset, size;
	bool found = false;

	if (!module_header(at, len, &offset, &size))
		return false;
	r = rd_open(at + offset, (size_t)(size - offset));
	for (int i = 0; i < GRUB_OBJECTS_MAX && rd_left(&r) >= 8; i++) {
		uint32_t type = rd_le32(&r), all = rd_le32(&r);
		struct rd body;

		if (all < 8)
			return found;
		body = rd_sub(&r, all - 8);
		if (body.bad)
			return found;
		if (type == GRUB_OBJECT_CONFIG) {
			copy_text(&body, all - 8, out->config, sizeof(out->config));
			out->has_config = found = true;
		} else if (type == GRUB_OBJECT_PREFIX) {
			copy_text(&body, all - 8, out->prefix, sizeof(out->prefix));
			found = true;
		}
	}
	return found;
}

static bool
find_modules(const uint8_t *bytes, size_t len, struct bootprog *out)
{
	const uint8_t *at = bytes, *end = bytes + len;

	while ((at = memmem(at, (size_t)(end - at), GRUB_MODULES, 4))) {
		if (read_modules(at, (size_t)(end - at), out))
			return true;
		at++;
	}
	return false;
}

/* ---- all of them ------------------------------------------------------------- */

/* DEFAULT_LOADER of shim's Make.defaults: grub and the machine's UEFI suffix. */
void
bootprog_shim_next(const char *machine, char out[64])
{
	const struct machine *m = machine_named(machine);

	snprintf(out, 64, "grub%s.efi", m && m->efi ? m->efi : "x64");
}

static bool
is_ipxe(const void *bytes, size_t len)
{
	/* The first is what stays readable in a compressed undionly.kpxe; newer builds say https. */
	return find_text(bytes, len, "PXE->EB:") || find_text(bytes, len, "://ipxe.org") ||
	    find_text(bytes, len, "iPXE initialising");
}

static enum bootprog_kind
efi_kind(const void *bytes, size_t len, const struct sections *s, struct bootprog *out)
{
	if (find_text(bytes, len, "UEFI SHIM"))
		return BOOTPROG_SHIM;
	if (find_modules(bytes, len, out) || s->mods)
		return BOOTPROG_GRUB;
	if (s->sdmagic)
		return BOOTPROG_SYSTEMD_BOOT;
	if (s->has_sbat && s->long_names > 1)
		return BOOTPROG_SHIM;
	if (find_text(bytes, len, "ldlinux.e64") || find_text(bytes, len, "ldlinux.e32"))
		return BOOTPROG_SYSLINUX_EFI;
	return is_ipxe(bytes, len) ? BOOTPROG_IPXE : BOOTPROG_OTHER;
}

/* A command's name stands whole in what registers it. */
static void
read_commands(const void *bytes, size_t len, struct bootprog *out)
{
	static const char *const loads[] = { "linux", "linux16", "linuxefi", "initrd", "initrd16", "initrdefi",
		"multiboot", "multiboot2", "module", "module2", "chainloader" };
	size_t at = 0;

	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
		if (!memmem(bytes, len, loads[i], strlen(loads[i]) + 1))
			at +=
			    (size_t)snprintf(out->lacks + at, sizeof(out->lacks) - at, "%s%s", at ? " " : "", loads[i]);
}

static void
read_grub(const void *bytes, size_t len, struct bootprog *out)
{
	out->network = find_text(bytes, len, "blksize") != NULL;
	out->http = find_text(bytes, len, "HTTP/1.1") != NULL;
	/* The lists that it reads at its start. */
	out->normal = find_text(bytes, len, "/command.lst") != NULL;
	out->fw_path = find_text(bytes, len, "fw_path") != NULL;
	read_commands(bytes, len, out);
}

/* What is not EFI alone: kernels, and programs that look like one. */
static enum bootprog_kind
other_kind(const void *bytes, size_t len, const struct image *image)
{
	static const struct {
		const char *text;
		enum bootprog_kind kind;
	} alike[] = {
		{ "wimboot v", BOOTPROG_WIMBOOT },
		{ "MEMDISK ", BOOTPROG_MEMDISK },
		{ "Memtest86", BOOTPROG_MEMTEST },
		{ "iPXE initialising", BOOTPROG_IPXE },
	};

	if (image->kind == IMAGE_IPXE_SCRIPT)
		return BOOTPROG_IPXE_SCRIPT;
	if (image->kind == IMAGE_LINUX) {
		for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
			if (find_text(bytes, len, alike[i].text))
				return alike[i].kind;
		return BOOTPROG_KERNEL;
	}
	/* A page or a menu may mention these programs and is none of them. */
	if (image->kind != IMAGE_BIOS && image->kind != IMAGE_UNKNOWN)
		return BOOTPROG_OTHER;
	if (find_text(bytes, len, "PXELINUX "))
		return find_text(bytes, len, " lwIP ") ? BOOTPROG_LPXELINUX : BOOTPROG_PXELINUX;
	return is_ipxe(bytes, len) ? BOOTPROG_IPXE : BOOTPROG_OTHER;
}

void
bootprog_identify(const void *bytes, size_t len, struct bootprog *out)
{
	static const char *const before[] = { [BOOTPROG_PXELINUX] = "PXELINUX ",
		[BOOTPROG_LPXELINUX] = "PXELINUX ",
		[BOOTPROG_SYSLINUX_EFI] = "Syslinux/",
		[BOOTPROG_SHIM] = "$Version: ",
		[BOOTPROG_SYSTEMD_BOOT] = "LoaderInfo: systemd-boot ",
		[BOOTPROG_WIMBOOT] = "wimboot v",
		[BOOTPROG_MEMDISK] = "MEMDISK ",
		[BOOTPROG_MEMTEST] = "Memtest86+ v",
		[BOOTPROG_KERNEL] = NULL };
	struct sections s;

	memset(out, 0, sizeof(*out));
	image_identify(bytes, len, &out->image);
	if (out->image.kind == IMAGE_EFI) {
		read_sections(bytes, len, &s);
		out->kind = efi_kind(bytes, len, &s, out);
		read_generations(bytes, len, &s, out);
	} else {
		out->kind = other_kind(bytes, len, &out->image);
	}
	if (out->kind == BOOTPROG_SHIM)
		bootprog_shim_next(out->image.arch ? out->image.arch : "", out->next);
	if (out->kind == BOOTPROG_GRUB)
		read_grub(bytes, len, out);
	if (out->kind == BOOTPROG_KERNEL)
		memcpy(out->version, out->image.version, sizeof(out->version));
	else if (before[out->kind])
		read_version(bytes, len, before[out->kind], out);
}

bool
bootprog_is_grub_core(const void *bytes, size_t len, struct bootprog *out)
{
	if (!find_modules(bytes, len, out))
		return false;
	out->kind = BOOTPROG_GRUB;
	read_grub(bytes, len, out);
	return true;
}

enum bootprog_kind
bootprog_by_name(const char *path)
{
	static const struct {
		const char *start;
		enum bootprog_kind kind;
	} names[] = {
		{ "shim", BOOTPROG_SHIM },
		{ "grub", BOOTPROG_GRUB },
		{ "gcd", BOOTPROG_GRUB },
		{ "mm", BOOTPROG_MOK_MANAGER },
		{ "MokManager", BOOTPROG_MOK_MANAGER },
		{ "fb", BOOTPROG_FALLBACK },
		{ "fallback", BOOTPROG_FALLBACK },
		{ "systemd-boot", BOOTPROG_SYSTEMD_BOOT },
		{ "ipxe", BOOTPROG_IPXE },
		{ "snponly", BOOTPROG_IPXE },
		{ "memtest", BOOTPROG_MEMTEST },
		{ "mt86", BOOTPROG_MEMTEST },
		{ "bootmgfw", BOOTPROG_WINDOWS },
		{ "bootmgr", BOOTPROG_WINDOWS },
	};
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncasecmp(name, names[i].start, strlen(names[i].start)) == 0)
			return names[i].kind;
	return BOOTPROG_OTHER;
}
