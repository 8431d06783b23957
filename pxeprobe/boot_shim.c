/* shim loads GRUB, from where its own rules say. */
#include <stdio.h>
#include <string.h>

#include "boot_loaders.h"

/* The packet that shim reads (netboot.c, parseDhcp4): the lease's; where its header
 * names no file, the proxy's offer, then the reply of port 4011.  Option 67 does not
 * count. */
static const struct dhcp_msg *
shim_packet(const struct dhcp_client *d)
{
	const struct choice *c = &d->choice;
	const struct dhcp_msg *m = &d->ack;

	if (!m->file[0] && c->boot != c->lease && c->boot != OFFER_NOBODY)
		m = &d->offer[c->boot].msg;
	if (!m->file[0] && c->ask && d->last.file[0])
		m = &d->last;
	return m;
}

/* The directory of the header's file, with its '/'; "" where that is empty. */
static bool
shim_directory(struct attempt *a, struct url *u)
{
	const struct dhcp_msg *m = shim_packet(boot_lease(a));
	char file[sizeof(m->file) + 1];
	char *slash;

	if (!m->siaddr)
		finding_add(&a->findings, FAULT_SIADDR_ZERO, "shim takes its server from there");
	snprintf(file, sizeof(file), "%.*s", (int)sizeof(m->file), (const char *)m->file);
	slash = strrchr(file, '/');
	file[slash && !(m->overload & 1) ? slash + 1 - file : 0] = '\0';
	return url_tftp(m->siaddr, file, u) && m->siaddr;
}

enum boot_next
boot_shim(struct attempt *a, const struct url *at, const struct bootprog *info)
{
	/* What shim 15.7 and later looks for first. */
	static const char *const looks[] = { "revocations_sku.efi", "revocations_sbat.efi", "shim_certificate_0.efi" };
	bool tftp = at->scheme[0] == 't';
	struct url directory = *at, u;

	a->fetcher.tftp = &persona_tftp_shim;
	a->fetcher.http = &persona_http_shim;
	/* Over IPv6 it has a URL, which is all that names a server (netboot.c, extract_tftp_info). */
	if (!tftp || a->fetcher.six)
		url_directory(at, &directory);
	else if (!shim_directory(a, &directory))
		return BOOT_FAILS;
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
