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

struct label {
	char name[64];
	char kernel[PXELINUX_VALUE], initrd[PXELINUX_VALUE], append[PXELINUX_VALUE];
	char config[PXELINUX_VALUE]; /* CONFIG: another menu */
	bool local;
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
	enum { READING, UI_FILE, KERNEL, INITRDS } at;
	struct label pick;
	char *initrds;
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
	    keyword(line, "pxe", &v) || keyword(line, "boot", &v) || keyword(line, "bss", &v)) {
		set_value(l->kernel, sizeof(l->kernel), v);
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

static bool
pxelinux_push(struct script *s, const char *text, size_t len)
{
	struct pxelinux *p = (struct pxelinux *)s;
	char line[PXELINUX_VALUE];

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
is_menu_program(const char *name)
{
	size_t len = strcspn(name, " \t");

	return len > 4 && strncasecmp(name + len - 4, ".c32", 4) == 0 &&
	    (strstr(name, "menu.c32") || strstr(name, "gfxboot"));
}

/* What boots when nobody touches a key; false when the menu has nothing. */
static bool
choose_entry(struct pxelinux *p)
{
	const char *name = p->ontimeout, *v, *word;
	struct label *l;
	size_t len;

	if (!name[0] && (p->ui[0] || is_menu_program(p->first_default)))
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
	snprintf(out->why, sizeof(out->why), "%s", why);
}

/* What the chosen entry begins with. */
static void
open_entry(struct pxelinux *p, struct script_action *out)
{
	const char *k = p->pick.kernel;

	p->at = INITRDS;
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
	} else if (k[0]) {
		pxelinux_ask(out, SCRIPT_KERNEL, k, strcspn(k, " \t"));
	} else {
		pxelinux_stop(p, out, "the entry that boots by default names no kernel");
	}
}

static void
pxelinux_next(struct script *s, struct script_action *out)
{
	struct pxelinux *p = (struct pxelinux *)s;
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
	len = p->initrds ? strcspn(p->initrds, ",") : 0;
	if (len) {
		pxelinux_ask(out, SCRIPT_INITRD, p->initrds, len);
		p->initrds += len + (p->initrds[len] == ',');
		return;
	}
	p->ended = true;
	out->kind = SCRIPT_BOOT;
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
