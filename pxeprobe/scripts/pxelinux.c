/* pxelinux.cfg (wiki.syslinux.org/wiki/index.php?title=Config): the entry that boots by default. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "num.h"
#include "pxelinux_menu.h"
#include "reader.h"

#define PXELINUX_LIST 8192

struct pxelinux {
	struct script script;
	struct pxelinux_menu menu;
	/* How far the menu and the chosen entry have come. */
	enum { READING, UI_FILE, KERNEL, MODULE, INITRDS } at;
	bool boot_cfg; /* the text asked for last is mboot.c32's boot.cfg */
	const char *waits;
	struct label pick;
	const char *initrds;
	char list[PXELINUX_LIST]; /* of modules */
	enum script_kind each;    /* what those are */
	bool ended;
};

static void
pxelinux_free(struct script *s)
{
	pxelinux_menu_free(&((struct pxelinux *)s)->menu);
	free(s);
}

bool
script_pxelinux_config(size_t i, const unsigned char mac[6], const unsigned char uuid[16], unsigned addr, char out[64])
{
	char digits[9];

	snprintf(digits, sizeof(digits), "%08X", addr);
	if (i == 0)
		num_uuid_text(uuid, out);
	else if (i == 1)
		snprintf(out, 64, "01-%02x-%02x-%02x-%02x-%02x-%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	else if (i < 10)
		snprintf(out, 64, "%.*s", (int)(10 - i), digits);
	else if (i == 10)
		snprintf(out, 64, "default");
	else
		return false;
	return true;
}

/* Several files in one list, as INITRD has it. */
static void
add_file(struct pxelinux *p, const char *prefix, const char *name, size_t len)
{
	size_t have = strlen(p->list);

	if (len)
		snprintf(
		    p->list + have, sizeof(p->list) - have, "%s%.128s%.*s", have ? "," : "", prefix, (int)len, name);
}

/* boot.cfg of ESXi: kernel=, and modules= with "---" between them, all below prefix=. */
static bool
read_boot_cfg(struct pxelinux *p, const char *text, size_t len)
{
	char line[8192], kernel[128] = "", prefix[128] = "", modules[8192] = "", *m;

	p->boot_cfg = false;
	for (size_t pos = 0, n; pos < len; pos += n + 1) {
		n = strcspn(text + pos, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)(n < sizeof(line) ? n : sizeof(line) - 1), text + pos);
		line[strcspn(line, "\r")] = '\0';
		if (strncmp(line, "kernel=", 7) == 0)
			snprintf(kernel, sizeof(kernel), "%.127s", line + 7);
		else if (strncmp(line, "prefix=", 7) == 0)
			snprintf(prefix, sizeof(prefix), "%.120s%s", line + 7,
			    line[7] && line[strlen(line) - 1] != '/' ? "/" : "");
		else if (strncmp(line, "modules=", 8) == 0)
			snprintf(modules, sizeof(modules), "%.8000s", line + 8);
	}
	p->list[0] = '\0';
	add_file(p, prefix, kernel, strlen(kernel));
	for (m = modules; *m; m += strcspn(m, " \t") + strspn(m + strcspn(m, " \t"), " \t-"))
		add_file(p, prefix, m, strcspn(m, " \t"));
	p->initrds = p->list;
	p->each = SCRIPT_FILE;
	p->at = INITRDS;
	return true;
}

static bool
pxelinux_push(struct script *s, const char *text, size_t len)
{
	struct pxelinux *p = (struct pxelinux *)s;

	if (p->boot_cfg)
		return read_boot_cfg(p, text, len);
	p->at = READING;
	return pxelinux_menu_push(&p->menu, text, len);
}

static bool
has_suffix(const char *name, const char *suffix)
{
	size_t len = strcspn(name, " \t"), n = strlen(suffix);

	return len >= n && strncasecmp(name + len - n, suffix, n) == 0;
}

static bool
is_menu_program(const char *name)
{
	return has_suffix(name, ".c32") && (strstr(name, "menu.c32") || strstr(name, "gfxboot"));
}

/* A label, or a command: a file and its arguments. */
static void
pick_command(struct pxelinux *p, const char *command)
{
	const struct label *l = pxelinux_menu_find(&p->menu, command);
	size_t len = strcspn(command, " \t");

	if (l) {
		p->pick = *l;
		return;
	}
	memset(&p->pick, 0, sizeof(p->pick));
	snprintf(p->pick.kernel, sizeof(p->pick.kernel), "%.*s", (int)len, command);
	snprintf(p->pick.append, sizeof(p->pick.append), "%s", command + len);
	p->pick.appends = true;
}

/* What a menu or a prompt waits for, for ever; NULL: nothing. */
static const char *
waits_for(const struct pxelinux *p, bool menu)
{
	const struct pxelinux_menu *m = &p->menu;

	if (m->times_out || (m->labels == 0 && !m->command[0]))
		return NULL;
	return menu   ? "the menu has no TIMEOUT" :
	    m->prompt ? "PROMPT 1, and no TIMEOUT" :
	                "it has no DEFAULT, and no TIMEOUT";
}

/* What boots when nobody touches a key; false when the menu has nothing. */
static bool
choose_entry(struct pxelinux *p)
{
	struct pxelinux_menu *m = &p->menu;
	bool menu = m->ui[0] || is_menu_program(m->command);
	/* Without a menu or a prompt the default boots at once. */
	bool asks = menu || m->prompt || !m->command[0];
	const struct label *l = menu ? pxelinux_menu_default(m) : NULL;

	if (asks)
		p->waits = waits_for(p, menu);
	if (m->labels == 0 && (menu || !m->command[0]))
		return false;
	if (asks && m->ontimeout[0]) {
		pick_command(p, m->ontimeout);
	} else if (l) {
		p->pick = *l;
	} else if (menu) {
		/* The menu's timeout ends where the entry that it stands on cannot be chosen
		 * (menumain.c, run_menu). */
		p->waits = "the entry that the menu begins with is a submenu, or disabled";
		return false;
	} else {
		pick_command(p, m->command[0] ? m->command : m->label[0].name);
	}
	return true;
}

/* Its arguments, and the initrd that they name: "initrd=" is how Linux entries have it, too. */
static void
complete_entry(struct pxelinux *p)
{
	struct label *l = &p->pick;
	const char *v, *word;

	if (!l->appends)
		snprintf(l->append, sizeof(l->append), "%s", p->menu.append);
	if (strcmp(l->append, "-") == 0)
		l->append[0] = '\0';
	for (v = l->append; !l->initrd[0] && (word = strstr(v, "initrd="));) {
		v = word + strlen("initrd=");
		if (word == l->append || isspace((unsigned char)word[-1]))
			snprintf(l->initrd, sizeof(l->initrd), "%.*s", (int)strcspn(v, " \t"), v);
	}
}

static void
pxelinux_ask(struct script_action *out, enum script_kind kind, const char *name, size_t len)
{
	out->kind = kind;
	snprintf(out->name, sizeof(out->name), "%.*s", (int)len, name);
}

static void
pxelinux_stop(struct pxelinux *p, struct script_action *out, const char *why)
{
	p->ended = true;
	out->kind = SCRIPT_STOP;
	out->waits = p->waits;
	snprintf(out->why, sizeof(out->why), "%s", why);
}

/* Another menu takes this one's place. */
static void
pxelinux_other_menu(struct pxelinux *p, struct script_action *out, const char *name)
{
	const struct reader *reader = p->script.reader;

	pxelinux_ask(out, SCRIPT_CONFIG, name, strcspn(name, " \t"));
	pxelinux_menu_free(&p->menu);
	memset(p, 0, sizeof(*p));
	p->script.reader = reader;
}

/* The module that was chosen runs: what it loads.  False when that is in the list. */
static bool
open_module(struct pxelinux *p, struct script_action *out)
{
	struct label *l = &p->pick;
	const char *rest = l->append + strspn(l->append, " \t"), *c;

	p->at = INITRDS;
	p->each = SCRIPT_FILE;
	if (strstr(l->kernel, "mboot.c32") && strstr(rest, "---")) {
		/* KERNEL ARGUMENTS --- MODULE ARGUMENTS --- ... */
		p->list[0] = '\0';
		for (; rest; rest = (c = strstr(rest, "---")) ? c + 3 + strspn(c + 3, " \t") : NULL)
			add_file(p, "", rest, strcspn(rest, " \t"));
		p->initrds = p->list;
		return false;
	} else if (strstr(l->kernel, "mboot.c32")) {
		c = strncmp(rest, "-c", 2) == 0 ? rest : strstr(rest, " -c");
		c = c ? strstr(c, "-c") + 2 : "boot.cfg";
		c += strspn(c, " \t");
		p->boot_cfg = true;
		pxelinux_ask(out, SCRIPT_CONFIG, c, strcspn(c, " \t"));
	} else if (strstr(l->kernel, "linux.c32") && rest[0]) {
		p->initrds = l->initrd;
		p->each = SCRIPT_INITRD;
		pxelinux_ask(out, SCRIPT_KERNEL, rest, strcspn(rest, " \t"));
	} else if (is_menu_program(l->kernel) && rest[0]) {
		pxelinux_other_menu(p, out, rest);
	} else if (strstr(l->kernel, "chain.c32") && !strstr(rest, "file=") && !strstr(rest, "ntldr=")) {
		p->ended = true;
		out->kind = SCRIPT_LOCAL;
	} else {
		snprintf(out->why, sizeof(out->why), "%.100s runs", l->kernel);
		p->ended = true;
		out->kind = SCRIPT_STOP;
		out->unsure = has_suffix(l->kernel, ".c32") ?
		    "what that module does is not followed" :
		    "PXELINUX takes it for a boot sector, by its name or keyword";
	}
	return true;
}

/* What KERNEL's file is goes by its name (ldlinux.c, parse_kernel_type). */
static enum label_type
kernel_type(const char *name)
{
	if (has_suffix(name, ".c32"))
		return LABEL_COM32;
	if (has_suffix(name, ".0"))
		return LABEL_PXE;
	if (has_suffix(name, ".bin") || has_suffix(name, ".bs") || has_suffix(name, ".bss"))
		return LABEL_SECTOR;
	return LABEL_LINUX;
}

/* What the chosen entry begins with. */
static void
open_entry(struct pxelinux *p, struct script_action *out)
{
	const char *k = p->pick.kernel;
	enum label_type type = p->pick.type == LABEL_KERNEL ? kernel_type(k) : p->pick.type;
	size_t len = strcspn(k, " \t");

	p->at = INITRDS;
	p->each = SCRIPT_INITRD;
	p->initrds = p->pick.initrd;
	if (type == LABEL_LOCAL) {
		p->ended = true;
		out->kind = SCRIPT_LOCAL;
	} else if (p->pick.elsewhere || !len) {
		pxelinux_stop(p, out, "the entry that boots by default names no kernel");
	} else if (type == LABEL_CONFIG) {
		pxelinux_other_menu(p, out, k);
	} else if (type == LABEL_COM32) {
		p->at = MODULE;
		/* The suffix may be left out. */
		if (!has_suffix(k, ".c32"))
			snprintf(p->pick.kernel + len, sizeof(p->pick.kernel) - len, ".c32");
		pxelinux_ask(out, SCRIPT_FILE, k, strlen(k));
	} else if (type == LABEL_PXE) {
		pxelinux_ask(out, SCRIPT_CHAIN, k, len);
	} else if (type == LABEL_SECTOR) {
		p->at = MODULE;
		pxelinux_ask(out, SCRIPT_FILE, k, len);
	} else {
		pxelinux_ask(out, SCRIPT_KERNEL, k, len);
	}
}

static void
pxelinux_go(struct pxelinux *p, struct script_action *out)
{
	const struct pxelinux_menu *m = &p->menu;
	size_t len;

	if (p->ended) {
		pxelinux_stop(p, out, "the menu has ended");
		return;
	}
	if (p->at == READING && pxelinux_menu_read(&p->menu)) {
		pxelinux_ask(out, SCRIPT_CONFIG, m->include, strlen(m->include));
		return;
	}
	if (p->at == READING) {
		const char *ui = m->ui[0] ? m->ui : is_menu_program(m->command) ? m->command : "";

		p->at = UI_FILE;
		if (ui[0]) {
			pxelinux_ask(out, SCRIPT_FILE, ui, strcspn(ui, " \t"));
			return;
		}
	}
	if (p->at == UI_FILE) {
		p->at = KERNEL;
		if (!choose_entry(p)) {
			pxelinux_stop(p, out, m->labels ? "nothing boots by itself" : "the menu has no entry");
			return;
		}
		complete_entry(p);
		open_entry(p, out);
		return;
	}
	if (p->boot_cfg) {
		pxelinux_stop(p, out, "mboot.c32 has no boot.cfg");
		return;
	}
	if (p->at == MODULE && open_module(p, out))
		return;
	len = p->initrds ? strcspn(p->initrds, ",") : 0;
	if (len) {
		pxelinux_ask(out, p->each, p->initrds, len);
		p->initrds += len + (p->initrds[len] == ',');
		return;
	}
	p->ended = true;
	out->kind = SCRIPT_BOOT;
}

static void
pxelinux_next(struct script *s, struct script_action *out)
{
	struct pxelinux *p = (struct pxelinux *)s;

	pxelinux_go(p, out);
	out->waits = p->waits;
}

struct script *
script_pxelinux(void)
{
	/* No result: a missing INCLUDE is passed over, everything else is the
	 * caller's fault to report. */
	static const struct reader reader = { .free = pxelinux_free, .push = pxelinux_push, .next = pxelinux_next };
	struct pxelinux *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->script.reader = &reader;
	return &p->script;
}
