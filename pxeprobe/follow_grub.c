#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "follow.h"

#define FRAMES 16
#define VARS 256
#define ENTRIES 128
#define WORDS 64
#define LINE 2048
#define COMMANDS 20000
#define NESTING 32

/* A text being run: a file, or a menu entry's body. */
struct frame {
	char *text;
	size_t len, pos;
	unsigned line;
	/* Open if-blocks: whether one branch was taken, and whether this runs. */
	struct { bool taken, running; } cond[NESTING];
	size_t conds;
};

struct entry {
	char title[128], id[64];
	char *body;
	size_t len;
	unsigned line;
	bool submenu;
};

struct grub {
	struct frame *frame[FRAMES];
	size_t depth;
	struct { char name[64]; char *value; } var[VARS];
	size_t vars;
	struct entry entry[ENTRIES];
	size_t entries;
	unsigned commands, menus;
	bool kernel, ended, failed, replaces;
	bool in_condition;    /* the command that runs is an if's */
	bool negated;
	char word[WORDS][512];
	size_t words;
	struct follow *out;
};

enum ran { RAN_OK, RAN_FAILED, RAN_ASKED };

bool
grub_config_name(size_t i, const unsigned char mac[6], unsigned addr, char out[64])
{
	char digits[9];

	snprintf(digits, sizeof(digits), "%08X", addr);
	if (i == 0)
		snprintf(out, 64, "grub.cfg-01-%02x-%02x-%02x-%02x-%02x-%02x",
		    mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	else if (i < 9)
		snprintf(out, 64, "grub.cfg-%.*s", (int)(9 - i), digits);
	else if (i == 9)
		snprintf(out, 64, "grub.cfg");
	else
		return false;
	return true;
}

struct grub *
grub_new(void)
{
	return calloc(1, sizeof(struct grub));
}

static void
pop(struct grub *g)
{
	struct frame *f = g->frame[--g->depth];

	free(f->text);
	free(f);
}

static void
drop_entries(struct grub *g)
{
	for (size_t e = 0; e < g->entries; e++)
		free(g->entry[e].body);
	g->entries = 0;
}

void
grub_free(struct grub *g)
{
	if (!g)
		return;
	while (g->depth)
		pop(g);
	drop_entries(g);
	for (size_t v = 0; v < g->vars; v++)
		free(g->var[v].value);
	free(g);
}

static const char *
get(const struct grub *g, const char *name)
{
	for (size_t v = 0; v < g->vars; v++)
		if (strcmp(g->var[v].name, name) == 0)
			return g->var[v].value;
	return "";
}

void
grub_set(struct grub *g, const char *name, const char *value)
{
	char *copy = strndup(value, FOLLOW_VALUE - 1);
	size_t v = 0;

	while (v < g->vars && strcmp(g->var[v].name, name) != 0)
		v++;
	if (!copy || v == VARS) {
		free(copy);
		return;
	}
	if (v == g->vars) {
		snprintf(g->var[v].name, sizeof(g->var[v].name), "%s", name);
		g->vars++;
	} else {
		free(g->var[v].value);
	}
	g->var[v].value = copy;
}

static bool
push(struct grub *g, const char *text, size_t len, unsigned line)
{
	struct frame *f;

	if (g->depth == FRAMES || !(f = calloc(1, sizeof(*f))))
		return false;
	f->text = malloc(len + 1);
	if (!f->text) {
		free(f);
		return false;
	}
	memcpy(f->text, text, len);
	f->text[len] = '\0';
	f->len = len;
	f->line = line;
	g->frame[g->depth++] = f;
	return true;
}

/* if, elif, else, fi; `ok`: how the condition went. */
static void
set_condition(struct frame *f, bool ok)
{
	size_t top = f->conds - 1;

	if (!f->conds)
		return;
	f->cond[top].running = ok && !f->cond[top].taken;
	f->cond[top].taken |= ok;
}

bool
grub_push(struct grub *g, const char *text, size_t len, bool config)
{
	g->words = 0;
	if (g->in_condition && g->depth)
		set_condition(g->frame[g->depth - 1], true);
	g->in_condition = false;
	if (config) {
		drop_entries(g);
		while (g->depth)
			pop(g);
	}
	return push(g, text, len, 1);
}

bool
grub_replaces(const struct grub *g)
{
	return g->replaces;
}

/* ---- words ---- */

static int
peek(const struct frame *f)
{
	return f->pos < f->len ? (unsigned char)f->text[f->pos] : -1;
}

static int
take(struct frame *f)
{
	int c = peek(f);

	if (c == '\n')
		f->line++;
	if (c >= 0)
		f->pos++;
	return c;
}

struct text {
	char *out;
	size_t n, size;
};

static void
add(struct text *t, int c)
{
	if (t->n + 1 < t->size)
		t->out[t->n++] = (char)c;
}

static void
add_variable(struct grub *g, struct frame *f, struct text *t)
{
	char name[64];
	struct text n = { name, 0, sizeof(name) };
	bool braces = peek(f) == '{';

	if (braces)
		take(f);
	while (isalnum(peek(f)) || peek(f) == '_' || (!braces && n.n == 0 && strchr("?*@#", peek(f) > 0 ? peek(f) : 'x')))
		add(&n, take(f));
	if (braces && peek(f) == '}')
		take(f);
	name[n.n] = '\0';
	if (n.n == 0 && !braces) {
		add(t, '$');
		return;
	}
	for (const char *v = get(g, name); *v; v++)
		add(t, *v);
}

static void
add_quoted(struct grub *g, struct frame *f, struct text *t, int quote)
{
	int c;

	while ((c = take(f)) >= 0 && c != quote) {
		if (quote == '"' && c == '$')
			add_variable(g, f, t);
		else if (quote == '"' && c == '\\' && peek(f) >= 0)
			add(t, take(f));
		else
			add(t, c);
	}
}

/* One word; false at the end of a command.  `}` and `{` alone are words. */
static bool
next_word(struct grub *g, struct frame *f, struct text *t)
{
	bool any = false;
	int c;

	while (peek(f) == ' ' || peek(f) == '\t' || peek(f) == '\r')
		take(f);
	if (peek(f) == '#')
		while (peek(f) >= 0 && peek(f) != '\n')
			take(f);
	while ((c = peek(f)) >= 0 && c != '\n' && c != ';' && c != ' ' && c != '\t' && c != '\r') {
		take(f);
		any = true;
		if (c == '\\' && peek(f) == '\n')
			take(f);
		else if (c == '\\' && peek(f) >= 0)
			add(t, take(f));
		else if (c == '\'' || c == '"')
			add_quoted(g, f, t, c);
		else if (c == '$')
			add_variable(g, f, t);
		else
			add(t, c);
	}
	t->out[t->n] = '\0';
	return any;
}

/* Passes over a block up to its closing brace; where it began and its length. */
static void
skip_block(struct frame *f, size_t *start, size_t *len)
{
	int depth = 1, c, quote = 0;

	*start = f->pos;
	while (depth > 0 && (c = take(f)) >= 0) {
		if (quote) {
			if (c == '\\' && quote == '"')
				take(f);
			else if (c == quote)
				quote = 0;
		} else if (c == '\\') {
			take(f);
		} else if (c == '\'' || c == '"') {
			quote = c;
		} else if (c == '#' && f->pos > 1 && isspace((unsigned char)f->text[f->pos - 2])) {
			while (peek(f) >= 0 && peek(f) != '\n')
				take(f);
		} else if (c == '$' && peek(f) == '{') {
			while (peek(f) >= 0 && peek(f) != '}')
				take(f);
			take(f);
		} else if (c == '{') {
			depth++;
		} else if (c == '}') {
			depth--;
		}
	}
	*len = f->pos - *start - (depth == 0);
}

/* ---- commands ---- */

/* A name that begins with '/' lies on $root: "(tftp,10.0.0.1)/name". */
static enum ran
asked(struct grub *g, enum follow_kind kind, const char *name)
{
	const char *root = name[0] == '/' ? get(g, "root") : "";

	g->out->kind = kind;
	snprintf(g->out->name, sizeof(g->out->name), root[0] ? "(%s)%s" : "%s%s", root, name);
	return RAN_ASKED;
}

static enum ran
stopped(struct grub *g, const char *why, const char *what)
{
	g->ended = true;
	snprintf(g->out->why, sizeof(g->out->why), "%s%.60s", why, what);
	return asked(g, FOLLOW_STOP, "");
}

static bool
running(const struct frame *f)
{
	for (size_t i = 0; i < f->conds; i++)
		if (!f->cond[i].running)
			return false;
	return true;
}

/* The k-th argument that is no option. */
static const char *
plain(const struct grub *g, size_t k)
{
	for (size_t w = 1; w < g->words; w++)
		if (g->word[w][0] != '-' || !g->word[w][1])
			if (k-- == 0)
				return g->word[w];
	return NULL;
}

static const char *
option(const struct grub *g, const char *name)
{
	size_t len = strlen(name);

	for (size_t w = 1; w < g->words; w++) {
		if (strcmp(g->word[w], name) == 0 && w + 1 < g->words)
			return g->word[w + 1];
		if (strncmp(g->word[w], name, len) == 0 && g->word[w][len] == '=')
			return g->word[w] + len + 1;
	}
	return NULL;
}

static enum ran
run_set(struct grub *g, char *assignment)
{
	char *eq = strchr(assignment, '=');

	if (!eq)
		return RAN_OK;
	*eq = '\0';
	grub_set(g, assignment, eq + 1);
	return RAN_OK;
}

/* menuentry "title" --id x ... { body } */
static enum ran
run_entry(struct grub *g, struct frame *f)
{
	const char *id = option(g, "--id");
	struct entry *e;
	size_t start, len;

	skip_block(f, &start, &len);
	if (g->entries == ENTRIES || g->words < 2)
		return RAN_OK;
	e = &g->entry[g->entries];
	e->body = malloc(len + 1);
	if (!e->body)
		return RAN_FAILED;
	memcpy(e->body, f->text + start, len);
	e->body[len] = '\0';
	e->len = len;
	e->line = f->line;
	e->submenu = strcmp(g->word[0], "submenu") == 0;
	snprintf(e->title, sizeof(e->title), "%.*s", (int)sizeof(e->title) - 1,
	    plain(g, 0) ? plain(g, 0) : "");
	snprintf(e->id, sizeof(e->id), "%.*s", (int)sizeof(e->id) - 1, id ? id : "");
	g->entries++;
	return RAN_OK;
}

/* One test; files are asked for. */
static enum ran
run_test(struct grub *g)
{
	size_t n = g->words, w = 1;
	bool not = false;
	enum ran yes, no;

	if (n && strcmp(g->word[0], "[") == 0 && strcmp(g->word[n - 1], "]") == 0)
		n--;
	if (w < n && strcmp(g->word[w], "!") == 0) {
		not = true;
		w++;
	}
	yes = not ? RAN_FAILED : RAN_OK;
	no = not ? RAN_OK : RAN_FAILED;
	if (w + 1 < n && (strcmp(g->word[w], "-e") == 0 || strcmp(g->word[w], "-f") == 0 ||
	    strcmp(g->word[w], "-s") == 0)) {
		g->negated ^= not;
		return asked(g, FOLLOW_TRY, g->word[w + 1]);
	}
	if (w + 1 < n && strcmp(g->word[w], "-z") == 0)
		return g->word[w + 1][0] ? no : yes;
	if (w + 1 < n && strcmp(g->word[w], "-n") == 0)
		return g->word[w + 1][0] ? yes : no;
	if (w + 2 < n && (strcmp(g->word[w + 1], "=") == 0 || strcmp(g->word[w + 1], "==") == 0))
		return strcmp(g->word[w], g->word[w + 2]) == 0 ? yes : no;
	if (w + 2 < n && strcmp(g->word[w + 1], "!=") == 0)
		return strcmp(g->word[w], g->word[w + 2]) != 0 ? yes : no;
	return w < n && g->word[w][0] ? yes : no;
}

static enum ran
run_file(struct grub *g, enum follow_kind kind)
{
	const char *name = plain(g, 0);

	if (!name)
		return RAN_FAILED;
	if (kind == FOLLOW_KERNEL)
		g->kernel = true;
	return asked(g, kind, name);
}

static enum ran
run_script(struct grub *g)
{
	const char *name = plain(g, 0);

	g->replaces = strcmp(g->word[0], "configfile") == 0 || strcmp(g->word[0], "normal") == 0;
	return name ? asked(g, FOLLOW_SCRIPT, name) : RAN_OK;
}

static enum ran
run_boot(struct grub *g)
{
	if (!g->kernel)
		return RAN_FAILED;
	g->ended = true;
	return asked(g, FOLLOW_BOOT, "");
}

static bool
is(const struct grub *g, const char *a, const char *b)
{
	return strcmp(g->word[0], a) == 0 || strcmp(g->word[0], b) == 0;
}

static enum ran
run_initrds(struct grub *g)
{
	/* Several on a line are asked for one by one: the first is cut off. */
	const char *name = plain(g, 0);
	enum ran how;

	if (!name) {
		g->words = 0;
		return RAN_OK;
	}
	how = asked(g, FOLLOW_INITRD, name);
	for (size_t w = 1; w < g->words; w++)
		if (g->word[w] == name) {
			memmove(g->word[w], g->word[w + 1], (g->words - w - 1) * sizeof(g->word[0]));
			g->words--;
			return how;
		}
	return how;
}

static enum ran
run(struct grub *g, struct frame *f)
{
	const char *c = g->word[0];

	if (is(g, "menuentry", "submenu"))
		return run_entry(g, f);
	if (is(g, "set", "export"))
		return g->words > 1 && c[0] == 's' ? run_set(g, g->word[1]) : RAN_OK;
	if (is(g, "[", "test"))
		return run_test(g);
	if (is(g, "linux", "linuxefi") || is(g, "linux16", "multiboot") || is(g, "multiboot2", "kernel"))
		return run_file(g, FOLLOW_KERNEL);
	if (is(g, "initrd", "initrdefi") || is(g, "initrd16", "initrd"))
		return run_initrds(g);
	if (is(g, "chainloader", "chainloader"))
		return run_file(g, FOLLOW_CHAIN);
	if (is(g, "source", ".") || is(g, "configfile", "normal") || strncmp(c, "extract_entries", 15) == 0)
		return run_script(g);
	if (strcmp(c, "boot") == 0)
		return run_boot(g);
	if (is(g, "exit", "fwsetup")) {
		g->ended = true;
		return asked(g, FOLLOW_LOCAL, "");
	}
	if (is(g, "reboot", "halt"))
		return stopped(g, "the entry says ", c);
	if (is(g, "false", "search") || is(g, "loadfont", "background_image") || is(g, "regexp", "keystatus"))
		return RAN_FAILED;
	if (strchr(c, '=') && isalpha((unsigned char)c[0]))
		return run_set(g, g->word[0]);
	return RAN_OK;
}

static void
shift(struct grub *g)
{
	memmove(g->word[0], g->word[1], (g->words - 1) * sizeof(g->word[0]));
	g->words--;
}

static void
open_if(struct frame *f)
{
	bool outer = running(f);

	if (f->conds == NESTING)
		return;
	/* Inside what does not run, no branch is ever taken. */
	f->cond[f->conds].taken = !outer;
	f->cond[f->conds++].running = outer;
}

/* Takes if, then, elif, else and fi from the front of the words; what is left
 * is a command.  *condition: it decides about a branch. */
static void
take_keywords(struct grub *g, struct frame *f, bool *condition)
{
	for (; g->words; shift(g)) {
		bool is_if = strcmp(g->word[0], "if") == 0, is_elif = strcmp(g->word[0], "elif") == 0;

		if (is_if)
			open_if(f);
		else if (is_elif && f->conds)
			f->cond[f->conds - 1].running = !f->cond[f->conds - 1].taken;
		else if (strcmp(g->word[0], "else") == 0 && f->conds)
			set_condition(f, !f->cond[f->conds - 1].taken);
		else if (strcmp(g->word[0], "fi") == 0)
			f->conds -= f->conds > 0;
		else if (!is_elif && strcmp(g->word[0], "else") != 0 && strcmp(g->word[0], "then") != 0)
			return;
		*condition = is_if || is_elif;
	}
}

/* Reads a command's words, up to its end or an opening brace. */
static bool
read_command(struct grub *g, struct frame *f)
{
	struct text t;

	g->words = 0;
	for (;;) {
		char spare[512];

		t = (struct text){ g->words < WORDS ? g->word[g->words] : spare, 0, sizeof(spare) };
		if (!next_word(g, f, &t))
			break;
		if (strcmp(t.out, "{") == 0)
			return g->words > 0;
		if (g->words < WORDS)
			g->words++;
	}
	if (peek(f) >= 0)
		take(f);
	return g->words > 0;
}

/* Loops and functions: their bodies are not run. */
static bool
skip_structure(struct grub *g, struct frame *f)
{
	size_t start, len;

	if (strcmp(g->word[0], "function") == 0) {
		skip_block(f, &start, &len);
		return true;
	}
	if (strcmp(g->word[0], "for") != 0 && strcmp(g->word[0], "while") != 0 &&
	    strcmp(g->word[0], "until") != 0)
		return false;
	for (int depth = 1; depth && f->pos < f->len;) {
		if (!read_command(g, f))
			continue;
		if (strcmp(g->word[0], "for") == 0 || strcmp(g->word[0], "while") == 0)
			depth++;
		else if (strcmp(g->word[0], "done") == 0)
			depth--;
	}
	return true;
}

static enum ran
step(struct grub *g)
{
	struct frame *f = g->frame[g->depth - 1];
	bool condition = false;
	enum ran how;

	if (g->words && is(g, "initrd", "initrdefi") && g->words > 1)
		return run_initrds(g);
	g->out->line = f->line;
	if (!read_command(g, f))
		return RAN_OK;
	if (strcmp(g->word[0], "}") == 0 || skip_structure(g, f))
		return RAN_OK;
	take_keywords(g, f, &condition);
	if (g->words == 0)
		return RAN_OK;
	if (!running(f)) {
		size_t start, len;

		if (is(g, "menuentry", "submenu"))
			skip_block(f, &start, &len);
		return RAN_OK;
	}
	g->in_condition = condition;
	g->negated = false;
	if (condition && strcmp(g->word[0], "!") == 0) {
		shift(g);
		g->negated = true;
		if (g->words == 0)
			return RAN_OK;
	}
	how = run(g, f);
	if (how != RAN_ASKED && condition)
		set_condition(f, (how == RAN_OK) != g->negated);
	return how;
}

static bool
chosen(const struct entry *e, size_t index, const char *want)
{
	char number[24];

	snprintf(number, sizeof(number), "%zu", index);
	return strcmp(want, number) == 0 || strcmp(want, e->title) == 0 ||
	    (e->id[0] && strcmp(want, e->id) == 0);
}

/* The texts have ended: the menu's default entry runs.  ">" leads into
 * submenus. */
static bool
open_menu(struct grub *g)
{
	char want[FOLLOW_VALUE];
	size_t pick = 0;
	struct entry e;

	snprintf(want, sizeof(want), "%.*s", (int)strcspn(get(g, "default"), ">"), get(g, "default"));
	for (size_t i = 0; i < g->entries; i++)
		if (chosen(&g->entry[i], i, want)) {
			pick = i;
			break;
		}
	e = g->entry[pick];
	g->entry[pick].body = NULL;
	drop_entries(g);
	grub_set(g, "chosen", e.title);
	if (e.submenu) {
		const char *rest = strchr(get(g, "default"), '>');

		snprintf(want, sizeof(want), "%s", rest ? rest + 1 : "0");
		grub_set(g, "default", want);
	}
	push(g, e.body, e.len, e.line);
	free(e.body);
	return g->depth > 0;
}

static enum ran
leave(struct grub *g)
{
	pop(g);
	g->words = 0;
	if (g->depth)
		return RAN_OK;
	if (g->kernel)
		return run_boot(g);
	if (g->entries && g->menus++ < 8 && open_menu(g))
		return RAN_OK;
	return stopped(g, g->menus ? "the entry that boots by default loads no kernel" :
	    "the configuration has no menu entry", "");
}

void
grub_next(struct grub *g, struct follow *out)
{
	memset(out, 0, sizeof(*out));
	g->out = out;
	if (g->ended || !g->depth) {
		stopped(g, "the configuration has ended", "");
		return;
	}
	while (g->commands++ < COMMANDS) {
		struct frame *f = g->frame[g->depth - 1];
		bool more = g->words > 1 && (is(g, "initrd", "initrdefi"));
		enum ran how = f->pos >= f->len && !more ? leave(g) : step(g);

		if (how == RAN_ASKED)
			return;
	}
	stopped(g, "the configuration runs in circles", "");
}

void
grub_result(struct grub *g, bool ok)
{
	if (!g->depth)
		return;
	if (g->in_condition)
		set_condition(g->frame[g->depth - 1], ok != g->negated);
	g->in_condition = false;
}
