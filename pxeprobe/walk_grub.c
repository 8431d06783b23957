#include <stdio.h>
#include <string.h>

#include "num.h"
#include "trail.h"

static void
grub_trail_next(struct trail *t, struct follow *out)
{
	grub_next(t->reader, out);
}

static void
grub_trail_result(struct trail *t, bool ok)
{
	grub_result(t->reader, ok);
}

static bool
grub_trail_push(struct trail *t, const struct url *at, const struct fetched *f)
{
	t->at = *at;
	return grub_push(t->reader, (const char *)f->data, f->kept, grub_replaces(t->reader));
}

/* "(tftp,10.0.0.1)/name", "(http)/name"; a bare device is the boot server. */
static bool
grub_find(struct trail *t, const char *name, struct url *out)
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

static void
grub_settings(struct walk *w, struct grub *g, const char *device, const char *prefix)
{
	const struct dialog *d = walk_lease(w);
	const char *machine = w->persona.machine;
	char text[NUM_UUID_TEXT], path[400];

	grub_set(g, "root", device);
	snprintf(path, sizeof(path), "%s%s%s%s", prefix[0] == '(' ? "" : "(",
	    prefix[0] == '(' ? "" : device, prefix[0] == '(' ? "" : ")", prefix);
	grub_set(g, "prefix", path);
	snprintf(path, sizeof(path), "(%s)", device);
	grub_set(g, "cmdpath", path);
	grub_set(g, "net_default_mac", num_mac_text(d->id.mac, ':', text));
	grub_set(g, "net_default_ip", num_ip4_text(d->addr, text));
	grub_set(g, "net_default_server", w->program.host);
	grub_set(g, "pxe_default_server", w->program.host);
	grub_set(g, "net_efinet0_mac", num_mac_text(d->id.mac, ':', text));
	grub_set(g, "grub_cpu", strcmp(machine, "efi-arm64") == 0 ? "arm64" :
	    strcmp(machine, "efi-ia32") == 0 ? "i386" : "x86_64");
	grub_set(g, "grub_platform", "efi");
	grub_set(g, "feature_default_font_path", "y");
}

/* The text that GRUB starts with: its embedded one, or grub.cfg. */
static bool
grub_start(struct walk *w, struct trail *t, const struct loader_info *info, const char *prefix)
{
	const struct dialog *d = walk_lease(w);
	struct walk_file file = { .what = "config", .keep = WALK_SCRIPT };
	char name[64], path[URL_PATH];
	struct fetched f;
	struct url u;

	/* "normal (memdisk)/grub.cfg": Debian's; it looks in the module folder,
	 * then beside it. */
	bool memdisk = strstr(info->config, "(memdisk)") != NULL;

	if (info->has_config && !memdisk)
		return grub_push(t->reader, info->config, strlen(info->config), false);
	for (size_t i = 0;; i++) {
		if (memdisk && i == 0)
			snprintf(name, sizeof(name), "%s-efi/grub.cfg",
			    strcmp(w->persona.machine, "efi-arm64") == 0 ? "arm64" : "x86_64");
		else if (memdisk ? i > 1 : !grub_config_name(i, d->id.mac, d->addr, name))
			break;
		else if (memdisk)
			snprintf(name, sizeof(name), "grub.cfg");
		snprintf(path, sizeof(path), "%s/%s", prefix, name);
		if (!grub_find(t, path, &u))
			continue;
		if (walk_fetch(w, &file, &u, &f)) {
			bool ok = grub_trail_push(t, &u, &f);

			fetch_free(&f);
			return ok;
		}
		fetch_free(&f);
		if (!f.not_there && f.fault != FAULT_HTTP_STATUS) {
			finding_add(&w->findings, f.fault, "%s: %s", f.final, f.why);
			return false;
		}
	}
	finding_add(&w->findings, FAULT_CONFIG_MISSING, "GRUB looks in %s", prefix);
	return false;
}

bool
walk_grub(struct walk *w, const struct url *at, const struct loader_info *info)
{
	struct grub *g = grub_new();
	struct trail t = { .w = w, .at = *at, .reader = g, .next = grub_trail_next,
	    .result = grub_trail_result, .push = grub_trail_push, .find = grub_find,
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
	snprintf(prefix, sizeof(prefix), "%s%s%s%s", info->prefix[0] == '(' ? "" : "(",
	    info->prefix[0] == '(' ? "" : device, info->prefix[0] == '(' ? "" : ")", info->prefix);
	if (g) {
		grub_settings(w, g, device, info->prefix);
		boots = grub_start(w, &t, info, prefix) && walk_follow(&t);
	}
	grub_free(g);
	return boots;
}

bool
walk_shim(struct walk *w, const struct url *at, const struct loader_info *info)
{
	const struct dialog *d = walk_lease(w);
	struct url u;

	w->fetcher.tftp = &persona_tftp_shim;
	w->fetcher.http = &persona_http_shim;
	if (at->scheme[0] == 't') {
		/* netboot.c, parseDhcp4: the header's fields alone. */
		if (!d->last.siaddr)
			finding_add(&w->findings, FAULT_SIADDR_ZERO, "shim takes its server from there");
		u = *at;
		snprintf(u.path, sizeof(u.path), "%s", info->next);
	} else if (!url_join(at, info->next, &u)) {
		return false;
	}
	return walk_program(w, &u, "second");
}
