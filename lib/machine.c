#include "machine.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct machine machines[] = {
#include "machines.inc" /* made from machines.facts */
};
#define MACHINES (sizeof(machines) / sizeof(machines[0]))

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
	for (const char *p = m->also ? m->also : ""; *p; p += strcspn(p, ",") + (p[strcspn(p, ",")] == ','))
		if (strlen(word) == strcspn(p, ",") && strncasecmp(p, word, strlen(word)) == 0)
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
