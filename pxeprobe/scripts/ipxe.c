#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipxe_private.h"

struct ipxe *
ipxe_new(void)
{
	return calloc(1, sizeof(struct ipxe));
}

void
ipxe_free(struct ipxe *i)
{
	if (i)
		interp_free(&i->script);
	free(i);
}

/* "net0/mac" and "net0.dhcp/mac" are "mac" to a machine with one card. */
static const char *
bare(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

void
ipxe_set(struct ipxe *i, const char *name, const char *value)
{
	interp_set(&i->script, bare(name), value);
}

bool
ipxe_push(struct ipxe *i, const char *text, size_t len)
{
	if (!interp_push(&i->script, text, len, 0))
		return false;
	memset(ipxe_line(i), 0, sizeof(struct line));
	return true;
}

struct line *
ipxe_line(struct ipxe *i)
{
	return i->script.depth ? &i->line[i->script.depth - 1] : NULL;
}

/* ":hexhyp" turns a MAC's colons into hyphens; other types print alike here. */
static void
format(char *value, const char *type)
{
	if (strcmp(type, "hexhyp") == 0)
		for (; *value; value++)
			if (*value == ':')
				*value = '-';
	if (strcmp(type, "hexraw") == 0) {
		char *to = value;

		for (; *value; value++)
			if (*value != ':')
				*to++ = *value;
		*to = '\0';
	}
}

/* Puts in one ${setting}, the innermost first; false when there is none. */
static bool
expand_one(struct ipxe *i, char *text, size_t size)
{
	char *end = strchr(text, '}'), *start, *s, name[128], value[SCRIPT_VALUE] = "";
	char *type, tail[LINE];
	const char *v;

	for (; end; end = strchr(end + 1, '}')) {
		for (start = NULL, s = text; s + 1 < end; s++)
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
	v = interp_get(&i->script, bare(name));
	if (v)
		snprintf(value, sizeof(value), "%s", v);
	if (type)
		format(value, type);
	snprintf(tail, sizeof(tail), "%s", end + 1);
	snprintf(start, size - (size_t)(start - text), "%s%s", value, tail);
	return true;
}

static void
expand(struct ipxe *i, const char *word, char out[LINE])
{
	snprintf(out, LINE, "%s", word);
	for (int n = 0; n < 32 && expand_one(i, out, LINE); n++)
		;
}

/* The next line, "\" at an end joining two, cut into words. */
bool
ipxe_next_line(struct text *t, struct line *l)
{
	size_t n = 0;
	bool more = true;
	char *save, *w;

	if (t->pos >= t->len)
		return false;
	while (more && t->pos < t->len) {
		size_t len = strcspn(t->bytes + t->pos, "\n"), use;
		const char *start = t->bytes + t->pos;

		t->pos += len + 1;
		t->line++;
		while (len && (start[len - 1] == '\r' || start[len - 1] == ' '))
			len--;
		more = len && start[len - 1] == '\\';
		use = len - more;
		if (use > LINE - 1 - n)
			use = LINE - 1 - n;
		memcpy(l->buf + n, start, use);
		n += use;
	}
	l->buf[n] = '\0';
	l->words = l->at = 0;
	l->on_ok = l->on_fail = true;
	l->failed = false;
	for (w = strtok_r(l->buf, " \t\r", &save); w && l->words < WORDS; w = strtok_r(NULL, " \t\r", &save)) {
		if (w[0] == '#')
			break;
		l->word[l->words++] = w;
	}
	return true;
}

/* The next command of the line, expanded; false at its end. */
static bool
next_command(struct ipxe *i, struct line *l, struct args *a, bool *wanted)
{
	char word[LINE];

	if (l->at >= l->words)
		return false;
	*wanted = l->failed ? l->on_fail : l->on_ok;
	a->n = 0;
	for (; l->at < l->words; l->at++) {
		const char *w = l->word[l->at];

		l->on_ok = strcmp(w, "&&") == 0;
		l->on_fail = strcmp(w, "||") == 0;
		if (l->on_ok || l->on_fail) {
			l->at++;
			break;
		}
		expand(i, w, word);
		snprintf(a->word[a->n++], SCRIPT_VALUE, "%.*s", SCRIPT_VALUE - 1, word);
	}
	return true;
}

/* "command ||" at a line's end forgives the failure. */
static bool
forgives(const struct line *l)
{
	return l->at == l->words && l->words && strcmp(l->word[l->words - 1], "||") == 0;
}

/* A line is over; true when the script goes on. */
static bool
line_went_well(const struct line *l)
{
	return !l->failed || forgives(l);
}

/* One script is over: its caller's command has its result. */
static enum ran
leave_script(struct ipxe *i, bool failed)
{
	unsigned line = interp_top(&i->script)->line;

	interp_pop(&i->script);
	if (i->script.depth) {
		ipxe_line(i)->failed = failed;
		return RAN_OK;
	}
	i->out->line = line;
	if (failed)
		return ipxe_stopped(i, "a command fails, and nothing catches it");
	if (i->kernel)
		return ipxe_stopped(i, "a kernel is loaded, but the script ends without \"boot\"");
	return ipxe_stopped(i, "the script ends without booting anything");
}

static enum ran
step(struct ipxe *i)
{
	struct text *t = interp_top(&i->script);
	struct line *l = ipxe_line(i);
	struct args *a;
	bool wanted;
	enum ran how = RAN_OK;

	if (l->at >= l->words) {
		if (!line_went_well(l))
			return leave_script(i, true);
		if (!ipxe_next_line(t, l))
			return leave_script(i, false);
		if (l->words && l->word[0][0] == ':')
			l->words = 0;
		return RAN_OK;
	}
	a = malloc(sizeof(*a));
	if (!a)
		return ipxe_stopped(i, "out of memory");
	a->n = 0;
	i->out->line = t->line;
	if (next_command(i, l, a, &wanted) && wanted && a->n > 0) {
		how = ipxe_run(i, a);
		/* goto changed the place; a failed command is noted there. */
		if (i->script.depth && how != RAN_ASKED)
			ipxe_line(i)->failed = how == RAN_FAILED;
	}
	free(a);
	return how;
}

void
ipxe_next(struct ipxe *i, struct script_action *out)
{
	memset(out, 0, sizeof(*out));
	i->out = out;
	if (i->ended || !i->script.depth) {
		ipxe_stopped(i, "the script has ended");
		return;
	}
	while (i->commands++ < COMMANDS)
		if (step(i) == RAN_ASKED)
			return;
	ipxe_stopped(i, "the script runs in circles");
}

void
ipxe_result(struct ipxe *i, bool ok)
{
	if (i->script.depth)
		ipxe_line(i)->failed = !ok;
}
