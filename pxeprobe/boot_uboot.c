#include <stdio.h>

#include "boot_steps.h"
#include "wire.h"

#define IMAGE_MAGIC 0x27051956 /* of what mkimage makes (include/image.h) */

static bool
is_uboot_image(const struct fetched *f)
{
	struct rd r = rd_open(f->data, f->data ? f->kept : 0);

	return rd_u32(&r) == IMAGE_MAGIC && !r.bad;
}

/* Its own script, by the name that it has itself and put into its request;
 * the name in the reply does not count.  *over: no need to go on. */
static bool
own_script(struct attempt *w, uint32_t server, bool *over)
{
	struct boot_file file = { .what = "script", .keep = IMAGE_PEEK };
	const char *name = w->persona.dhcp->file;
	struct fetched f;
	struct url u;
	bool ok;

	*over = true;
	if (!url_tftp(server, name, &u))
		return false;
	ok = boot_fetch(w, &file, &u, &f);
	if (ok && is_uboot_image(&f)) {
		snprintf(w->end, sizeof(w->end),
		    "runs %s, which arrives whole; what that does cannot be seen from outside", name);
	} else if (ok) {
		finding_warn(
		    &w->findings, FAULT_SCRIPT_ERROR, "%s is not what mkimage makes; U-Boot passes it over", name);
		ok = *over = false;
	} else if (f.not_there) {
		*over = false;
	} else {
		finding_fatal(&w->findings, f.fault, "%s: %s", f.final, f.why);
	}
	fetch_free(&f);
	return ok;
}

bool
boot_uboot(struct attempt *w, uint32_t server)
{
	struct persona efi;
	bool over, boots = own_script(w, server, &over);

	if (over)
		return boots;
	persona_become_efi(&w->persona, &efi);
	w->persona = efi;
	return boot_round(w);
}
