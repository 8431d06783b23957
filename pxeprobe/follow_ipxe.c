#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipxe_private.h"

struct ipxe *
ipxe_new(void)
{
	return calloc(1, sizeof(struct ipxe));
}

static void
pop(struct ipxe *i)
{
	struct frame *f = i->frame[--i->depth];

	free(f->text);
	free(f);
}

void
ipxe_free(struct ipxe *i)
{
	if (!i)
		return;
	while (i->depth)
		pop(i);
	for (size_t v = 0; v < i->vars; v++)
		free(i->var[v].value);
	free(i);
}

/* "net0/mac" and "net0.dhcp/mac" are "mac" to a machine with one card. */
static const char *
bare(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static struct var *
find(struct ipxe *i, const char *name)
{
	for (size_t v = 0; v < i->vars; v++)
		if (strcmp(i->var[v].name, name) == 0)
			return &i->var[v];
	return NULL;
}

void
ipxe_set(struct ipxe *i, const char *name, const char *value)
{
	struct var *v = find(i, bare(name));
	char *copy = strndup(value, FOLLOW_VALUE - 1);

	if (!copy || (!v && i->vars == VARS)) {
		free(copy);
		return;
	}
	if (!v) {
		v = &i->var[i->vars++];
		snprintf(v->name, sizeof(v->name), "%s", bare(name));
	} else {
		free(v->value);
	}
	v->value = copy;
}

bool
ipxe_push(struct ipxe *i, const char *text, size_t len)
{
	struct frame *f;

	if (i->depth == FRAMES || !(f = calloc(1, sizeof(*f))))
		return false;
	f->text = malloc(len + 1);
	if (!f->text) {
		free(f);
		return false;
	}
	memcpy(f->text, text, len);
	f->text[len] = '\0';
	f->len = len;
	i->frame[i->depth++] = f;
	return true;
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
	char *end = strchr(text, '}'), *start, *s, name[128], value[FOLLOW_VALUE] = "";
	char *type;
	struct var *v;
	char tail[LINE];

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
	v = find(i, bare(name));
	if (v)
		snprintf(value, sizeof(value), "%s", v->value);
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
ipxe_next_line(struct frame *f)
{
	size_t n = 0;
	bool more = true;
	char *save, *w;

	if (f->pos >= f->len)
		return false;
	while (more && f->pos < f->len) {
		size_t len = strcspn(f->text + f->pos, "\n"), use;
		const char *start = f->text + f->pos;

		f->pos += len + 1;
		f->line++;
		while (len && (start[len - 1] == '\r' || start[len - 1] == ' '))
			len--;
		more = len && start[len - 1] == '\\';
		use = len - more;
		if (use > LINE - 1 - n)
			use = LINE - 1 - n;
		memcpy(f->buf + n, start, use);
		n += use;
	}
	f->buf[n] = '\0';
	f->words = f->at = 0;
	f->on_ok = f->on_fail = true;
	f->failed = false;
	for (w = strtok_r(f->buf, " \t\r", &save); w && f->words < WORDS;
	    w = strtok_r(NULL, " \t\r", &save)) {
		if (w[0] == '#')
			break;
		f->word[f->words++] = w;
	}
	return true;
}

/* The next command of the line, expanded; false at its end. */
static bool
next_command(struct ipxe *i, struct frame *f, struct args *a, bool *wanted)
{
	char word[LINE];

	if (f->at >= f->words)
		return false;
	*wanted = f->failed ? f->on_fail : f->on_ok;
	a->n = 0;
	for (; f->at < f->words; f->at++) {
		const char *w = f->word[f->at];

		f->on_ok = strcmp(w, "&&") == 0;
		f->on_fail = strcmp(w, "||") == 0;
		if (f->on_ok || f->on_fail) {
			f->at++;
			break;
		}
		expand(i, w, word);
		snprintf(a->word[a->n++], FOLLOW_VALUE, "%.*s", FOLLOW_VALUE - 1, word);
	}
	return true;
}

/* "command ||" at a line's end forgives the failure. */
static bool
forgives(const struct frame *f)
{
	return f->at == f->words && f->words && strcmp(f->word[f->words - 1], "||") == 0;
}

/* A line is over; true when the script goes on. */
static bool
line_went_well(const struct frame *f)
{
	return !f->failed || forgives(f);
}

/* One script is over: its caller's command has its result. */
static enum ran
leave_script(struct ipxe *i, bool failed)
{
	unsigned line = i->frame[i->depth - 1]->line;

	pop(i);
	if (i->depth) {
		i->frame[i->depth - 1]->failed = failed;
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
	struct frame *f = i->frame[i->depth - 1];
	struct args *a;
	bool wanted;
	enum ran how = RAN_OK;

	if (f->at >= f->words) {
		if (!line_went_well(f))
			return leave_script(i, true);
		if (!ipxe_next_line(f))
			return leave_script(i, false);
		if (f->words && f->word[0][0] == ':')
			f->words = 0;
		return RAN_OK;
	}
	a = malloc(sizeof(*a));
	if (!a)
		return ipxe_stopped(i, "out of memory");
	a->n = 0;
	i->out->line = f->line;
	if (next_command(i, f, a, &wanted) && wanted && a->n > 0) {
		how = ipxe_run(i, a);
		/* goto changed f's place; a failed command is noted there. */
		if (i->depth && how != RAN_ASKED)
			i->frame[i->depth - 1]->failed = how == RAN_FAILED;
	}
	free(a);
	return how;
}

void
ipxe_next(struct ipxe *i, struct follow *out)
{
	memset(out, 0, sizeof(*out));
	i->out = out;
	if (i->ended || !i->depth) {
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
	if (i->depth)
		i->frame[i->depth - 1]->failed = !ok;
}
