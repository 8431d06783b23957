/* What a Raspberry Pi's boot ROM and EEPROM ask for. */
#include <stdio.h>
#include <string.h>

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
				snprintf(a->end, sizeof(a->end), "%s arrives whole", name);
				return directories[i];
			}
			if (finding_error(&a->findings))
				return NULL;
		}
	finding_add(&a->findings, FAULT_BOOTFILE_NOT_FOUND,
	    "neither start4.elf, start.elf nor bootcode.bin, in %s or beside it", own);
	return NULL;
}

/* The kernel: the one that config.txt names, or those that the firmware tries, the
 * latest models' first. */
static bool
find_kernel(struct attempt *a, uint32_t server, const char *directory, const char *config)
{
	static const char *const names[] = { "kernel_2712.img", "kernel8.img", "kernel7l.img", "kernel7.img",
		"kernel.img" };
	char name[2 * PI_DIRECTORY + 64], own[64] = "";
	const char *line = config;

	for (; line && *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, "kernel=", 7) == 0)
			snprintf(own, sizeof(own), "%.*s", (int)strcspn(line + 7, " \r\n"), line + 7);
	for (size_t i = 0; i < (own[0] ? 1 : sizeof(names) / sizeof(names[0])); i++) {
		snprintf(name, sizeof(name), "%s%s", directory, own[0] ? own : names[i]);
		if (pi_look(a, server, "kernel", name)) {
			a->kernels++;
			snprintf(a->end + strlen(a->end), sizeof(a->end) - strlen(a->end), ", and so does %s", name);
			return true;
		}
		if (finding_error(&a->findings))
			return false;
	}
	return false;
}

enum boot_next
boot_pi(struct attempt *a, uint32_t server)
{
	struct boot_file file = { .what = "look", .missing = FAULT_NONE, .keep = 65536 };
	const uint8_t *uuid = a->id.uuid;
	char own[PI_DIRECTORY], name[PI_DIRECTORY + 16], end[FINDING_TEXT];
	enum boot_next next = BOOT_FAILS;
	const char *directory;
	struct fetched f = { .kept = 0 };
	struct url u;

	/* Its own directory is its serial number, the end of its UUID. */
	snprintf(own, sizeof(own), "%02x%02x%02x%02x/", uuid[12], uuid[13], uuid[14], uuid[15]);
	directory = find_firmware(a, server, own);
	if (!directory)
		return BOOT_FAILS;
	snprintf(name, sizeof(name), "%sconfig.txt", directory);
	if (url_tftp(server, name, &u) && !boot_fetch(a, &file, &u, &f) && !f.not_there)
		finding_add(&a->findings, f.fault, "%s: %s", f.final, f.why);
	snprintf(name, sizeof(name), "%scmdline.txt", directory);
	if (!finding_error(&a->findings))
		pi_look(a, server, "look", name);
	if (!finding_error(&a->findings) && find_kernel(a, server, directory, (const char *)f.data))
		next = BOOT_DONE;
	fetch_free(&f);
	if (next == BOOT_DONE || finding_error(&a->findings))
		return next;
	snprintf(end, sizeof(end), "%s", a->end);
	return boot_unknown(a, "%.200s; no kernel is where it looks by itself", end);
}
