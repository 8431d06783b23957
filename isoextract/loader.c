#include "loader.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "wire.h"

/* PE/COFF: where the header is, and the sizes before the section table
 * (Microsoft, "PE Format"). */
enum { PE_POINTER = 0x3c, PE_SECTION = 40, PE_SECTION_NAME = 8, PE_SECTIONS_MAX = 96 };

/* Names over 8 bytes stand elsewhere, as "/NUMBER" here.  shim has several
 * (.vendor_cert, .sbatlevel), its companions just .eh_frame. */
struct sections {
	bool mods, sdmagic, sbat;
	unsigned long_names;
};

static bool
is_named(const uint8_t *p, const char *name)
{
	return strncmp((const char *)p, name, PE_SECTION_NAME) == 0;
}

static void
look(const uint8_t *p, struct sections *s)
{
	s->mods |= is_named(p, "mods");
	s->sdmagic |= is_named(p, ".sdmagic");
	s->sbat |= is_named(p, ".sbat");
	s->long_names += p[0] == '/';
}

/* A cursor at the section table, and how many entries it has. */
static struct rd
section_table(const void *bytes, size_t len, unsigned *n)
{
	struct rd r = rd_open(bytes, len);
	uint16_t optional;
	uint32_t at;

	rd_take(&r, PE_POINTER);
	at = rd_le32(&r);
	r = rd_open(bytes, len);
	rd_take(&r, at);
	rd_take(&r, 6); /* PE\0\0, machine */
	*n = rd_le16(&r);
	rd_take(&r, 12);
	optional = rd_le16(&r);
	rd_take(&r, 2);
	rd_take(&r, optional);
	return r;
}

const char *
loader_by_sections(const void *bytes, size_t len)
{
	struct sections s = { 0 };
	unsigned n;
	struct rd r = section_table(bytes, len, &n);

	for (unsigned i = 0; i < n && i < PE_SECTIONS_MAX; i++) {
		struct rd entry = rd_sub(&r, PE_SECTION);
		const uint8_t *name = rd_take(&entry, PE_SECTION_NAME);

		if (!name)
			return NULL;
		look(name, &s);
	}
	if (s.sdmagic)
		return "systemd-boot";
	if (s.mods)
		return "grub";
	return s.sbat && s.long_names > 1 ? "shim" : NULL;
}

const char *
loader_by_name(const char *path)
{
	static const struct {
		const char *start, *kind;
	} names[] = { { "shim", "shim" }, { "grub", "grub" }, { "gcd", "grub" }, { "mm", "mok" },
		{ "MokManager", "mok" }, { "fb", "fallback" }, { "fallback", "fallback" },
		{ "systemd-boot", "systemd-boot" }, { "ipxe", "ipxe" }, { "snponly", "ipxe" }, { "memtest", "memtest" },
		{ "mt86", "memtest" }, { "bootmgfw", "windows" }, { "bootmgr", "windows" } };
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncasecmp(name, names[i].start, strlen(names[i].start)) == 0)
			return names[i].kind;
	return NULL;
}
