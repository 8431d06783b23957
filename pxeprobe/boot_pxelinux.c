/* PXELINUX, and syslinux.efi: the second part, the prefix and the configuration that fits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot_loaders.h"
#include "boot_script.h"
#include "elf.h"

#define PXELINUX_LIBRARIES 32

struct pxelinux_boot {
	struct boot_script s; /* first: pxelinux_find is called with it */
	char prefix[URL_PATH];
	bool http;  /* lpxelinux.0, syslinux.efi */
	bool parts; /* PXELINUX 5 and later: in two parts, with libraries for its modules */
	char loaded[PXELINUX_LIBRARIES][ELF_NAME];
	size_t libraries;
};

/* A URL that every PXELINUX can follow (core/fs/pxe/pxe.c, url_schemes). */
static bool
is_tftp(const char *url)
{
	return strncmp(url, "tftp://", 7) == 0;
}

/* Relative to the prefix, "/name" too (PXELINUX 5 and later); "::name" is
 * absolute, "server::name" on another one. */
static bool
pxelinux_find(struct boot_script *s, const char *name, struct url *out)
{
	const struct pxelinux_boot *p = (struct pxelinux_boot *)(void *)s;
	struct url u = s->a->program;
	const char *colons = strstr(name, "::");

	if (strstr(name, "://")) {
		if ((p->http || is_tftp(name)) && url_parse(name, out))
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
		return (p->http || is_tftp(text)) && url_parse(text, out);
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

/* Has the library been loaded?  Notes that it is now. */
static bool
is_loaded(struct pxelinux_boot *p, const char *name)
{
	for (size_t i = 0; i < p->libraries; i++)
		if (strcmp(p->loaded[i], name) == 0)
			return true;
	if (p->libraries == PXELINUX_LIBRARIES)
		return true;
	snprintf(p->loaded[p->libraries++], ELF_NAME, "%s", name);
	return false;
}

/* Fetches a library of a module: where names are looked for, or beside the module. */
static bool
fetch_library(struct boot_script *s, const char *module, const char *name, struct fetched *out)
{
	struct boot_file file = { .what = "file", .missing = FAULT_NONE, .keep = BOOT_SCRIPT };
	const char *slash = strrchr(module, '/');
	char beside[URL_PATH];
	struct url u;

	if (!pxelinux_find(s, name, &u))
		return false;
	if (boot_fetch(s->a, &file, &u, out))
		return true;
	snprintf(beside, sizeof(beside), "%.*s%s", (int)(slash ? slash + 1 - module : 0), module, name);
	if (slash && out->not_there && pxelinux_find(s, beside, &u)) {
		fetch_free(out);
		return boot_fetch(s->a, &file, &u, out);
	}
	return false;
}

/* A module has come: it is for this PXELINUX, and the libraries are there that it names,
 * and those that they name. */
static bool
pxelinux_arrived(struct boot_script *s, const struct script_action *f, const struct fetched *got)
{
	struct pxelinux_boot *p = (struct pxelinux_boot *)(void *)s;
	char need[PXELINUX_LIBRARIES][ELF_NAME];
	size_t len = strlen(f->name), n, at = p->libraries;

	if (!p->parts || len < 4 || strcmp(f->name + len - 4, ".c32") != 0)
		return true;
	if (got->kept < 4 || memcmp(got->data, "\177ELF", 4) != 0) {
		finding_add(&s->a->findings, FAULT_FILE_DAMAGED, "%s is no module of this PXELINUX", got->final);
		return false;
	}
	n = elf_needs(got->data, got->kept, need, PXELINUX_LIBRARIES);
	for (size_t i = 0; i < n; i++)
		is_loaded(p, need[i]);
	for (; at < p->libraries; at++) {
		struct fetched library;
		bool ok = fetch_library(s, f->name, p->loaded[at], &library);

		n = ok ? elf_needs(library.data, library.kept, need, PXELINUX_LIBRARIES) : 0;
		for (size_t i = 0; i < n; i++)
			is_loaded(p, need[i]);
		if (!ok)
			finding_add(&s->a->findings, FAULT_FILE_LOST, "%.150s, which %.100s needs: %.60s",
			    library.final, f->name, library.why);
		fetch_free(&library);
		if (!ok)
			return false;
	}
	return true;
}

/* Its second part (core/elflink/load_env32.c, LDLINUX). */
static const char *
second_part(const struct bootprog *info)
{
	if (info->kind != BOOTPROG_SYSLINUX_EFI)
		return "ldlinux.c32";
	return info->image.arch && strcmp(info->image.arch, "efi-ia32") == 0 ? "ldlinux.e32" : "ldlinux.e64";
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
	snprintf(name, sizeof(name), "%s", a->pxelinux_config);
	if ((name[0] || option_text(&d->ack, DHCP_PXELINUX_CONFIG, name, sizeof(name))) &&
	    pxelinux_find(&p->s, name, &u) && boot_script_config(&p->s, &u, &broken))
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
boot_pxelinux(struct attempt *a, const struct url *at, const struct bootprog *info)
{
	const struct dhcp_client *d = boot_lease(a);
	struct pxelinux_boot p = {
		.s = { .a = a,
		    .reader = script_pxelinux(),
		    .at = *at,
		    .find = pxelinux_find,
		    .arrived = pxelinux_arrived,
		    .forgiving = true },
		.http = info->kind != BOOTPROG_PXELINUX,
		.parts = !info->version[0] || strtoul(info->version, NULL, 10) >= 5,
	};
	struct boot_file core = { .what = "file", .missing = FAULT_FILE_LOST, .keep = IMAGE_PEEK };
	enum boot_next next = BOOT_FAILS;
	struct url directory, u;
	struct fetched f;

	a->fetcher.tftp = &persona_tftp_pxelinux;
	a->fetcher.http = &persona_http_pxelinux;
	url_directory(at, &directory);
	snprintf(p.prefix, sizeof(p.prefix), "%s", a->pxelinux_prefix);
	if (!p.prefix[0] && !option_text(&d->ack, DHCP_PXELINUX_PREFIX, p.prefix, sizeof(p.prefix))) {
		if (directory.scheme[0] == 't')
			snprintf(p.prefix, sizeof(p.prefix), "%s", directory.path);
		else
			snprintf(p.prefix, sizeof(p.prefix), "%s://%s%.700s", directory.scheme, directory.host,
			    directory.path);
	}
	if (!p.parts && p.s.reader && pxelinux_start(&p))
		next = boot_script_run(&p.s);
	if (p.parts && p.s.reader && pxelinux_find(&p.s, second_part(info), &u)) {
		bool whole = boot_fetch(a, &core, &u, &f);

		fetch_free(&f);
		if (whole && pxelinux_start(&p))
			next = boot_script_run(&p.s);
	}
	script_free(p.s.reader);
	return next;
}
