#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scripts.h"
#include "num.h"

#define LABELS 128
#define FILES 32
#define VALUE 512

struct label {
	char name[64];
	char kernel[VALUE], initrd[VALUE], append[VALUE];
	char config[VALUE]; /* CONFIG: another menu */
	bool local;
};

struct pxelinux {
	struct label label[LABELS];
	size_t labels;
	char first_default[VALUE]; /* DEFAULT: a label or a command line */
	char menu_default[64], ontimeout[VALUE], ui[VALUE];
	char global_append[VALUE];
	char wanted[FILES][VALUE]; /* INCLUDEs not read yet */
	size_t wants, got;
	/* What is being done with the entry that was picked. */
	enum { READING, UI_FILE, KERNEL, INITRDS, END } at;
	struct label pick;
	char *initrds;
	bool ended;
};

struct pxelinux *
pxelinux_new(void)
{
	return calloc(1, sizeof(struct pxelinux));
}

void
pxelinux_free(struct pxelinux *p)
{
	free(p);
}

bool
pxelinux_config_name(size_t i, const unsigned char mac[6], const unsigned char uuid[16], unsigned addr, char out[64])
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
put(char *out, size_t size, const char *value)
{
	snprintf(out, size, "%s", value);
}

static bool
global_line(struct pxelinux *p, const char *line)
{
	const char *v;

	if (keyword(line, "default", &v))
		put(p->first_default, sizeof(p->first_default), v);
	else if (keyword(line, "ontimeout", &v))
		put(p->ontimeout, sizeof(p->ontimeout), v);
	else if (keyword(line, "ui", &v))
		put(p->ui, sizeof(p->ui), v);
	else if (keyword(line, "include", &v) || (keyword(line, "menu", &v) && keyword(v, "include", &v))) {
		if (p->wants < FILES)
			snprintf(p->wanted[p->wants++], VALUE, "%.*s", (int)strcspn(v, " \t"), v);
	} else
		return false;
	return true;
}

static void
label_line(struct pxelinux *p, struct label *l, const char *line)
{
	const char *v;

	if (keyword(line, "kernel", &v) || keyword(line, "linux", &v) || keyword(line, "com32", &v) ||
	    keyword(line, "pxe", &v) || keyword(line, "boot", &v) || keyword(line, "bss", &v))
		put(l->kernel, sizeof(l->kernel), v);
	else if (keyword(line, "initrd", &v))
		put(l->initrd, sizeof(l->initrd), v);
	else if (keyword(line, "append", &v))
		put(l->append, sizeof(l->append), v);
	else if (keyword(line, "config", &v))
		put(l->config, sizeof(l->config), v);
	else if (keyword(line, "localboot", &v))
		l->local = true;
	else if (keyword(line, "menu", &v) && keyword(v, "default", &v))
		put(p->menu_default, sizeof(p->menu_default), l->name);
}

static void
read_line(struct pxelinux *p, const char *line)
{
	const char *v;

	if (global_line(p, line))
		return;
	if (keyword(line, "label", &v)) {
		if (p->labels < LABELS) {
			struct label *l = &p->label[p->labels++];

			memset(l, 0, sizeof(*l));
			snprintf(l->name, sizeof(l->name), "%.*s", (int)strcspn(v, " \t"), v);
		}
	} else if (p->labels) {
		label_line(p, &p->label[p->labels - 1], line);
	} else if (keyword(line, "append", &v)) {
		put(p->global_append, sizeof(p->global_append), v);
	}
}

bool
pxelinux_push(struct pxelinux *p, const char *text, size_t len)
{
	char line[VALUE];

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
		snprintf(line, sizeof(line), "%.*s", (int)(n < VALUE ? n : VALUE - 1), text + start);
		read_line(p, line);
	}
	return true;
}

static struct label *
find(struct pxelinux *p, const char *name)
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

/* initrd= of a kernel command line, as Linux entries of old have it. */
static void
initrd_from_append(struct label *l)
{
	const char *v = l->append, *word = v;

	while (!l->initrd[0] && (word = strstr(v, "initrd="))) {
		v = word + strlen("initrd=");
		if (word == l->append || isspace((unsigned char)word[-1]))
			snprintf(l->initrd, sizeof(l->initrd), "%.*s", (int)strcspn(v, " \t"), v);
	}
}

/* A DEFAULT that is no label is a command: a file and its arguments. */
static void
as_command(const char *line, struct label *out)
{
	size_t len = strcspn(line, " \t");

	memset(out, 0, sizeof(*out));
	snprintf(out->kernel, sizeof(out->kernel), "%.*s", (int)len, line);
	snprintf(out->append, sizeof(out->append), "%s", line + len);
}

/* What boots when nobody touches a key; false when the menu has nothing. */
static bool
choose(struct pxelinux *p)
{
	const char *name = p->ontimeout;
	struct label *l;

	if (!name[0] && (p->ui[0] || is_menu_program(p->first_default)))
		name = p->menu_default;
	if (!name[0] && !is_menu_program(p->first_default))
		name = p->first_default;
	l = find(p, name);
	if (!l && name[0]) {
		as_command(name, &p->pick);
	} else {
		if (!l && p->labels == 0)
			return false;
		p->pick = l ? *l : p->label[0];
	}
	initrd_from_append(&p->pick);
	return true;
}

static void
answer(struct script_action *out, enum script_kind kind, const char *name, size_t len)
{
	out->kind = kind;
	snprintf(out->name, sizeof(out->name), "%.*s", (int)len, name);
}

static void
stop(struct pxelinux *p, struct script_action *out, const char *why)
{
	p->ended = true;
	out->kind = SCRIPT_STOP;
	snprintf(out->why, sizeof(out->why), "%s", why);
}

static void
take_pick(struct pxelinux *p, struct script_action *out)
{
	const char *k = p->pick.kernel;

	p->at = INITRDS;
	p->initrds = p->pick.initrd;
	if (p->pick.local) {
		p->ended = true;
		out->kind = SCRIPT_LOCAL;
	} else if (p->pick.config[0]) {
		char name[VALUE];

		/* Another menu takes this one's place. */
		put(name, sizeof(name), p->pick.config);
		memset(p, 0, sizeof(*p));
		answer(out, SCRIPT_CONFIG, name, strcspn(name, " \t"));
	} else if (k[0]) {
		answer(out, SCRIPT_KERNEL, k, strcspn(k, " \t"));
	} else {
		stop(p, out, "the entry that boots by default names no kernel");
	}
}

void
pxelinux_next(struct pxelinux *p, struct script_action *out)
{
	const char *ui = p->ui[0] ? p->ui : is_menu_program(p->first_default) ? p->first_default : "";
	size_t len;

	memset(out, 0, sizeof(*out));
	if (p->ended) {
		stop(p, out, "the menu has ended");
		return;
	}
	if (p->at == READING && p->got < p->wants) {
		answer(out, SCRIPT_CONFIG, p->wanted[p->got], strlen(p->wanted[p->got]));
		p->got++;
		return;
	}
	if (p->at == READING) {
		p->at = UI_FILE;
		if (ui[0]) {
			answer(out, SCRIPT_FILE, ui, strcspn(ui, " \t"));
			return;
		}
	}
	if (p->at == UI_FILE) {
		p->at = KERNEL;
		if (!choose(p)) {
			stop(p, out, "the menu has no entry");
			return;
		}
		take_pick(p, out);
		return;
	}
	len = p->initrds ? strcspn(p->initrds, ",") : 0;
	if (len) {
		answer(out, SCRIPT_INITRD, p->initrds, len);
		p->initrds += len + (p->initrds[len] == ',');
		return;
	}
	p->ended = true;
	out->kind = SCRIPT_BOOT;
}

void
pxelinux_result(struct pxelinux *p, bool ok)
{
	/* An INCLUDE that is missing is passed over, everything else ends in a
	 * fault of the caller's. */
	(void)p;
	(void)ok;
}
