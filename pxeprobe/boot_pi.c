#include <stdio.h>

#include "boot_steps.h"

#define FOLDER 16 /* "01234567/" and its NUL */

/* The machine's own folder is its serial number, the end of its UUID. */
static void
serial_folder(const struct attempt *w, char out[FOLDER])
{
	const uint8_t *u = w->want->id.uuid;

	snprintf(out, FOLDER, "%02x%02x%02x%02x/", u[12], u[13], u[14], u[15]);
}

/* Asks for a file that need not be there; false also on a fault, which is
 * then among the findings. */
static bool
look(struct attempt *w, uint32_t server, const char *what, const char *name)
{
	struct boot_file file = { .what = what, .missing = FAULT_NONE };
	struct fetched f = { .keep = 0 };
	struct url u;
	bool ok;

	if (!url_tftp(server, name, &u))
		return false;
	ok = boot_fetch(w, &file, &u, &f);
	if (!ok && !f.not_there)
		finding_add(&w->findings, f.fault, "%s: %s", f.final, f.why);
	fetch_free(&f);
	return ok && !finding_error(&w->findings);
}

/* Its second stage, in its own folder or beside all others; models before the
 * Pi 4 without boot code of their own begin with bootcode.bin. */
static bool
find_firmware(struct attempt *w, uint32_t server, const char *own, const char **folder)
{
	static const char *const names[] = { "start4.elf", "start.elf", "bootcode.bin" };
	const char *const folders[] = { own, "" };
	char name[FOLDER + 16];

	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
			snprintf(name, sizeof(name), "%s%s", folders[i], names[k]);
			*folder = folders[i];
			if (look(w, server, "bootfile", name)) {
				snprintf(w->end, sizeof(w->end), "%s arrives whole; what it loads is up to config.txt",
				    name);
				return true;
			}
			if (finding_error(&w->findings))
				return false;
		}
	finding_add(&w->findings, FAULT_BOOTFILE_NOT_FOUND,
	    "neither start4.elf, start.elf nor bootcode.bin, in %s or beside it", own);
	return false;
}

bool
boot_pi(struct attempt *w, uint32_t server)
{
	static const char *const more[] = { "config.txt", "cmdline.txt" };
	char own[FOLDER], name[FOLDER + 16];
	const char *folder;

	serial_folder(w, own);
	if (!find_firmware(w, server, own, &folder))
		return false;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", folder, more[i]);
		look(w, server, "look", name);
	}
	return !finding_error(&w->findings);
}
