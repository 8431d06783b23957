/* What a Raspberry Pi's boot ROM and EEPROM ask for. */
#include <stdio.h>

#include "boot_loaders.h"

#define PI_DIRECTORY 16 /* "01234567/" and its NUL */

/* Asks for a file that need not be there; false also on a fault, which is
 * then among the findings. */
static bool
pi_look(struct attempt *a, uint32_t server, const char *what, const char *name)
{
	struct boot_file file = { .what = what, .missing = FAULT_NONE };
	struct fetched f;
	struct url u;
	bool ok;

	if (!url_tftp(server, name, &u))
		return false;
	ok = boot_fetch(a, &file, &u, &f);
	if (!ok && !f.not_there)
		finding_add(&a->findings, f.fault, "%s: %s", f.final, f.why);
	fetch_free(&f);
	return ok && !finding_error(&a->findings);
}

/* The second stage, in the machine's own directory or beside all others; models
 * before the Pi 4 without boot code of their own begin with bootcode.bin.  The
 * directory that it is in; NULL when there is none. */
static const char *
find_firmware(struct attempt *a, uint32_t server, const char *own)
{
	static const char *const names[] = { "start4.elf", "start.elf", "bootcode.bin" };
	const char *const directories[] = { own, "" };
	char name[PI_DIRECTORY + 16];

	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
			snprintf(name, sizeof(name), "%s%s", directories[i], names[k]);
			if (pi_look(a, server, "bootfile", name)) {
				snprintf(a->end, sizeof(a->end), "%s arrives whole; what it loads is up to config.txt",
				    name);
				return directories[i];
			}
			if (finding_error(&a->findings))
				return NULL;
		}
	finding_add(&a->findings, FAULT_BOOTFILE_NOT_FOUND,
	    "neither start4.elf, start.elf nor bootcode.bin, in %s or beside it", own);
	return NULL;
}

enum boot_next
boot_pi(struct attempt *a, uint32_t server)
{
	static const char *const more[] = { "config.txt", "cmdline.txt" };
	const uint8_t *uuid = a->id.uuid;
	char own[PI_DIRECTORY], name[PI_DIRECTORY + 16];
	const char *directory;

	/* Its own directory is its serial number, the end of its UUID. */
	snprintf(own, sizeof(own), "%02x%02x%02x%02x/", uuid[12], uuid[13], uuid[14], uuid[15]);
	directory = find_firmware(a, server, own);
	if (!directory)
		return BOOT_FAILS;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", directory, more[i]);
		pi_look(a, server, "look", name);
	}
	return finding_error(&a->findings) ? BOOT_FAILS : BOOT_DONE;
}
