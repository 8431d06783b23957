/* pxelinux.cfg (wiki.syslinux.org/wiki/index.php?title=Config): the entry that boots by default. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "num.h"
#include "reader.h"

#define PXELINUX_LABELS 128
#define PXELINUX_INCLUDES 32
#define PXELINUX_VALUE 512
#define PXELINUX_LIST 8192

struct label {
	char name[64];
	char kernel[PXELINUX_VALUE], initrd[PXELINUX_VALUE], append[PXELINUX_VALUE];
	char config[PXELINUX_VALUE]; /* CONFIG: another menu */
	bool local, chain;           /* chain: PXE, a program that takes over */
};

struct pxelinux {
	struct script script;
	struct label label[PXELINUX_LABELS];
	size_t labels;
	char first_default[PXELINUX_VALUE]; /* DEFAULT: a label or a command line */
	char menu_default[64], ontimeout[PXELINUX_VALUE], ui[PXELINUX_VALUE];
	char wanted[PXELINUX_INCLUDES][PXELINUX_VALUE]; /* INCLUDEs not read yet */
	size_t wants, got;
	/* How far the menu and the chosen entry have come. */
	enum { READING, UI_FILE, KERNEL, MODULE, INITRDS } at;
	bool prompt, times_out; /* PROMPT 1; TIMEOUT or TOTALTIMEOUT */
	bool boot_cfg;          /* the text asked for last is mboot.c32's boot.cfg */
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

/* The keyword at the line's start, and what follows it. */
static bool
keyword(const char *line, const char *word, const char **rest)
{
	size_t len = strlen(word);

	if (strncasecmp(line, word, len) != 0 || (line[len] && !isspace((unsigned char)line[len])))
		return false;
	*rest = line + len + strspn(line + len, " \t");
	return true;
}

static void
set_value(char *out, size_t size, const char *value)
{
	snprintf(out, size, "%s", value);
}

static void
pxelinux_line(struct pxelinux *p, const char *line)
{
	struct label *l = p->labels ? &p->label[p->labels - 1] : NULL;
	const char *v;

	if (keyword(line, "default", &v)) {
		set_value(p->first_default, sizeof(p->first_default), v);
	} else if (keyword(line, "ontimeout", &v)) {
		set_value(p->ontimeout, sizeof(p->ontimeout), v);
	} else if (keyword(line, "prompt", &v)) {
		p->prompt = strtoul(v, NULL, 10) != 0;
	} else if (keyword(line, "timeout", &v) || keyword(line, "totaltimeout", &v)) {
		p->times_out |= strtoul(v, NULL, 10) != 0;
	} else if (keyword(line, "ui", &v)) {
		set_value(p->ui, sizeof(p->ui), v);
	} else if (keyword(line, "include", &v) || (keyword(line, "menu", &v) && keyword(v, "include", &v))) {
		if (p->wants < PXELINUX_INCLUDES)
			snprintf(p->wanted[p->wants++], PXELINUX_VALUE, "%.*s", (int)strcspn(v, " \t"), v);
	} else if (keyword(line, "label", &v)) {
		if (p->labels < PXELINUX_LABELS) {
			l = &p->label[p->labels++];
			memset(l, 0, sizeof(*l));
			snprintf(l->name, sizeof(l->name), "%.*s", (int)strcspn(v, " \t"), v);
		}
	} else if (!l) {
		return; /* what follows belongs to a label */
	} else if (keyword(line, "kernel", &v) || keyword(line, "linux", &v) || keyword(line, "com32", &v) ||
	    keyword(line, "boot", &v) || keyword(line, "bss", &v)) {
		set_value(l->kernel, sizeof(l->kernel), v);
		l->chain = false;
	} else if (keyword(line, "pxe", &v)) {
		set_value(l->kernel, sizeof(l->kernel), v);
		l->chain = true;
	} else if (keyword(line, "initrd", &v)) {
		set_value(l->initrd, sizeof(l->initrd), v);
	} else if (keyword(line, "append", &v)) {
		set_value(l->append, sizeof(l->append), v);
	} else if (keyword(line, "config", &v)) {
		set_value(l->config, sizeof(l->config), v);
	} else if (keyword(line, "localboot", &v)) {
		l->local = true;
	} else if (keyword(line, "menu", &v) && keyword(v, "default", &v)) {
		set_value(p->menu_default, sizeof(p->menu_default), l->name);
	}
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
	char line[PXELINUX_VALUE];

	if (p->boot_cfg)
		return read_boot_cfg(p, text, len);
	p->at = READING;
	for (size_t pos = 0; pos < len;) {
		size_t n = 0, start;

		while (pos + n < len && text[pos + n] != '\n')
			n++;
		start = pos;
		pos += n + 1;
		while (n && isspace((unsigned char)text[start + n - 1]))
			n--;
		while (n && isspace((unsigned char)text[start]))
			start++, n--;
		if (n == 0 || text[start] == '#')
			continue;
		snprintf(line, sizeof(line), "%.*s", (int)(n < PXELINUX_VALUE ? n : PXELINUX_VALUE - 1), text + start);
		pxelinux_line(p, line);
	}
	return true;
}

static struct label *
find_label(struct pxelinux *p, const char *name)
{
	size_t len = strcspn(name, " \t");

	for (size_t i = 0; i < p->labels; i++)
		if (len && strlen(p->label[i].name) == len && strncasecmp(p->label[i].name, name, len) == 0)
			return &p->label[i];
	return NULL;
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

/* What boots when nobody touches a key; false when the menu has nothing. */
static bool
choose_entry(struct pxelinux *p)
{
	bool menu = p->ui[0] || is_menu_program(p->first_default);
	/* Without a menu or a prompt the default boots at once. */
	bool asks = menu || p->prompt || !p->first_default[0];
	const char *name = asks ? p->ontimeout : "", *v, *word;
	struct label *l;
	size_t len;

	if (asks && !p->times_out && (p->labels || p->first_default[0]))
		p->waits = menu ? "the menu has no TIMEOUT" :
		    p->prompt   ? "PROMPT 1, and no TIMEOUT" :
		                  "it has no DEFAULT, and no TIMEOUT";
	if (!name[0] && menu)
		name = p->menu_default;
	if (!name[0] && !is_menu_program(p->first_default))
		name = p->first_default;
	l = find_label(p, name);
	if (!l && name[0]) {
		/* Not a label, so a command: a file and its arguments. */
		len = strcspn(name, " \t");
		memset(&p->pick, 0, sizeof(p->pick));
		snprintf(p->pick.kernel, sizeof(p->pick.kernel), "%.*s", (int)len, name);
		snprintf(p->pick.append, sizeof(p->pick.append), "%s", name + len);
	} else {
		if (!l && p->labels == 0)
			return false;
		p->pick = l ? *l : p->label[0];
	}
	l = &p->pick;
	/* initrd= on a kernel's command line, as older Linux entries have it. */
	for (v = l->append; !l->initrd[0] && (word = strstr(v, "initrd="));) {
		v = word + strlen("initrd=");
		if (word == l->append || isspace((unsigned char)word[-1]))
			snprintf(l->initrd, sizeof(l->initrd), "%.*s", (int)strcspn(v, " \t"), v);
	}
	return true;
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
		const struct reader *reader = p->script.reader;
		char name[PXELINUX_VALUE];

		set_value(name, sizeof(name), rest);
		memset(p, 0, sizeof(*p));
		p->script.reader = reader;
		pxelinux_ask(out, SCRIPT_CONFIG, name, strcspn(name, " \t"));
	} else if (strstr(l->kernel, "chain.c32") && !strstr(rest, "file=") && !strstr(rest, "ntldr=")) {
		p->ended = true;
		out->kind = SCRIPT_LOCAL;
	} else {
		snprintf(out->why, sizeof(out->why), "%.100s runs", l->kernel);
		p->ended = true;
		out->kind = SCRIPT_STOP;
		out->unsure = "what that module does is not followed";
	}
	return true;
}

/* What the chosen entry begins with. */
static void
open_entry(struct pxelinux *p, struct script_action *out)
{
	const char *k = p->pick.kernel;

	p->at = INITRDS;
	p->each = SCRIPT_INITRD;
	p->initrds = p->pick.initrd;
	if (p->pick.local) {
		p->ended = true;
		out->kind = SCRIPT_LOCAL;
	} else if (p->pick.config[0]) {
		const struct reader *reader = p->script.reader;
		char name[PXELINUX_VALUE];

		/* Another menu takes this one's place. */
		set_value(name, sizeof(name), p->pick.config);
		memset(p, 0, sizeof(*p));
		p->script.reader = reader;
		pxelinux_ask(out, SCRIPT_CONFIG, name, strcspn(name, " \t"));
	} else if (has_suffix(k, ".c32")) {
		p->at = MODULE;
		pxelinux_ask(out, SCRIPT_FILE, k, strcspn(k, " \t"));
	} else if (k[0] &&
	    (p->pick.chain || has_suffix(k, ".0") || has_suffix(k, ".kpxe") || has_suffix(k, ".kkpxe"))) {
		pxelinux_ask(out, SCRIPT_CHAIN, k, strcspn(k, " \t"));
	} else if (k[0]) {
		pxelinux_ask(out, SCRIPT_KERNEL, k, strcspn(k, " \t"));
	} else {
		pxelinux_stop(p, out, "the entry that boots by default names no kernel");
	}
}

static void
pxelinux_go(struct pxelinux *p, struct script_action *out)
{
	const char *ui = p->ui[0] ? p->ui : is_menu_program(p->first_default) ? p->first_default : "";
	size_t len;

	if (p->ended) {
		pxelinux_stop(p, out, "the menu has ended");
		return;
	}
	if (p->at == READING && p->got < p->wants) {
		pxelinux_ask(out, SCRIPT_CONFIG, p->wanted[p->got], strlen(p->wanted[p->got]));
		p->got++;
		return;
	}
	if (p->at == READING) {
		p->at = UI_FILE;
		if (ui[0]) {
			pxelinux_ask(out, SCRIPT_FILE, ui, strcspn(ui, " \t"));
			return;
		}
	}
	if (p->at == UI_FILE) {
		p->at = KERNEL;
		if (!choose_entry(p)) {
			pxelinux_stop(p, out, "the menu has no entry");
			return;
		}
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
