/* GRUB: its settings, its names and the configuration that it begins with. */
#include <stdio.h>
#include <string.h>

#include "boot_loaders.h"
#include "boot_script.h"
#include "machine.h"
#include "num.h"

struct grub_boot {
	struct boot_script s; /* first: its functions are called with it */
	const struct bootprog *info;
	char prefix[URL_HOST + 160];
	bool asked_http, no_http; /* looked for its module; it has none */
};

/* "(tftp,10.0.0.1)/name", "(http)/name"; a bare device is the boot server. */
static bool
grub_url(struct boot_script *s, const char *name, struct url *out)
{
	struct url u = { .port = 0 };
	size_t scheme, host;
	const char *path;

	/* Relative to what the server serves, not to the text that names it. */
	if (name[0] != '(') {
		u = s->a->program;
		snprintf(u.path, sizeof(u.path), "%s%.1000s", u.scheme[0] == 'h' && name[0] != '/' ? "/" : "", name);
		*out = u;
		return true;
	}
	scheme = strcspn(name + 1, ",)");
	path = strchr(name, ')');
	if (!path || scheme >= sizeof(u.scheme) || !path[1])
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
	memcpy(u.host, s->a->program.host, sizeof(u.host));
	snprintf(u.path, sizeof(u.path), "%s", path + 1);
	*out = u;
	return true;
}

/* "(tftp,10.0.0.1)/grub/x86_64-efi/normal.mod" */
static bool
grub_module_file(struct boot_script *s, const char *prefix, const char *name, struct url *u)
{
	const struct machine *m = machine_named(s->a->persona.machine);
	char path[URL_PATH];

	snprintf(path, sizeof(path), "%s/%s-%s/%s", prefix, m->grub ? m->grub : "", machine_grub_platform(m), name);
	return grub_url(s, path, u);
}

/* A file over HTTP needs the protocol: in the program, or as a module beside its own
 * (grub_net_open_real). */
static bool
grub_speaks_http(struct grub_boot *g)
{
	struct boot_file file = { .what = "look", .missing = FAULT_NONE };
	struct fetched f;
	struct url u;

	if (!g->info->http && !g->asked_http) {
		g->asked_http = g->no_http = true;
		if (grub_module_file(&g->s, g->prefix, "http.mod", &u) && u.scheme[0] == 't') {
			g->no_http = !boot_fetch(g->s.a, &file, &u, &f);
			fetch_free(&f);
		}
	}
	return !g->no_http;
}

static bool
grub_find(struct boot_script *s, const char *name, struct url *out)
{
	struct grub_boot *g = (struct grub_boot *)(void *)s;

	if (!grub_url(s, name, out))
		return false;
	if (out->scheme[0] != 'h' || s->a->program.scheme[0] == 'h' || grub_speaks_http(g))
		return true;
	s->unfit = FAULT_GRUB_WITHOUT_HTTP;
	snprintf(s->evidence, sizeof(s->evidence), "%.140s, and no http.mod in %.140s", name, g->prefix);
	return false;
}

/* "net_pxe_hostname": set where the answer has it (grub_net_configure_by_dhcp_ack). */
static void
grub_card_setting(struct script *g, const char *card, const char *what, const char *value)
{
	char name[64];

	snprintf(name, sizeof(name), "net_%s_%s", card, what);
	if (value && value[0])
		script_set(g, name, value);
}

static void
grub_card_settings(const struct dhcp_client *d, struct script *g, const char *card)
{
	static const struct {
		uint8_t code;
		const char *name;
	} texts[] = { { DHCP_HOSTNAME, "hostname" }, { DHCP_DOMAIN, "domain" }, { DHCP_ROOT_PATH, "rootpath" } };
	char text[NUM_UUID_TEXT], name[24];
	size_t len;

	grub_card_setting(g, card, "mac", num_mac_text(d->id.mac, ':', text));
	grub_card_setting(g, card, "ip", num_ip4_text(d->addr, text));
	grub_card_setting(g, card, "boot_file", d->ack.overload & 1 ? "" : d->ack.file);
	grub_card_setting(g, card, "dhcp_server_name", d->ack.overload & 2 ? "" : d->ack.sname);
	grub_card_setting(g, card, "next_server", d->ack.siaddr ? num_ip4_text(d->ack.siaddr, text) : "");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		grub_card_setting(g, card, texts[i].name, (const char *)dhcp_get(&d->ack, texts[i].code, &len));
	/* For net_get_dhcp_option, which takes them as text mostly; a NUL follows in any case. */
	for (unsigned code = 1; code < 255; code++) {
		const uint8_t *v = dhcp_get(&d->ack, (uint8_t)code, &len);

		snprintf(name, sizeof(name), " option %u", code);
		if (v)
			script_set(g, name, (const char *)v);
	}
}

/* What GRUB knows from DHCP, the firmware's or its own. */
static void
grub_net_settings(struct attempt *a, struct script *g)
{
	const struct dhcp_client *d = boot_lease(a);
	char text[NUM_UUID_TEXT];

	/* The card is called so by EFI (efinet.c), and by a BIOS (pxe.c). */
	const char *card = strcmp(a->persona.machine, "bios") == 0 ? "pxe" : "efinet0";

	grub_card_settings(d, g, card);
	script_set(g, "net_default_interface", card);
	script_set(g, "net_default_mac", num_mac_text(d->id.mac, ':', text));
	script_set(g, "net_default_ip", num_ip4_text(d->addr, text));
	script_set(g, " uuid", num_uuid_text(d->id.uuid, text));
	script_set(g, "net_default_server", a->program.host);
	script_set(g, "pxe_default_server", a->program.host);
}

/* net_bootp: asks as GRUB does, which says nothing of PXE. */
static bool
grub_dhcp(struct boot_script *s)
{
	struct attempt *a = s->a;
	struct persona before = a->persona;
	bool ok;

	persona_become_grub(&before, &a->persona);
	ok = boot_dhcp(a);
	a->persona = before;
	a->fetcher.tftp = &persona_tftp_grub;
	a->fetcher.http = &persona_http_grub;
	if (ok)
		grub_net_settings(a, s->reader);
	return ok;
}

/* Reads prefix/name; *broken: no use in trying another name. */
static bool
grub_config(struct boot_script *s, const char *prefix, const char *name, bool *broken)
{
	char path[URL_PATH];
	struct url u;

	*broken = false;
	snprintf(path, sizeof(path), "%s/%s", prefix, name);
	script_set(s->reader, "config_file", path);
	script_set(s->reader, "config_directory", prefix);
	return grub_find(s, path, &u) && boot_script_config(s, &u, broken);
}

/* "(tftp,10.0.0.1)/rhel9": where the boot file lies that DHCP names. */
static void
grub_fw_path(struct attempt *a, const struct url *at, char out[URL_TEXT])
{
	const struct dhcp_client *d = boot_lease(a);
	struct url file = *at, directory;
	size_t len;

	if (at->scheme[0] == 't' && !strstr(d->boot.name, "://"))
		snprintf(file.path, sizeof(file.path), "%s", d->boot.name);
	url_directory(&file, &directory);
	len = strlen(directory.path);
	snprintf(out, URL_TEXT, "(%s,%s)%s%.*s", at->scheme, at->host, directory.path[0] == '/' ? "" : "/",
	    (int)(len ? len - 1 : 0), directory.path);
}

/* The core image of grub-mknetdir has its modules beside it, the shell first of all. */
static bool
grub_has_shell(struct boot_script *s, const struct bootprog *info, const char *prefix)
{
	struct boot_file file = { .what = "file", .missing = FAULT_FILE_LOST, .keep = IMAGE_PEEK };
	struct fetched f;
	struct url u;
	bool there;

	if (info->normal)
		return true;
	if (!grub_module_file(s, prefix, "normal.mod", &u))
		return false;
	there = boot_fetch(s->a, &file, &u, &f);
	fetch_free(&f);
	return there;
}

/* Looks for grub.cfg and its kin in a directory. */
static bool
grub_search(struct boot_script *s, const char *directory, bool *broken)
{
	const struct dhcp_client *d = boot_lease(s->a);
	char name[64];

	for (size_t i = 0; !*broken && script_grub_config(i, d->id.mac, d->addr, name); i++)
		if (grub_config(s, directory, name, broken))
			return true;
	return false;
}

/* What of these commands no module has either: a line of command.lst is "linux16: linux16". */
static void
grub_still_lacks(const char *lacks, const struct fetched *list, char out[BOOTPROG_LACKS])
{
	size_t at = 0;

	out[0] = '\0';
	for (const char *w = lacks; *w; w += strspn(w, " ")) {
		size_t len = strcspn(w, " ");
		char line[40];

		snprintf(line, sizeof(line), "\n%.*s:", (int)len, w);
		if (!list->kept || !memmem(list->data, list->kept, line, strlen(line)))
			at += (size_t)snprintf(out + at, BOOTPROG_LACKS - at, "%s%.*s", at ? " " : "", (int)len, w);
		w += len;
	}
}

/* The module lists that "normal" reads; they may be missing. */
static void
grub_lists(struct boot_script *s, const struct bootprog *info, const char *prefix)
{
	static const char *const others[] = { "fs.lst", "crypto.lst", "terminal.lst" };
	struct boot_file file = { .what = "look", .missing = FAULT_NONE, .keep = BOOT_SCRIPT };
	char lacks[BOOTPROG_LACKS];
	struct fetched list = { .kept = 0 };
	struct url u;
	bool answered = false;

	/* Debian's has both; Red Hat's goes straight to its menus. */
	bool looks = !info->fw_path || strstr(info->config, "(memdisk)");

	if (looks && grub_module_file(s, prefix, "command.lst", &u)) {
		answered = boot_fetch(s->a, &file, &u, &list) || list.not_there || list.fault == FAULT_HTTP_STATUS;
		if (!answered)
			finding_warn(&s->a->findings, list.fault, "%s: %s", list.final, list.why);
	}
	grub_still_lacks(info->lacks, &list, lacks);
	script_set(s->reader, " lacks", lacks);
	fetch_free(&list);
	for (size_t i = 0; answered && i < sizeof(others) / sizeof(others[0]); i++)
		answered = grub_module_file(s, prefix, others[i], &u) && boot_look(s->a, &u);
}

/* The text that GRUB starts with: its embedded one, or grub.cfg. */
static bool
grub_start(struct boot_script *s, const struct bootprog *info, const char *prefix)
{
	char beside[URL_TEXT] = "";
	bool broken = false;

	/* "normal (memdisk)/grub.cfg": Debian's, which sources $prefix/grub.cfg
	 * and nothing else on a network. */
	bool memdisk = strstr(info->config, "(memdisk)") != NULL;

	/* Then "normal" runs, unless the text has booted something. */
	if (info->has_config && !memdisk) {
		char text[BOOTPROG_TEXT + 64];

		snprintf(text, sizeof(text), "%s\nconfigfile $prefix/grub.cfg\n", info->config);
		return script_push(s->reader, text, strlen(text));
	}
	grub_lists(s, info, prefix);
	if (memdisk && grub_config(s, prefix, "grub.cfg", &broken))
		return true;
	if (info->fw_path && !memdisk) {
		grub_fw_path(s->a, &s->a->program, beside);
		script_set(s->reader, "fw_path", beside);
		if (grub_search(s, beside, &broken))
			return true;
	}
	if (!memdisk && grub_search(s, prefix, &broken))
		return true;
	if (!broken)
		finding_add(&s->a->findings, FAULT_CONFIG_MISSING, "GRUB looks in %.120s%s%.120s", beside,
		    beside[0] ? " and " : "", prefix);
	return false;
}

enum boot_next
boot_grub(struct attempt *a, const struct url *at, const struct bootprog *info)
{
	struct grub_boot g = { .s = { .a = a,
		                   .at = *at,
		                   .find = grub_find,
		                   .dhcp = grub_dhcp,
		                   .relative = true,
		                   .handles = true,
		                   .unpacks = true },
		.info = info };
	struct boot_script *s = &g.s;
	/* normal/main.c, features[], of 2.06 */
	static const char *const features[] = { "feature_chainloader_bpb", "feature_ntldr",
		"feature_platform_search_hint", "feature_default_font_path", "feature_all_video_module",
		"feature_menuentry_id", "feature_menuentry_options", "feature_200_final", "feature_nativedisk_cmd",
		"feature_timeout_style" };
	const struct machine *m = machine_named(a->persona.machine);
	char device[URL_HOST + 8], cmdpath[URL_HOST + 10];
	bool http = at->scheme[0] == 'h';
	enum boot_next next = BOOT_FAILS;

	/* Only with Red Hat's patches, which Debian has since 13, does it take the firmware's HTTP. */
	if (http && (!info->has_config || strstr(info->config, "(memdisk)")) && (!info->http || !info->fw_path)) {
		finding_add(&a->findings, info->http ? FAULT_GRUB_NO_NETWORK : FAULT_GRUB_WITHOUT_HTTP, "%s", at->path);
		return BOOT_FAILS;
	}
	/* bootp.c: without it $root is "tftp", of no server.  One that asks by itself may learn. */
	if (!http && !s->a->fetcher.six && !boot_lease(a)->last.siaddr &&
	    (!info->has_config || strstr(info->config, "(memdisk)"))) {
		finding_fatal(&a->findings, FAULT_SIADDR_ZERO, "GRUB takes its server from there, and asks nobody");
		return BOOT_FAILS;
	}
	a->fetcher.tftp = &persona_tftp_grub;
	a->fetcher.http = http && info->fw_path ? &persona_http_shim : &persona_http_grub;
	snprintf(device, sizeof(device), "%s,%s", http ? "http" : "tftp", at->host);
	if (info->prefix[0] == '(')
		snprintf(g.prefix, sizeof(g.prefix), "%s", info->prefix);
	else
		snprintf(g.prefix, sizeof(g.prefix), "(%s)%s", device, info->prefix);
	snprintf(cmdpath, sizeof(cmdpath), "(%s)", device);
	s->reader = script_grub();
	if (!s->reader)
		return BOOT_FAILS;
	script_set(s->reader, "root", device);
	script_set(s->reader, "prefix", g.prefix);
	script_set(s->reader, "cmdpath", cmdpath);
	grub_net_settings(a, s->reader);
	script_set(s->reader, "grub_cpu", m->grub ? m->grub : "");
	script_set(s->reader, "grub_platform", machine_grub_platform(m));
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		script_set(s->reader, features[i], "y");
	if (grub_has_shell(s, info, g.prefix) && grub_start(s, info, g.prefix))
		next = boot_script_run(s);
	script_free(s->reader);
	return next;
}
