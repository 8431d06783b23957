/* PXELINUX: its second part, its prefix and the configuration that fits. */
#include <stdio.h>
#include <string.h>

#include "boot_loaders.h"
#include "boot_script.h"

struct pxelinux_boot {
	struct boot_script s; /* first: pxelinux_find is called with it */
	char prefix[URL_PATH];
	bool http; /* lpxelinux.0 */
};

/* Relative to the prefix, "/name" too (PXELINUX 5 and later); "::name" is
 * absolute, "server::name" on another one. */
static bool
pxelinux_find(struct boot_script *s, const char *name, struct url *out)
{
	const struct pxelinux_boot *p = (struct pxelinux_boot *)(void *)s;
	struct url u = s->a->program;
	const char *colons = strstr(name, "::");

	if (strstr(name, "://")) {
		if (p->http && url_parse(name, out))
			return true;
		finding_add(
		    &s->a->findings, FAULT_URI_UNFIT, "%s; plain pxelinux.0 has no HTTP, lpxelinux.0 does", name);
		return false;
	}
	if (colons) {
		if (colons > name)
			snprintf(u.host, sizeof(u.host), "%.*s", (int)(colons - name), name);
		snprintf(u.path, sizeof(u.path), "%s", colons + 2);
	} else if (strstr(p->prefix, "://")) {
		char text[URL_TEXT];

		snprintf(text, sizeof(text), "%.900s%.400s", p->prefix, name);
		return p->http && url_parse(text, out);
	} else if (snprintf(u.path, sizeof(u.path), "%s%s", p->prefix, name) >= (int)sizeof(u.path)) {
		return false;
	}
	*out = u;
	return true;
}

static bool
option_text(const struct dhcp_msg *m, uint8_t code, char *out, size_t size)
{
	size_t len;
	const uint8_t *v = dhcp_get(m, code, &len);

	if (!v || len == 0 || len >= size)
		return false;
	memcpy(out, v, len);
	out[len] = '\0';
	return true;
}

/* The configuration that it begins with. */
static bool
pxelinux_start(struct pxelinux_boot *p)
{
	static const uint8_t no_uuid[16];
	struct attempt *a = p->s.a;
	const struct dhcp_client *d = boot_lease(a);
	char name[256], full[300];
	bool broken = false;
	struct url u;
	/* A machine without a UUID is not asked for by one. */
	size_t i = memcmp(d->id.uuid, no_uuid, sizeof(no_uuid)) == 0;

	/* Option 209 replaces the search only when its file is there. */
	if (option_text(&d->ack, DHCP_PXELINUX_CONFIG, name, sizeof(name)) && pxelinux_find(&p->s, name, &u) &&
	    boot_script_config(&p->s, &u, &broken))
		return true;
	for (; !broken && script_pxelinux_config(i, d->id.mac, d->id.uuid, d->addr, name); i++) {
		snprintf(full, sizeof(full), "pxelinux.cfg/%s", name);
		if (pxelinux_find(&p->s, full, &u) && boot_script_config(&p->s, &u, &broken))
			return true;
	}
	if (!broken)
		finding_add(&a->findings, FAULT_CONFIG_MISSING, "no file in %spxelinux.cfg/ fits", p->prefix);
	return false;
}

enum boot_next
boot_pxelinux(struct attempt *a, const struct url *at, bool http)
{
	const struct dhcp_client *d = boot_lease(a);
	struct pxelinux_boot p = {
		.s = { .a = a, .reader = script_pxelinux(), .at = *at, .find = pxelinux_find, .forgiving = true },
		.http = http,
	};
	struct boot_file core = { .what = "file", .missing = FAULT_FILE_LOST, .keep = IMAGE_PEEK };
	enum boot_next next = BOOT_FAILS;
	struct url directory, u;
	struct fetched f;

	a->fetcher.tftp = &persona_tftp_pxelinux;
	a->fetcher.http = &persona_http_pxelinux;
	if (!d->last.siaddr && !strstr(d->boot.name, "://"))
		finding_add(&a->findings, FAULT_SIADDR_ZERO, "PXELINUX takes its server from there");
	url_directory(at, &directory);
	if (!option_text(&d->ack, DHCP_PXELINUX_PREFIX, p.prefix, sizeof(p.prefix))) {
		if (directory.scheme[0] == 't')
			snprintf(p.prefix, sizeof(p.prefix), "%s", directory.path);
		else
			snprintf(p.prefix, sizeof(p.prefix), "%s://%s%.700s", directory.scheme, directory.host,
			    directory.path);
	}
	/* PXELINUX 5 and later is in two parts. */
	if (p.s.reader && pxelinux_find(&p.s, "ldlinux.c32", &u)) {
		bool whole = boot_fetch(a, &core, &u, &f);

		fetch_free(&f);
		if (whole && pxelinux_start(&p))
			next = boot_script_run(&p.s);
	}
	script_free(p.s.reader);
	return next;
}
