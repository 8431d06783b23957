#include "pxelinux_menu.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void
pxelinux_menu_free(struct pxelinux_menu *m)
{
	interp_free(&m->texts);
}

/* ---- menus within menus ---- */

static void
menu_begin(struct pxelinux_menu *m)
{
	size_t parent = m->now;

	m->open = NULL;
	if (m->menus == PXELINUX_MENUS)
		return;
	/* The submenu is an entry of its parent's. */
	m->now = m->menus++;
	memset(&m->menu[m->now], 0, sizeof(m->menu[0]));
	m->menu[m->now].parent = parent;
	m->menu[m->now].entry = ++m->menu[parent].entries;
}

static void
menu_end(struct pxelinux_menu *m)
{
	m->open = NULL;
	if (m->now != MENU_ROOT)
		m->now = m->menu[m->now].parent;
}

static void
label_begin(struct pxelinux_menu *m, const char *name)
{
	struct label *l;
	size_t len;

	m->open = NULL;
	if (m->labels == PXELINUX_LABELS)
		return;
	l = m->open = &m->label[m->labels++];
	memset(l, 0, sizeof(*l));
	len = strcspn(name, " \t");
	len = len < sizeof(l->name) ? len : sizeof(l->name) - 1;
	memcpy(l->name, name, len);
	memcpy(l->kernel, name, len);
	l->menu = m->now;
	if (++m->menu[m->now].entries == 1)
		m->menu[m->now].first = m->labels;
}

/* ---- lines ---- */

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
want_include(struct pxelinux_menu *m, const char *v, bool menu)
{
	size_t len = strcspn(v, " \t");

	snprintf(m->include, sizeof(m->include), "%.*s", (int)len, v);
	m->include_tagged = menu && v[len + strspn(v + len, " \t")];
}

/* MENU ...: what it looks like is nothing to us. */
static void
menu_line(struct pxelinux_menu *m, const char *line)
{
	struct label *l = m->open;
	const char *v;

	if (keyword(line, "begin", &v)) {
		menu_begin(m);
	} else if (keyword(line, "end", &v)) {
		menu_end(m);
	} else if (keyword(line, "include", &v)) {
		want_include(m, v, true);
	} else if (keyword(line, "start", &v)) {
		m->start = m->now;
	} else if (keyword(line, "separator", &v)) {
		m->open = NULL;
		m->menu[m->now].entries++;
	} else if (keyword(line, "default", &v)) {
		if (l)
			m->menu[m->now].chosen = m->labels;
	} else if (keyword(line, "hide", &v) && l) {
		m->menu[l->menu].entries--;
		if (m->menu[l->menu].first == m->labels)
			m->menu[l->menu].first = 0;
		l->menu = MENU_HIDDEN;
	} else if (l &&
	    (keyword(line, "disable", &v) || keyword(line, "disabled", &v) || keyword(line, "quit", &v) ||
	        keyword(line, "goto", &v) || keyword(line, "exit", &v))) {
		l->elsewhere = true;
	}
}

/* KERNEL and its kin. */
static bool
label_type(const char *line, enum label_type *type, const char **v)
{
	static const struct {
		const char *word;
		enum label_type type;
	} words[] = { { "kernel", LABEL_KERNEL }, { "linux", LABEL_LINUX }, { "com32", LABEL_COM32 },
		{ "pxe", LABEL_PXE }, { "boot", LABEL_SECTOR }, { "bss", LABEL_SECTOR }, { "fdimage", LABEL_LINUX },
		{ "comboot", LABEL_KERNEL }, { "config", LABEL_CONFIG }, { "localboot", LABEL_LOCAL } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (keyword(line, words[i].word, v)) {
			*type = words[i].type;
			return true;
		}
	return false;
}

static void
label_line(struct label *l, const char *line)
{
	enum label_type type;
	const char *v;

	if (keyword(line, "initrd", &v)) {
		set_value(l->initrd, sizeof(l->initrd), v);
	} else if (label_type(line, &type, &v)) {
		set_value(l->kernel, sizeof(l->kernel), v);
		l->type = type;
	}
}

static void
config_line(struct pxelinux_menu *m, const char *line)
{
	const char *v;

	if (m->in_text) {
		m->in_text = !keyword(line, "endtext", &v);
	} else if (keyword(line, "text", &v)) {
		m->in_text = true;
	} else if (keyword(line, "menu", &v)) {
		menu_line(m, v);
	} else if (keyword(line, "default", &v)) {
		set_value(m->command, sizeof(m->command), v);
	} else if (keyword(line, "ontimeout", &v)) {
		set_value(m->ontimeout, sizeof(m->ontimeout), v);
	} else if (keyword(line, "prompt", &v)) {
		m->prompt = strtoul(v, NULL, 10) != 0;
	} else if (keyword(line, "timeout", &v) || keyword(line, "totaltimeout", &v)) {
		m->times_out |= strtoul(v, NULL, 10) != 0;
	} else if (keyword(line, "ui", &v)) {
		set_value(m->ui, sizeof(m->ui), v);
	} else if (keyword(line, "include", &v)) {
		want_include(m, v, false);
	} else if (keyword(line, "label", &v)) {
		label_begin(m, v);
	} else if (keyword(line, "append", &v)) {
		set_value(m->open ? m->open->append : m->append, PXELINUX_LINE, v);
		if (m->open)
			m->open->appends = true;
	} else if (m->open) {
		label_line(m->open, line);
	}
}

/* ---- files ---- */

bool
pxelinux_menu_push(struct pxelinux_menu *m, const char *text, size_t len)
{
	bool tagged = m->include_tagged;

	if (m->menus == 0) {
		m->menus = MENU_ROOT + 1;
		m->now = m->start = MENU_ROOT;
	}
	m->include_tagged = false;
	if (!interp_push(&m->texts, text, len, 0))
		return false;
	m->tagged[m->texts.depth - 1] = tagged;
	if (tagged)
		menu_begin(m);
	return true;
}

/* The text's next line, without the blanks around it. */
static void
next_line(struct script_text *t, char line[PXELINUX_LINE])
{
	const char *at = t->bytes + t->pos, *end = memchr(at, '\n', t->len - t->pos);
	size_t n = end ? (size_t)(end - at) : t->len - t->pos;

	t->pos += n + (end != NULL);
	for (; n && isspace((unsigned char)*at); n--)
		at++;
	snprintf(line, PXELINUX_LINE, "%.*s", (int)(n < PXELINUX_LINE ? n : PXELINUX_LINE - 1), at);
	for (n = strlen(line); n && isspace((unsigned char)line[n - 1]); n--)
		line[n - 1] = '\0';
}

bool
pxelinux_menu_read(struct pxelinux_menu *m)
{
	char line[PXELINUX_LINE];
	struct script_text *t;

	m->include[0] = '\0';
	m->include_tagged = false;
	while ((t = interp_top(&m->texts))) {
		if (t->pos >= t->len) {
			interp_pop(&m->texts);
			if (m->tagged[m->texts.depth])
				menu_end(m);
			continue;
		}
		next_line(t, line);
		config_line(m, line);
		if (m->include[0])
			return true;
	}
	return false;
}

/* ---- what boots ---- */

struct label *
pxelinux_menu_find(struct pxelinux_menu *m, const char *command)
{
	size_t len = strcspn(command, " \t");

	for (size_t i = 0; i < m->labels; i++)
		if (len && strlen(m->label[i].name) == len && strncmp(m->label[i].name, command, len) == 0)
			return &m->label[i];
	return NULL;
}

struct label *
pxelinux_menu_default(struct pxelinux_menu *m)
{
	struct label *named = pxelinux_menu_find(m, m->command), *l;
	size_t chosen = m->menu[m->start].chosen;

	if (named && named->menu != MENU_HIDDEN)
		return named->elsewhere ? NULL : named;
	if (!chosen)
		chosen = m->menu[m->start].first;
	l = chosen ? &m->label[chosen - 1] : NULL;
	return l && !l->elsewhere && l->menu == m->start ? l : NULL;
}
