#include <stdio.h>
#include <string.h>

#include "boot_script.h"

struct pxelinux_trail {
	struct boot_script t;
	char prefix[URL_PATH];
	bool http;
};

static void
pxelinux_trail_next(struct boot_script *t, struct script_action *out)
{
	pxelinux_next(t->reader, out);
}

static void
pxelinux_trail_result(struct boot_script *t, bool ok)
{
	pxelinux_result(t->reader, ok);
}

static bool
pxelinux_trail_push(struct boot_script *t, const struct url *at, const struct fetched *f)
{
	(void)at;
	return pxelinux_push(t->reader, (const char *)f->data, f->kept);
}

/* Relative to the prefix, "/name" too (PXELINUX 5 and later); "::name" is
 * absolute, "server::name" on another one. */
static bool
pxelinux_find(struct boot_script *t, const char *name, struct url *out)
{
	struct pxelinux_trail *p = (struct pxelinux_trail *)(void *)t;
	struct url u = t->w->program;
	const char *colons = strstr(name, "::");

	if (strstr(name, "://")) {
		if (p->http && url_parse(name, out))
			return true;
		finding_add(
		    &t->w->findings, FAULT_URI_UNFIT, "%s; plain pxelinux.0 has no HTTP, lpxelinux.0 does", name);
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

static bool
pxelinux_try(struct pxelinux_trail *p, const char *name, bool *broken)
{
	struct boot_file file = { .what = "config", .keep = BOOT_SCRIPT };
	struct attempt *w = p->t.w;
	struct fetched f;
	struct url u;
	bool ok;

	*broken = false;
	if (!pxelinux_find(&p->t, name, &u))
		return false;
	ok = boot_fetch(w, &file, &u, &f);
	if (ok) {
		p->t.at = u;
		pxelinux_push(p->t.reader, (const char *)f.data, f.kept);
	} else if (!f.not_there && f.fault != FAULT_HTTP_STATUS) {
		finding_add(&w->findings, f.fault, "%s: %s", f.final, f.why);
		*broken = true;
	}
	fetch_free(&f);
	return ok;
}

static bool
no_uuid(const uint8_t uuid[16])
{
	static const uint8_t none[16];

	return memcmp(uuid, none, sizeof(none)) == 0;
}

static bool
pxelinux_start(struct pxelinux_trail *p)
{
	struct attempt *w = p->t.w;
	const struct dhcp_client *d = boot_lease(w);
	char name[256], full[300];
	bool broken = false;

	/* Option 209 replaces the search only when its file is there. */
	if (option_text(&d->ack, DHCP_PXELINUX_CONFIG, name, sizeof(name)) && pxelinux_try(p, name, &broken))
		return true;
	/* A machine without a UUID is not asked for by one. */
	for (size_t i = no_uuid(d->id.uuid); !broken && pxelinux_config_name(i, d->id.mac, d->id.uuid, d->addr, name);
	     i++) {
		snprintf(full, sizeof(full), "pxelinux.cfg/%s", name);
		if (pxelinux_try(p, full, &broken))
			return true;
	}
	if (!broken)
		finding_add(&w->findings, FAULT_CONFIG_MISSING, "no file in %spxelinux.cfg/ fits", p->prefix);
	return false;
}

/* PXELINUX 5 and later is in two parts. */
static bool
pxelinux_core(struct pxelinux_trail *p)
{
	struct boot_file file = { .what = "file", .missing = FAULT_FILE_LOST, .keep = IMAGE_PEEK };
	struct fetched f;
	struct url u;
	bool ok;

	if (!pxelinux_find(&p->t, "ldlinux.c32", &u))
		return false;
	ok = boot_fetch(p->t.w, &file, &u, &f);
	fetch_free(&f);
	return ok;
}

bool
boot_pxelinux(struct attempt *w, const struct url *at, bool http)
{
	const struct dhcp_client *d = boot_lease(w);
	struct url folder;
	struct pxelinux_trail p = { .http = http,
		.t = { .w = w,
		    .at = *at,
		    .reader = pxelinux_new(),
		    .next = pxelinux_trail_next,
		    .result = pxelinux_trail_result,
		    .push = pxelinux_trail_push,
		    .find = pxelinux_find,
		    .forgiving = true } };
	bool boots = false;

	w->fetcher.tftp = &persona_tftp_pxelinux;
	w->fetcher.http = &persona_http_pxelinux;
	if (!d->last.siaddr && !strstr(d->boot.name, "://"))
		finding_add(&w->findings, FAULT_SIADDR_ZERO, "PXELINUX takes its server from there");
	url_folder(at, &folder);
	if (!option_text(&d->ack, DHCP_PXELINUX_PREFIX, p.prefix, sizeof(p.prefix))) {
		if (folder.scheme[0] == 't')
			snprintf(p.prefix, sizeof(p.prefix), "%s", folder.path);
		else
			snprintf(p.prefix, sizeof(p.prefix), "%s://%s%.700s", folder.scheme, folder.host, folder.path);
	}
	if (p.t.reader)
		boots = pxelinux_core(&p) && pxelinux_start(&p) && boot_follow(&p.t);
	pxelinux_free(p.t.reader);
	return boots;
}
