#include "machine.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* One line per machine. */
/* clang-format off */
static const struct machine machines[] = {
	/* name           record     efi            grub           ipxe       uname          debian      uefi            pe */
	{ "bios",         NULL,      NULL,          "i386",        "i386",    NULL,          NULL,       NULL,           0 },
	{ "efi-x64",      "x86_64",  "x64",         "x86_64",      "x86_64",  "x86_64",      "amd64",    "efi-x64",      0x8664 },
	{ "efi-ia32",     "i386",    "ia32",        "i386",        "i386",    "i686",        "i386",     "efi-ia32",     0x014c },
	{ "efi-arm64",    "arm64",   "aa64",        "arm64",       "arm64",   "aarch64",     "arm64",    "efi-arm64",    0xaa64 },
	{ "efi-arm32",    "arm",     "arm",         "arm",         "arm32",   "armv7l",      "armhf",    "efi-arm32",    0x01c2 },
	{ "efi-riscv64",  "riscv64", "riscv64",     "riscv64",     "riscv64", "riscv64",     "riscv64",  "efi-riscv64",  0x5064 },
	{ "efi-riscv32",  NULL,      "riscv32",     "riscv32",     "riscv32", "riscv32",     NULL,       "efi-riscv32",  0x5032 },
	{ "efi-riscv128", NULL,      "riscv128",    NULL,          NULL,      "riscv128",    NULL,       "efi-riscv128", 0x5128 },
	{ "efi-loong64",  "loong64", "loongarch64", "loongarch64", "loong64", "loongarch64", "loong64",  "efi-loong64",  0x6264 },
	{ "efi-loong32",  NULL,      "loongarch32", NULL,          NULL,      "loongarch32", NULL,       "efi-loong32",  0x6232 },
	{ "efi-itanium",  NULL,      "ia64",        "ia64",        NULL,      "ia64",        "ia64",     "efi-itanium",  0x0200 },
	{ "efi-ebc",      NULL,      "ebc",         NULL,          NULL,      NULL,          NULL,       "efi-ebc",      0x0ebc },
	{ "efi-xscale",   NULL,      NULL,          NULL,          NULL,      NULL,          NULL,       "efi-xscale",   0 },
	{ "efi-mips32",   NULL,      NULL,          NULL,          NULL,      "mips",        NULL,       "efi-mips32",   0 },
	{ "efi-mips64",   NULL,      NULL,          NULL,          NULL,      "mips64",      "mips64el", "efi-mips64",   0 },
	{ "efi-sunway32", NULL,      NULL,          NULL,          NULL,      NULL,          NULL,       "efi-sunway32", 0 },
	{ "efi-sunway64", NULL,      NULL,          NULL,          NULL,      NULL,          NULL,       "efi-sunway64", 0 },
	{ "uboot-arm64",  NULL,      NULL,          NULL,          NULL,      "aarch64",     "arm64",    "efi-arm64",    0 },
	{ "uboot-arm32",  NULL,      NULL,          "arm",         NULL,      "armv7l",      "armhf",    "efi-arm32",    0 },
	{ "ppc-of",       "ppc64le", NULL,          "powerpc",     NULL,      "ppc64le",     "ppc64el",  NULL,           0 },
	{ "ppc-epapr",    NULL,      NULL,          NULL,          NULL,      "ppc",         "powerpc",  NULL,           0 },
	{ "ppc-opal",     NULL,      NULL,          NULL,          NULL,      "ppc64le",     "ppc64el",  NULL,           0 },
	{ "s390",         NULL,      NULL,          NULL,          NULL,      "s390",        NULL,       NULL,           0 },
	{ "s390x",        "s390x",   NULL,          NULL,          NULL,      "s390x",       "s390x",    NULL,           0 },
	{ "pc98",         NULL,      NULL,          NULL,          NULL,      NULL,          NULL,       NULL,           0 },
	{ "alpha",        NULL,      NULL,          NULL,          NULL,      "alpha",       "alpha",    NULL,           0 },
	{ "arc-x86",      NULL,      NULL,          NULL,          NULL,      NULL,          NULL,       NULL,           0 },
	{ "lean-client",  NULL,      NULL,          NULL,          NULL,      NULL,          NULL,       NULL,           0 },
	{ "rpi",          NULL,      NULL,          NULL,          NULL,      NULL,          NULL,       NULL,           0 },
};
/* clang-format on */
#define MACHINES (sizeof(machines) / sizeof(machines[0]))

/* More names in use. */
static const struct {
	const char *word, *name;
} aliases[] = {
	{ "x86-64", "efi-x64" },
	{ "386", "efi-ia32" },
	{ "i486", "efi-ia32" },
	{ "i586", "efi-ia32" },
	{ "armv7", "efi-arm32" },
};

const struct machine *
machine_named(const char *name)
{
	for (size_t i = 0; i < MACHINES; i++)
		if (strcmp(machines[i].name, name) == 0)
			return &machines[i];
	return NULL;
}

static bool
is_called(const struct machine *m, const char *word)
{
	const char *const column[] = { m->record, m->name, m->efi, m->ipxe, m->uname, m->debian };

	for (size_t i = 0; i < sizeof(column) / sizeof(column[0]); i++)
		if (column[i] && strcasecmp(column[i], word) == 0)
			return true;
	return false;
}

const struct machine *
machine_by_any_name(const char *word)
{
	if (!word)
		return NULL;
	for (size_t i = 0; i < MACHINES; i++)
		if (machines[i].record && is_called(&machines[i], word))
			return &machines[i];
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcasecmp(aliases[i].word, word) == 0)
			return machine_named(aliases[i].name);
	return NULL;
}

const struct machine *
machine_by_pe(uint16_t type)
{
	/* IMAGE_FILE_MACHINE_THUMB and _ARMNT are one machine to UEFI (2.10, 2.1.1). */
	if (type == 0x01c4)
		type = 0x01c2;
	for (size_t i = 0; type && i < MACHINES; i++)
		if (machines[i].pe == type)
			return &machines[i];
	return NULL;
}

/* The machine that one of the parts of a word names: "live-amd64", "kernel-aarch64". */
static const struct machine *
in_word(const char *word, size_t len)
{
	char part[64];

	for (size_t at = 0; at < len;) {
		size_t n = strcspn(word + at, "-");
		const struct machine *m;

		n = n < len - at ? n : len - at;
		snprintf(part, sizeof(part), "%.*s", (int)(n < sizeof(part) ? n : 0), word + at);
		m = machine_by_any_name(part);
		if (m)
			return m;
		at += n + 1;
	}
	return NULL;
}

const struct machine *
machine_in_text(const char *text)
{
	char word[64];

	/* where Debian's multi-architecture images have their installer */
	if (strncmp(text, "install.amd/", strlen("install.amd/")) == 0)
		return machine_by_any_name("amd64");
	for (size_t n; *text; text += n + (text[n] != '\0')) {
		const struct machine *m;

		n = strcspn(text, "/. \t,;:()[]\"'");
		snprintf(word, sizeof(word), "%.*s", (int)(n < sizeof(word) ? n : 0), text);
		m = machine_by_any_name(word);
		if (!m)
			m = in_word(text, n);
		if (m)
			return m;
	}
	return NULL;
}

bool
machine_is_efi(const struct machine *m)
{
	return m->uefi && strcmp(m->uefi, m->name) == 0;
}

const char *
machine_grub_platform(const struct machine *m)
{
	if (!m->grub)
		return "";
	if (machine_is_efi(m))
		return "efi";
	if (m->uefi)
		return "uboot";
	return m->record ? "ieee1275" : "pc";
}

const char *
machine_ipxe_platform(const struct machine *m)
{
	return machine_is_efi(m) ? "efi" : "pcbios";
}
