/* iPXE scripts (ipxe.org/scripting): settings, lines with && and ||, commands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipxe_command.h"
#include "ipxe_format.h"

#define IPXE_COMMANDS 2000 /* a script may loop */
#define IPXE_SETTINGS 32   /* expanded in one word */

static void
ipxe_free(struct script *s)
{
	interp_free(&((struct ipxe *)s)->interp);
	free(s);
}

static void
ipxe_set(struct script *s, const char *name, const char *value)
{
	char bare[INTERP_NAME];

	interp_set(&((struct ipxe *)s)->interp, ipxe_setting(name, bare), value);
}

static const char *
ipxe_get(const struct script *s, const char *name)
{
	char bare[INTERP_NAME];

	return interp_get(&((const struct ipxe *)s)->interp, ipxe_setting(name, bare));
}

static bool
ipxe_push(struct script *s, const char *text, size_t len)
{
	struct ipxe *i = (struct ipxe *)s;

	if (!interp_push(&i->interp, text, len, 0))
		return false;
	memset(ipxe_line(i), 0, sizeof(struct ipxe_line));
	return true;
}

/* Settings that only the machine itself has: what it is called, what it is built of. */
static bool
is_machines_own(const char *name)
{
	return word_in(name,
	           "manufacturer product serial asset board-serial board-product board-manufacturer chip busid"
	           " bustype busloc memsize unixtime cpumodel cpuvendor linktype hwaddr sysmac user-class") ||
	    strncmp(name, "smbios/", 7) == 0 || strncmp(name, "pci/", 4) == 0 || strncmp(name, "cpuid/", 6) == 0 ||
	    strncmp(name, "acpi/", 5) == 0 || strncmp(name, "usb/", 4) == 0;
}

/* Expands one ${setting}, the innermost first; false when there is none. */
static bool
expand_setting(struct ipxe *i, char text[IPXE_LINE])
{
	char *end = strchr(text, '}'), *start, *type, name[128], value[SCRIPT_VALUE] = "", tail[IPXE_LINE];
	char bare[INTERP_NAME], option[INTERP_NAME];
	const char *v, *digits;

	for (; end; end = strchr(end + 1, '}')) {
		start = NULL;
		for (char *s = text; s + 1 < end; s++)
			if (s[0] == '$' && s[1] == '{')
				start = s;
		if (start)
			break;
	}
	if (!end)
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)(end - start - 2), start + 2);
	type = strchr(name, ':');
	if (type)
		*type++ = '\0';
	v = interp_get(&i->interp, ipxe_setting(name, bare));
	snprintf(option, sizeof(option), " option %.50s", bare);
	digits = interp_get(&i->interp, option);
	if (v)
		snprintf(value, sizeof(value), "%s", v);
	else if (digits)
		ipxe_format_option(digits, type, value);
	else if (is_machines_own(name) || is_machines_own(bare))
		i->unsure = "the script depends on what only the machine knows of itself";
	if (type && v)
		ipxe_format(value, type);
	snprintf(tail, sizeof(tail), "%s", end + 1);
	snprintf(start, IPXE_LINE - (size_t)(start - text), "%s%s", value, tail);
	return true;
}

/* ---- running ---- */

/* Takes the next command of the line and expands its words; false when && or
 * || says that it does not run. */
static bool
next_command(struct ipxe *i, struct ipxe_line *l, struct ipxe_args *a)
{
	bool wanted = l->failed ? l->on_fail : l->on_ok;
	char word[IPXE_LINE];

	a->n = 0;
	for (; l->at < l->words; l->at++) {
		const char *w = l->word[l->at];

		l->on_ok = strcmp(w, "&&") == 0 || strcmp(w, ";") == 0;
		l->on_fail = strcmp(w, "||") == 0 || strcmp(w, ";") == 0;
		if (l->on_ok || l->on_fail) {
			l->at++;
			break;
		}
		snprintf(word, sizeof(word), "%s", w);
		for (int n = 0; n < IPXE_SETTINGS && expand_setting(i, word); n++)
			;
		snprintf(a->word[a->n++], SCRIPT_VALUE, "%.*s", SCRIPT_VALUE - 1, word);
	}
	return wanted && a->n > 0;
}

/* A script is over; its caller's command has its result. */
static enum ran
leave_script(struct ipxe *i, bool failed)
{
	unsigned line = interp_top(&i->interp)->line;

	interp_pop(&i->interp);
	if (i->interp.depth) {
		ipxe_line(i)->failed = failed;
		return RAN_OK;
	}
	i->out->line = line;
	if (failed)
		return ipxe_stop(i, "%s", i->trouble[0] ? i->trouble : "a command fails, and nothing catches it");
	if (i->booted_nothing)
		return ipxe_stop(i, "boot, but no kernel was loaded");
	if (i->selected[0])
		return ipxe_stop(i, "a kernel is loaded, but the script ends without \"boot\"");
	return ipxe_stop(i, "the script ends without booting anything");
}

/* Reads a line, or runs a command of the one that was read. */
static enum ran
ipxe_step(struct ipxe *i)
{
	struct script_text *t = interp_top(&i->interp);
	struct ipxe_line *l = ipxe_line(i);
	struct ipxe_args *a;
	enum ran how = RAN_OK;

	if (l->at >= l->words) {
		/* "command ||" at a line's end forgives the failure. */
		bool forgiven = l->at == l->words && l->words && strcmp(l->word[l->words - 1], "||") == 0;

		if (l->failed && !forgiven)
			return leave_script(i, true);
		if (!ipxe_read_line(t, l))
			return leave_script(i, false);
		/* A command may stand behind a label. */
		l->at = l->words && l->word[0][0] == ':';
		return RAN_OK;
	}
	a = malloc(sizeof(*a));
	if (!a)
		return ipxe_stop(i, "out of memory");
	i->out->line = t->line;
	if (next_command(i, l, a)) {
		i->trouble[0] = '\0';
		how = ipxe_command(i, a);
		/* goto changed the place; a failed command is noted there. */
		if (i->interp.depth && how != RAN_ASKED)
			ipxe_line(i)->failed = how == RAN_FAILED;
	}
	free(a);
	return how;
}

static void
ipxe_next(struct script *s, struct script_action *out)
{
	struct ipxe *i = (struct ipxe *)s;

	i->out = out;
	i->comes = false;
	if (i->ended || !i->interp.depth) {
		ipxe_stop(i, "the script has ended");
		return;
	}
	while (i->commands++ < IPXE_COMMANDS)
		if (ipxe_step(i) == RAN_ASKED) {
			out->waits = i->waits;
			return;
		}
	if (i->tries)
		i->unsure = "it may wait for something that comes later";
	ipxe_stop(i, "the script runs in circles");
}

static void
ipxe_result(struct script *s, bool ok)
{
	struct ipxe *i = (struct ipxe *)s;

	ipxe_came(i, ok);
	if (i->interp.depth)
		ipxe_line(i)->failed = !ok;
}

struct script *
script_ipxe(void)
{
	static const struct reader reader = { .free = ipxe_free,
		.set = ipxe_set,
		.get = ipxe_get,
		.push = ipxe_push,
		.next = ipxe_next,
		.result = ipxe_result };
	struct ipxe *i = calloc(1, sizeof(*i));

	if (!i)
		return NULL;
	i->script.reader = &reader;
	return &i->script;
}
