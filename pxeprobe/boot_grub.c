#include <stdio.h>
#include <string.h>

#include "num.h"
#include "boot_script.h"

static void
grub_trail_next(struct boot_script *t, struct script_action *out)
{
	grub_next(t->reader, out);
}

static void
grub_trail_result(struct boot_script *t, bool ok)
{
	grub_result(t->reader, ok);
}

static bool
grub_trail_push(struct boot_script *t, const struct url *at, const struct fetched *f)
{
	t->at = *at;
	return grub_push(t->reader, (const char *)f->data, f->kept, grub_replaces(t->reader));
}

/* "(tftp,10.0.0.1)/name", "(http)/name"; a bare device is the boot server. */
static bool
grub_find(struct boot_script *t, const char *name, struct url *out)
{
	struct url u = { .port = 0 };
	size_t scheme, host;
	const char *path;

	if (name[0] != '(')
		return url_join(&t->at, name, out);
	scheme = strcspn(name + 1, ",)");
	path = strchr(name, ')');
	if (!path || scheme >= sizeof(u.scheme) || path[1] != '/')
		return false;
	snprintf(u.scheme, sizeof(u.scheme), "%.*s", (int)scheme, name + 1);
	if (strcmp(u.scheme, "pxe") == 0)
		memcpy(u.scheme, "tftp", 5);
	if (strcmp(u.scheme, "tftp") != 0 && strcmp(u.scheme, "http") != 0)
		return false;
	host = name[1 + scheme] == ',' ? (size_t)(path - name) - scheme - 2 : 0;
	if (host >= sizeof(u.host))
		return false;
	if (host) {
		char text[URL_TEXT];

		snprintf(text, sizeof(text), "%s://%.*s%s", u.scheme, (int)host, name + scheme + 2, path + 1);
		if (!url_parse(text, out))
			return false;
		/* GRUB asks for the name with its '/'. */
		if (u.scheme[0] == 't')
			snprintf(out->path, sizeof(out->path), "%s", path + 1);
		return true;
	}
	memcpy(u.host, t->w->program.host, sizeof(u.host));
	snprintf(u.path, sizeof(u.path), "%s", path + 1);
	*out = u;
	return true;
}

/* What GRUB knows from DHCP, the firmware's or its own. */
static void
grub_net_settings(struct attempt *w, struct grub *g)
{
	const struct dhcp_client *d = boot_lease(w);
	char text[NUM_UUID_TEXT];

	grub_set(g, "net_default_mac", num_mac_text(d->id.mac, ':', text));
	grub_set(g, "net_efinet0_mac", num_mac_text(d->id.mac, ':', text));
	grub_set(g, "net_default_ip", num_ip4_text(d->addr, text));
	grub_set(g, "net_default_server", w->program.host);
	grub_set(g, "pxe_default_server", w->program.host);
}

static const char *
grub_cpu(const char *machine)
{
	return strcmp(machine, "efi-arm64") == 0                             ? "arm64" :
	    strcmp(machine, "efi-arm32") == 0                                ? "arm" :
	    strcmp(machine, "efi-riscv64") == 0                              ? "riscv64" :
	    strcmp(machine, "efi-ia32") == 0 || strcmp(machine, "bios") == 0 ? "i386" :
	                                                                       "x86_64";
}

static const char *
grub_platform(const char *machine)
{
	return strncmp(machine, "efi-", 4) == 0 ? "efi" : "pc";
}

static void
grub_settings(struct attempt *w, struct grub *g, const char *device, const char *prefix)
{
	char path[400];

	grub_set(g, "root", device);
	grub_set(g, "prefix", prefix);
	snprintf(path, sizeof(path), "(%s)", device);
	grub_set(g, "cmdpath", path);
	grub_net_settings(w, g);
	grub_set(g, "grub_cpu", grub_cpu(w->persona.machine));
	grub_set(g, "grub_platform", grub_platform(w->persona.machine));
	grub_set(g, "feature_default_font_path", "y");
}

/* net_bootp: asks as GRUB does, which says nothing of PXE. */
static bool
grub_dhcp(struct boot_script *t)
{
	struct attempt *w = t->w;
	struct persona before = w->persona;
	bool ok;

	persona_become_grub(&before, &w->persona);
	ok = boot_dhcp(w);
	w->persona = before;
	w->fetcher.tftp = &persona_tftp_grub;
	w->fetcher.http = &persona_http_grub;
	if (ok)
		grub_net_settings(w, t->reader);
	return ok;
}

/* One name for the configuration; *broken: no use in trying another. */
static bool
try_config(struct boot_script *t, const char *prefix, const char *name, bool *broken)
{
	struct boot_file file = { .what = "config", .keep = BOOT_SCRIPT };
	struct attempt *w = t->w;
	char path[URL_PATH];
	struct fetched f;
	struct url u;
	bool ok;

	*broken = false;
	snprintf(path, sizeof(path), "%s/%s", prefix, name);
	if (!grub_find(t, path, &u))
		return false;
	ok = boot_fetch(w, &file, &u, &f);
	if (ok) {
		ok = grub_trail_push(t, &u, &f);
	} else if (!f.not_there && f.fault != FAULT_HTTP_STATUS) {
		finding_fatal(&w->findings, f.fault, "%s: %s", f.final, f.why);
		*broken = true;
	}
	fetch_free(&f);
	return ok;
}

/* The lists of modules that "normal" reads; that they are missing is no harm. */
static void
read_lists(struct boot_script *t, const char *prefix)
{
	static const char *const lists[] = { "command", "fs", "crypto", "terminal" };
	const char *machine = t->w->persona.machine;
	char path[URL_PATH];
	struct url u;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		snprintf(
		    path, sizeof(path), "%s/%s-%s/%s.lst", prefix, grub_cpu(machine), grub_platform(machine), lists[i]);
		if (!grub_find(t, path, &u) || !boot_look(t->w, &u))
			return;
	}
}

/* The text that GRUB starts with: its embedded one, or grub.cfg. */
static bool
grub_start(struct boot_script *t, const struct loader_info *info, const char *prefix)
{
	const struct dhcp_client *d = boot_lease(t->w);
	bool broken = false;
	char name[64];

	/* "normal (memdisk)/grub.cfg": Debian's, which sources $prefix/grub.cfg
	 * and nothing else on a network. */
	bool memdisk = strstr(info->config, "(memdisk)") != NULL;

	if (info->has_config && !memdisk)
		return grub_push(t->reader, info->config, strlen(info->config), false);
	read_lists(t, prefix);
	if (memdisk && try_config(t, prefix, "grub.cfg", &broken))
		return true;
	for (size_t i = 0; !memdisk && !broken && grub_config_name(i, d->id.mac, d->addr, name); i++)
		if (try_config(t, prefix, name, &broken))
			return true;
	if (!broken)
		finding_add(&t->w->findings, FAULT_CONFIG_MISSING, "GRUB looks in %s", prefix);
	return false;
}

bool
boot_grub(struct attempt *w, const struct url *at, const struct loader_info *info)
{
	struct grub *g = grub_new();
	struct boot_script t = { .w = w,
		.at = *at,
		.reader = g,
		.next = grub_trail_next,
		.result = grub_trail_result,
		.push = grub_trail_push,
		.find = grub_find,
		.dhcp = grub_dhcp,
		.forgiving = true };
	char device[URL_HOST + 8], prefix[URL_HOST + 160];
	bool boots = false, http = at->scheme[0] == 'h';

	if (http && (!info->has_config || strstr(info->config, "(memdisk)"))) {
		finding_add(&w->findings, FAULT_GRUB_NO_NETWORK, "%s", at->path);
		grub_free(g);
		return false;
	}
	w->fetcher.tftp = &persona_tftp_grub;
	w->fetcher.http = &persona_http_grub;
	snprintf(device, sizeof(device), "%s,%s", http ? "http" : "tftp", at->host);
	if (info->prefix[0] == '(')
		snprintf(prefix, sizeof(prefix), "%s", info->prefix);
	else
		snprintf(prefix, sizeof(prefix), "(%s)%s", device, info->prefix);
	if (g) {
		grub_settings(w, g, device, prefix);
		boots = grub_start(&t, info, prefix) && boot_follow(&t);
	}
	grub_free(g);
	return boots;
}

/* What shim 15.7 and later looks for first. */
static void
shim_looks(struct attempt *w, const struct url *folder)
{
	static const char *const names[] = { "revocations_sku.efi", "revocations_sbat.efi", "shim_certificate_0.efi" };
	struct url u = *folder;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(u.path, sizeof(u.path), "%.900s%s", folder->path, names[i]);
		if (!boot_look(w, &u))
			return;
	}
}

bool
boot_shim(struct attempt *w, const struct url *at, const struct loader_info *info)
{
	const struct dhcp_client *d = boot_lease(w);
	struct url folder, u;

	w->fetcher.tftp = &persona_tftp_shim;
	w->fetcher.http = &persona_http_shim;
	folder = *at;
	if (at->scheme[0] == 't') {
		/* netboot.c, parseDhcp4: the header's fields alone.  The folder that
		 * shim came from does not count. */
		if (!d->last.siaddr)
			finding_add(&w->findings, FAULT_SIADDR_ZERO, "shim takes its server from there");
		folder.path[0] = '\0';
	} else {
		url_folder(at, &folder);
	}
	shim_looks(w, &folder);
	u = folder;
	/* Its name there is "\\grubx64.efi", hence the second '/'; the others have none. */
	snprintf(u.path, sizeof(u.path), "%.900s%s%s", folder.path, at->scheme[0] == 't' ? "" : "/", info->next);
	return boot_program(w, &u, "second");
}
