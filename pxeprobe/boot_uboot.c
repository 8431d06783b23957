/* U-Boot's standard boot on a network: its own script, then EFI. */
#include <stdio.h>

#include "boot_loaders.h"
#include "wire.h"

#define IMAGE_MAGIC 0x27051956 /* of what mkimage makes (include/image.h) */

enum boot_next
boot_uboot(struct attempt *a, uint32_t server)
{
	struct boot_file file = { .what = "script", .keep = IMAGE_PEEK };
	/* The name that it has itself and puts into its request; the name in the
	 * reply does not count. */
	const char *name = a->persona.dhcp->file;
	enum boot_next next = BOOT_ROUND;
	struct persona efi;
	struct fetched f;
	struct url u;
	struct rd r;

	if (!url_tftp(server, name, &u))
		return BOOT_FAILS;
	if (boot_fetch(a, &file, &u, &f)) {
		r = rd_open(f.data, f.data ? f.kept : 0);
		if (rd_u32(&r) == IMAGE_MAGIC && !r.bad) {
			next = boot_unknown(a, "runs %s, which arrives whole; what that does is not followed", name);
		} else {
			finding_warn(
			    &a->findings, FAULT_SCRIPT_ERROR, "%s was not made by mkimage; U-Boot skips it", name);
		}
	} else if (!f.not_there) {
		finding_fatal(&a->findings, f.fault, "%s: %s", f.final, f.why);
		next = BOOT_FAILS;
	}
	fetch_free(&f);
	if (next == BOOT_ROUND) {
		persona_become_efi(&a->persona, &efi);
		a->persona = efi;
	}
	return next;
}
