/* shim loads GRUB, from where its own rules say. */
#include <stdio.h>

#include "boot_loaders.h"

enum boot_next
boot_shim(struct attempt *a, const struct url *at, const struct bootprog *info)
{
	/* What shim 15.7 and later looks for first. */
	static const char *const looks[] = { "revocations_sku.efi", "revocations_sbat.efi", "shim_certificate_0.efi" };
	bool tftp = at->scheme[0] == 't';
	struct url directory = *at, u;

	a->fetcher.tftp = &persona_tftp_shim;
	a->fetcher.http = &persona_http_shim;
	if (tftp) {
		/* netboot.c, parseDhcp4: the header's fields alone.  The directory
		 * that shim came from does not count. */
		if (!boot_lease(a)->last.siaddr)
			finding_add(&a->findings, FAULT_SIADDR_ZERO, "shim takes its server from there");
		directory.path[0] = '\0';
	} else {
		url_directory(at, &directory);
	}
	u = directory;
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		snprintf(u.path, sizeof(u.path), "%.900s%s", directory.path, looks[i]);
		if (!boot_look(a, &u))
			break;
	}
	/* Its name there is "\\grubx64.efi", hence the second '/'; the others have none. */
	snprintf(u.path, sizeof(u.path), "%.900s%s%s", directory.path, tftp ? "" : "/", info->next);
	return boot_load(a, &u, "second");
}
