/* grub.cfg: if-blocks, menus, and the commands that load something. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grub_words.h"
#include "reader.h"

#define GRUB_ENTRIES 128
#define GRUB_COMMANDS 20000
#define GRUB_BLOCKS 32 /* if-blocks in one another */
#define GRUB_MENUS 8   /* submenus in one another */

/* The open if-blocks of a text. */
struct blocks {
	struct {
		bool taken;   /* a branch of it has run, or none ever will */
		bool running; /* this branch runs */
	} cond[GRUB_BLOCKS];
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
	struct script script;
	struct interp interp; /* files, and bodies of menu entries */
	struct blocks blocks[INTERP_TEXTS];
	struct entry entry[GRUB_ENTRIES];
	size_t entries;
	unsigned commands, menus;
	bool kernel, ended;
	bool replaces;     /* the text asked for last leaves what ran before (configfile) */
	bool in_condition; /* the command that runs is an if's */
	bool negated;
	struct grub_words command;
	struct script_action *out;
};

bool
script_grub_config(size_t i, const unsigned char mac[6], unsigned addr, char out[64])
{
	char digits[9];

	snprintf(digits, sizeof(digits), "%08X", addr);
	if (i == 0)
		snprintf(out, 64, "grub.cfg-01-%02x-%02x-%02x-%02x-%02x-%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		    mac[5]);
	else if (i < 9)
		snprintf(out, 64, "grub.cfg-%.*s", (int)(9 - i), digits);
	else if (i == 9)
		snprintf(out, 64, "grub.cfg");
	else
		return false;
	return true;
}

static void
drop_entries(struct grub *g)
{
	for (size_t e = 0; e < g->entries; e++)
		free(g->entry[e].body);
	g->entries = 0;
}

static void
grub_free(struct script *s)
{
	struct grub *g = (struct grub *)s;

	interp_free(&g->interp);
	drop_entries(g);
	free(g);
}

/* "" when it was never set. */
static const char *
grub_get(const struct grub *g, const char *name)
{
	const char *value = interp_get(&g->interp, name);

	return value ? value : "";
}

static void
grub_set(struct script *s, const char *name, const char *value)
{
	char bare[SCRIPT_VALUE];
	size_t len = strlen(value);

	/* "set root=(http,10.0.0.1)" is the same without the parentheses
	 * (grub_env_write_root). */
	if (strcmp(name, "root") == 0 && len > 1 && value[0] == '(' && value[len - 1] == ')') {
		snprintf(bare, sizeof(bare), "%.*s", (int)(len - 2), value + 1);
		value = bare;
	}
	interp_set(&((struct grub *)s)->interp, name, value);
}

/* The if-blocks of the text that runs. */
static struct blocks *
grub_blocks(struct grub *g)
{
	return &g->blocks[g->interp.depth - 1];
}

/* The innermost condition went this way: chooses whether its branch runs. */
static void
set_condition(struct blocks *b, bool ok)
{
	size_t top = b->conds - 1;

	if (!b->conds)
		return;
	b->cond[top].running = ok && !b->cond[top].taken;
	b->cond[top].taken |= ok;
}

static bool
push_text(struct grub *g, const char *text, size_t len, unsigned line)
{
	if (!interp_push(&g->interp, text, len, line))
		return false;
	grub_blocks(g)->conds = 0;
	return true;
}

static bool
grub_push(struct script *s, const char *text, size_t len)
{
	struct grub *g = (struct grub *)s;

	g->command.n = 0;
	if (g->in_condition && g->interp.depth)
		set_condition(grub_blocks(g), true);
	g->in_condition = false;
	if (g->replaces) {
		drop_entries(g);
		while (g->interp.depth)
			interp_pop(&g->interp);
	}
	return push_text(g, text, len, 1);
}

/* ---- commands ---- */

/* A name that begins with '/' lies on $root: "(tftp,10.0.0.1)/name". */
static enum ran
grub_ask(struct grub *g, enum script_kind kind, const char *name)
{
	const char *root = name[0] == '/' ? grub_get(g, "root") : "";

	g->out->kind = kind;
	snprintf(g->out->name, sizeof(g->out->name), root[0] ? "(%s)%s" : "%s%s", root, name);
	return RAN_ASKED;
}

static enum ran
grub_stop(struct grub *g, const char *why, const char *what)
{
	g->ended = true;
	snprintf(g->out->why, sizeof(g->out->why), "%s%.60s", why, what);
	return grub_ask(g, SCRIPT_STOP, "");
}

/* The place of the first argument that is not an option; 0 when there is none. */
static size_t
grub_argument(const struct grub_words *c)
{
	for (size_t w = 1; w < c->n; w++)
		if (c->word[w][0] != '-' || !c->word[w][1])
			return w;
	return 0;
}

static enum ran
grub_assign(struct grub *g, char *assignment)
{
	char *eq = strchr(assignment, '=');

	if (!eq)
		return RAN_OK;
	*eq = '\0';
	grub_set(&g->script, assignment, eq + 1);
	return RAN_OK;
}

/* menuentry "title" --id x ... { body } */
static enum ran
grub_entry(struct grub *g, struct text *t)
{
	const struct grub_words *c = &g->command;
	size_t start, len, title = grub_argument(c);
	const char *id = "";
	struct entry *e;

	for (size_t w = 1; w < c->n && !id[0]; w++) {
		if (strcmp(c->word[w], "--id") == 0 && w + 1 < c->n)
			id = c->word[w + 1];
		else if (strncmp(c->word[w], "--id=", 5) == 0)
			id = c->word[w] + 5;
	}
	grub_words_skip_block(t, &start, &len);
	if (g->entries == GRUB_ENTRIES || c->n < 2)
		return RAN_OK;
	e = &g->entry[g->entries];
	e->body = malloc(len + 1);
	if (!e->body)
		return RAN_FAILED;
	memcpy(e->body, t->bytes + start, len);
	e->body[len] = '\0';
	e->len = len;
	e->line = t->line;
	e->submenu = strcmp(c->word[0], "submenu") == 0;
	snprintf(e->title, sizeof(e->title), "%.*s", (int)sizeof(e->title) - 1, title ? c->word[title] : "");
	snprintf(e->id, sizeof(e->id), "%.*s", (int)sizeof(e->id) - 1, id);
	g->entries++;
	return RAN_OK;
}

/* One test; whether a file has something in it is asked. */
static enum ran
grub_test(struct grub *g)
{
	const struct grub_words *c = &g->command;
	size_t n = c->n, w = 1;
	bool not = false;
	const char *a, *b, *after;
	enum ran yes, no;

	if (strcmp(c->word[0], "[") == 0 && strcmp(c->word[n - 1], "]") == 0)
		n--;
	if (w < n && strcmp(c->word[w], "!") == 0) {
		not = true;
		w++;
	}
	yes = not ? RAN_FAILED : RAN_OK;
	no = not ? RAN_OK : RAN_FAILED;
	if (w >= n)
		return no;
	a = c->word[w];
	b = w + 1 < n ? c->word[w + 1] : NULL;
	after = w + 2 < n ? c->word[w + 2] : NULL;
	if (b && strcmp(a, "-s") == 0) {
		g->negated ^= not ;
		return grub_ask(g, SCRIPT_TRY, b);
	}
	/* These look into the directory, and a network has none (grub_net_fs_dir):
	 * nothing is asked, and nothing is there. */
	if (b && (strcmp(a, "-e") == 0 || strcmp(a, "-f") == 0 || strcmp(a, "-d") == 0))
		return no;
	if (b && strcmp(a, "-z") == 0)
		return b[0] ? no : yes;
	if (b && strcmp(a, "-n") == 0)
		return b[0] ? yes : no;
	if (after && (strcmp(b, "=") == 0 || strcmp(b, "==") == 0))
		return strcmp(a, after) == 0 ? yes : no;
	if (after && strcmp(b, "!=") == 0)
		return strcmp(a, after) != 0 ? yes : no;
	return a[0] ? yes : no;
}

/* A kernel, or a program that takes over. */
static enum ran
grub_load(struct grub *g, enum script_kind kind)
{
	size_t w = grub_argument(&g->command);
	const char *name = g->out->name;

	if (!w)
		return RAN_FAILED;
	if (kind == SCRIPT_KERNEL)
		g->kernel = true;
	grub_ask(g, kind, g->command.word[w]);
	/* "(hd0,gpt2)/vmlinuz", "+1": the machine's own disk. */
	if (name[0] == '+' || strncmp(name, "(hd", 3) == 0 || strncmp(name, "(cd", 3) == 0) {
		g->out->kind = SCRIPT_LOCAL;
		g->ended = true;
	}
	return RAN_ASKED;
}

/* Several on a line are asked for one by one: the first is cut off. */
static enum ran
grub_initrd(struct grub *g)
{
	size_t w = grub_argument(&g->command);

	if (!w) {
		g->command.n = 0;
		return RAN_OK;
	}
	grub_ask(g, SCRIPT_INITRD, g->command.word[w]);
	grub_words_drop(&g->command, w);
	return RAN_ASKED;
}

static enum ran
grub_boot(struct grub *g)
{
	if (!g->kernel)
		return RAN_FAILED;
	g->ended = true;
	return grub_ask(g, SCRIPT_BOOT, "");
}

static enum ran
grub_command(struct grub *g, struct text *t)
{
	char *c = g->command.word[0];
	size_t w;

	if (word_in(c, "menuentry submenu"))
		return grub_entry(g, t);
	if (strcmp(c, "set") == 0)
		return g->command.n > 1 ? grub_assign(g, g->command.word[1]) : RAN_OK;
	if (word_in(c, "[ test"))
		return grub_test(g);
	if (word_in(c, "linux linuxefi linux16 multiboot multiboot2 kernel"))
		return grub_load(g, SCRIPT_KERNEL);
	if (word_in(c, "initrd initrdefi initrd16"))
		return grub_initrd(g);
	if (strcmp(c, "chainloader") == 0)
		return grub_load(g, SCRIPT_CHAIN);
	if (word_in(c, "source . configfile normal") || strncmp(c, "extract_entries", 15) == 0) {
		g->replaces = word_in(c, "configfile normal");
		w = grub_argument(&g->command);
		return w ? grub_ask(g, SCRIPT_CONFIG, g->command.word[w]) : RAN_OK;
	}
	if (word_in(c, "net_bootp net_dhcp"))
		return grub_ask(g, SCRIPT_DHCP, "");
	if (strcmp(c, "boot") == 0)
		return grub_boot(g);
	if (word_in(c, "exit fwsetup")) {
		g->ended = true;
		return grub_ask(g, SCRIPT_LOCAL, "");
	}
	if (word_in(c, "reboot halt"))
		return grub_stop(g, "the entry says ", c);
	if (word_in(c, "false search loadfont background_image regexp keystatus"))
		return RAN_FAILED;
	if (strchr(c, '=') && isalpha((unsigned char)c[0]))
		return grub_assign(g, c);
	return RAN_OK;
}

/* ---- running ---- */

static bool
all_run(const struct blocks *b)
{
	for (size_t i = 0; i < b->conds; i++)
		if (!b->cond[i].running)
			return false;
	return true;
}

/* Takes if, then, elif, else and fi from the front of the words; what is left
 * is a command.  True when that is the condition of a branch. */
static bool
take_keywords(struct grub *g)
{
	struct blocks *b = grub_blocks(g);
	bool condition = false;

	for (; g->command.n; grub_words_drop(&g->command, 0)) {
		const char *c = g->command.word[0];

		if (!word_in(c, "if then elif else fi"))
			break;
		condition = word_in(c, "if elif");
		if (strcmp(c, "if") == 0 && b->conds < GRUB_BLOCKS) {
			bool outer = all_run(b);

			/* Inside what does not run, no branch is ever taken. */
			b->cond[b->conds].taken = !outer;
			b->cond[b->conds++].running = outer;
		} else if (strcmp(c, "elif") == 0 && b->conds) {
			b->cond[b->conds - 1].running = !b->cond[b->conds - 1].taken;
		} else if (strcmp(c, "else") == 0 && b->conds) {
			set_condition(b, !b->cond[b->conds - 1].taken);
		} else if (strcmp(c, "fi") == 0) {
			b->conds -= b->conds > 0;
		}
	}
	return condition;
}

/* Passes over loops and functions, whose bodies are not run. */
static bool
skip_structure(struct grub *g, struct text *t)
{
	const char *c = g->command.word[0];
	size_t start, len;

	if (strcmp(c, "function") == 0) {
		grub_words_skip_block(t, &start, &len);
		return true;
	}
	if (!word_in(c, "for while until"))
		return false;
	for (int depth = 1; depth && t->pos < t->len;) {
		if (!grub_words_read(t, &g->interp, &g->command))
			continue;
		if (word_in(c, "for while"))
			depth++;
		else if (strcmp(c, "done") == 0)
			depth--;
	}
	return true;
}

/* Opens the menu's default entry; ">" in $default leads into submenus. */
static bool
open_menu(struct grub *g)
{
	char want[SCRIPT_VALUE];
	size_t pick = 0;
	struct entry e;

	snprintf(want, sizeof(want), "%.*s", (int)strcspn(grub_get(g, "default"), ">"), grub_get(g, "default"));
	for (size_t i = 0; i < g->entries; i++) {
		const struct entry *p = &g->entry[i];
		char number[24];

		snprintf(number, sizeof(number), "%zu", i);
		if (strcmp(want, number) == 0 || strcmp(want, p->title) == 0 ||
		    (p->id[0] && strcmp(want, p->id) == 0)) {
			pick = i;
			break;
		}
	}
	e = g->entry[pick];
	g->entry[pick].body = NULL;
	drop_entries(g);
	grub_set(&g->script, "chosen", e.title);
	if (e.submenu) {
		const char *rest = strchr(grub_get(g, "default"), '>');

		snprintf(want, sizeof(want), "%s", rest ? rest + 1 : "0");
		grub_set(&g->script, "default", want);
	}
	push_text(g, e.body, e.len, e.line);
	free(e.body);
	return g->interp.depth > 0;
}

/* A text has ended: on in its caller; after the last one the menu opens. */
static enum ran
leave_text(struct grub *g)
{
	interp_pop(&g->interp);
	g->command.n = 0;
	if (g->interp.depth)
		return RAN_OK;
	if (g->kernel)
		return grub_boot(g);
	if (g->entries && g->menus++ < GRUB_MENUS && open_menu(g))
		return RAN_OK;
	return grub_stop(g,
	    g->menus ? "the entry that boots by default loads no kernel" : "the configuration has no menu entry", "");
}

/* Reads a command and runs it, unless an if says that it does not run. */
static enum ran
grub_step(struct grub *g)
{
	struct text *t = interp_top(&g->interp);
	struct grub_words *c = &g->command;
	bool condition;
	enum ran how;

	if (c->n > 1 && word_in(c->word[0], "initrd initrdefi"))
		return grub_initrd(g);
	if (t->pos >= t->len)
		return leave_text(g);
	g->out->line = t->line;
	if (!grub_words_read(t, &g->interp, c) || strcmp(c->word[0], "}") == 0 || skip_structure(g, t))
		return RAN_OK;
	condition = take_keywords(g);
	if (c->n == 0)
		return RAN_OK;
	if (!all_run(grub_blocks(g))) {
		size_t start, len;

		if (word_in(c->word[0], "menuentry submenu"))
			grub_words_skip_block(t, &start, &len);
		return RAN_OK;
	}
	g->in_condition = condition;
	g->negated = condition && strcmp(c->word[0], "!") == 0;
	if (g->negated)
		grub_words_drop(c, 0);
	if (c->n == 0)
		return RAN_OK;
	how = grub_command(g, t);
	if (how != RAN_ASKED && condition)
		set_condition(grub_blocks(g), (how == RAN_OK) != g->negated);
	return how;
}

static void
grub_next(struct script *s, struct script_action *out)
{
	struct grub *g = (struct grub *)s;

	g->out = out;
	if (g->ended || !g->interp.depth) {
		grub_stop(g, "the configuration has ended", "");
		return;
	}
	while (g->commands++ < GRUB_COMMANDS)
		if (grub_step(g) == RAN_ASKED)
			return;
	grub_stop(g, "the configuration runs in circles", "");
}

static void
grub_result(struct script *s, bool ok)
{
	struct grub *g = (struct grub *)s;

	if (!g->interp.depth)
		return;
	if (g->in_condition)
		set_condition(grub_blocks(g), ok != g->negated);
	g->in_condition = false;
}

struct script *
script_grub(void)
{
	static const struct reader reader = {
		.free = grub_free, .set = grub_set, .push = grub_push, .next = grub_next, .result = grub_result
	};
	struct grub *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->script.reader = &reader;
	return &g->script;
}
