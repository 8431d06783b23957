#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "follow.h"

#define FRAMES 8
#define VARS 128
#define ITEMS 128
#define WORDS 64
#define LINE 2048
#define COMMANDS 2000         /* a script may loop */

struct frame {
	char *text;
	size_t len, pos;
	unsigned line;
	char buf[LINE];       /* the line that is run, cut into words */
	char *word[WORDS];
	size_t words, at;
	bool on_ok, on_fail;  /* when the next command of the line is run */
	bool failed;          /* how the last command went */
};

struct var {
	char name[64];
	char *value;
};

struct ipxe {
	struct frame *frame[FRAMES];
	size_t depth;
	struct var var[VARS];
	size_t vars;
	char item[ITEMS][64];      /* labels of the menu */
	size_t items;
	char default_item[64];
	bool kernel, initrd, ended;
	unsigned commands;
	struct follow *out;
};

enum ran { RAN_OK, RAN_FAILED, RAN_ASKED };

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

/* ---- words ---- */

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
static bool
next_line(struct frame *f)
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

/* ---- commands ---- */

struct args {
	size_t n;
	char word[WORDS][FOLLOW_VALUE];
};

/* The value of --name or -n VALUE; and which words are neither options nor
 * their values. */
static const char *
option(const struct args *a, const char *name)
{
	for (size_t k = 1; k + 1 < a->n; k++)
		if (strcmp(a->word[k], name) == 0)
			return a->word[k + 1];
	return NULL;
}

static bool
takes_value(const char *word)
{
	static const char *const with[] = { "--name", "-n", "--timeout", "-t",
	    "--default", "-d", "--key", "-k", "--menu", "-m", "--drive",
	    "--filename", "--signer", "--colour", "--basic", "--picture", "--ext",
	    "-e", "--x", "--y", "--left", "--right", "--top", "--bottom", "--depth",
	    "-x", "-y", "--extra", "--configurator", "-c", "--params" };

	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		if (strcmp(word, with[i]) == 0)
			return true;
	return false;
}

/* The k-th word that is no option (0 is the command's first argument). */
static const char *
plain(const struct args *a, size_t k)
{
	for (size_t w = 1; w < a->n; w++) {
		if (a->word[w][0] == '-' && a->word[w][1] == '-') {
			w += takes_value(a->word[w]);
			continue;
		}
		if (a->word[w][0] == '-' && a->word[w][1] && !a->word[w][2]) {
			w += takes_value(a->word[w]);
			continue;
		}
		if (k-- == 0)
			return a->word[w];
	}
	return NULL;
}

static enum ran
asked(struct ipxe *i, enum follow_kind kind, const char *name)
{
	i->out->kind = kind;
	snprintf(i->out->name, sizeof(i->out->name), "%s", name);
	return RAN_ASKED;
}

static enum ran
stopped(struct ipxe *i, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(i->out->why, sizeof(i->out->why), fmt, ap);
	va_end(ap);
	i->ended = true;
	return asked(i, FOLLOW_STOP, "");
}

static enum ran
run_goto(struct ipxe *i, const struct args *a)
{
	struct frame *f = i->frame[i->depth - 1];
	unsigned line = f->line;
	size_t pos = f->pos;

	f->pos = 0;
	f->line = 0;
	while (a->n > 1 && next_line(f))
		if (f->words && f->word[0][0] == ':' && strcmp(f->word[0] + 1, a->word[1]) == 0) {
			f->words = 0;
			return RAN_OK;
		}
	f->pos = pos;
	f->line = line;
	return stopped(i, "goto a label that is not there: %s", a->n > 1 ? a->word[1] : "");
}

static enum ran
run_set(struct ipxe *i, const struct args *a)
{
	char value[FOLLOW_VALUE] = "";
	size_t at = 0;

	if (a->n < 2)
		return RAN_FAILED;
	for (size_t w = 2; w < a->n && at < sizeof(value); w++)
		at += (size_t)snprintf(value + at, sizeof(value) - at, "%s%s", w > 2 ? " " : "", a->word[w]);
	ipxe_set(i, a->word[1], value);
	return RAN_OK;
}

static enum ran
run_item(struct ipxe *i, const struct args *a)
{
	const char *label = plain(a, 0);
	bool gap = false;

	for (size_t w = 1; w < a->n; w++) {
		gap |= strcmp(a->word[w], "--gap") == 0 || strcmp(a->word[w], "-g") == 0;
		if ((strcmp(a->word[w], "--default") == 0 || strcmp(a->word[w], "-d") == 0) && w + 1 < a->n) {
			/* A flag here, not an option with a value. */
			label = a->word[w + 1];
			snprintf(i->default_item, sizeof(i->default_item), "%s", label);
		}
	}
	if (!gap && label && i->items < ITEMS)
		snprintf(i->item[i->items++], sizeof(i->item[0]), "%s", label);
	return RAN_OK;
}

static enum ran
run_choose(struct ipxe *i, const struct args *a)
{
	const char *chosen = option(a, "--default"), *into = plain(a, 0);

	if (!chosen)
		chosen = option(a, "-d");
	if (!chosen && i->default_item[0])
		chosen = i->default_item;
	if (!chosen || !*chosen)
		chosen = i->items ? i->item[0] : NULL;
	if (!chosen || !into)
		return stopped(i, "choose without a menu item");
	ipxe_set(i, into, chosen);
	return RAN_OK;
}

static enum ran
run_boot(struct ipxe *i, const struct args *a)
{
	const char *name = plain(a, 0);

	if (name && strstr(name, "://"))
		return asked(i, FOLLOW_CHAIN, name);
	if (!i->kernel)
		return stopped(i, "boot, but no kernel was loaded");
	i->ended = true;
	return asked(i, FOLLOW_BOOT, "");
}

static enum ran
run_sanboot(struct ipxe *i, const struct args *a)
{
	const char *name = plain(a, 0);

	if (!name) {
		i->ended = true;
		return asked(i, FOLLOW_LOCAL, "");
	}
	/* iSCSI and the like: nothing that a probe could try from here. */
	if (strncmp(name, "http", 4) == 0)
		return asked(i, FOLLOW_KERNEL, name);
	i->ended = true;
	return asked(i, FOLLOW_LOCAL, name);
}

static enum ran
run_fetch(struct ipxe *i, const struct args *a, enum follow_kind kind)
{
	const char *name = plain(a, 0);

	if (!name)
		return kind == FOLLOW_CHAIN && i->kernel ? run_boot(i, a) : RAN_FAILED;
	if (kind == FOLLOW_KERNEL)
		i->kernel = true;
	return asked(i, kind, name);
}

static bool
one_of(const char *word, const char *list)
{
	size_t len = strlen(word);

	for (const char *s = list; len && (s = strstr(s, word)); s += len)
		if ((s == list || s[-1] == ' ') && (s[len] == ' ' || !s[len]))
			return true;
	return false;
}

static enum ran
run_test(struct ipxe *i, const struct args *a)
{
	(void)i;
	if (strcmp(a->word[0], "isset") == 0)
		return a->n > 1 && a->word[1][0] ? RAN_OK : RAN_FAILED;
	return a->n > 2 && strcmp(a->word[1], a->word[2]) == 0 ? RAN_OK : RAN_FAILED;
}

static enum ran
run_end(struct ipxe *i, const struct args *a)
{
	const char *code = plain(a, 0);
	enum ran how = code && strcmp(code, "0") != 0 ? RAN_FAILED : RAN_OK;
	struct frame *f = i->frame[i->depth - 1];

	if (strcmp(a->word[0], "exit") != 0)
		return stopped(i, "the script ends in \"%s\"", a->word[0]);
	f->pos = f->len;
	f->words = f->at;
	return how;
}

static enum ran
run(struct ipxe *i, const struct args *a)
{
	const char *c = a->word[0];

	if (one_of(c, "chain imgexec"))
		return run_fetch(i, a, FOLLOW_CHAIN);
	if (one_of(c, "kernel imgselect imgload"))
		return run_fetch(i, a, FOLLOW_KERNEL);
	if (one_of(c, "initrd module imgfetch shim"))
		return run_fetch(i, a, strcmp(c, "initrd") == 0 ? FOLLOW_INITRD : FOLLOW_FILE);
	if (strcmp(c, "goto") == 0)
		return run_goto(i, a);
	if (strcmp(c, "set") == 0)
		return run_set(i, a);
	if (one_of(c, "isset iseq"))
		return run_test(i, a);
	if (strcmp(c, "item") == 0)
		return run_item(i, a);
	if (strcmp(c, "choose") == 0)
		return run_choose(i, a);
	if (strcmp(c, "boot") == 0)
		return run_boot(i, a);
	if (strcmp(c, "sanboot") == 0)
		return run_sanboot(i, a);
	if (one_of(c, "exit shell reboot poweroff config"))
		return run_end(i, a);
	if (strcmp(c, "menu") == 0) {
		i->items = 0;
		i->default_item[0] = '\0';
		return RAN_OK;
	}
	if (strcmp(c, "clear") == 0) {
		if (a->n > 1)
			ipxe_set(i, a->word[1], "");
		return RAN_OK;
	}
	/* Nobody presses the key. */
	if (strcmp(c, "prompt") == 0)
		return option(a, "--timeout") || option(a, "-t") ? RAN_FAILED : RAN_OK;
	if (one_of(c, "echo sleep colour cpair console dhcp ifconf ifopen ifclose ifstat"
	    " ifup route imgstat imgfree imgargs imgtrust imgverify sync time ping"
	    " nslookup params param login cpuid inc vcreate vdestroy sanhook sanunhook"
	    " ntp lotest neighbour ipstat profstat set-default"))
		return RAN_OK;
	return stopped(i, "no such command: %s", c);
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
		return stopped(i, "a command fails, and nothing catches it");
	if (i->kernel)
		return stopped(i, "a kernel is loaded, but the script ends without \"boot\"");
	return stopped(i, "the script ends without booting anything");
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
		if (!next_line(f))
			return leave_script(i, false);
		if (f->words && f->word[0][0] == ':')
			f->words = 0;
		return RAN_OK;
	}
	a = malloc(sizeof(*a));
	if (!a)
		return stopped(i, "out of memory");
	a->n = 0;
	i->out->line = f->line;
	if (next_command(i, f, a, &wanted) && wanted && a->n > 0) {
		how = run(i, a);
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
		stopped(i, "the script has ended");
		return;
	}
	while (i->commands++ < COMMANDS)
		if (step(i) == RAN_ASKED)
			return;
	stopped(i, "the script runs in circles");
}

void
ipxe_result(struct ipxe *i, bool ok)
{
	if (i->depth)
		i->frame[i->depth - 1]->failed = !ok;
}
