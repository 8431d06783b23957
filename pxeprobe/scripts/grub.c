#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grub_private.h"

bool
grub_config_name(size_t i, const unsigned char mac[6], unsigned addr, char out[64])
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

struct grub *
grub_new(void)
{
	return calloc(1, sizeof(struct grub));
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
	interp_free(&g->script);
	drop_entries(g);
	free(g);
}

const char *
grub_get(const struct grub *g, const char *name)
{
	const char *value = interp_get(&g->script, name);

	return value ? value : "";
}

void
grub_set(struct grub *g, const char *name, const char *value)
{
	char bare[SCRIPT_VALUE];
	size_t len = strlen(value);

	/* "set root=(http,10.0.0.1)" is the same without the parentheses
	 * (grub_env_write_root). */
	if (strcmp(name, "root") == 0 && len > 1 && value[0] == '(' && value[len - 1] == ')') {
		snprintf(bare, sizeof(bare), "%.*s", (int)(len - 2), value + 1);
		value = bare;
	}
	interp_set(&g->script, name, value);
}

/* The if-blocks of the text that runs. */
static struct blocks *
blocks(struct grub *g)
{
	return &g->blocks[g->script.depth - 1];
}

static bool
push(struct grub *g, const char *text, size_t len, unsigned line)
{
	if (!interp_push(&g->script, text, len, line))
		return false;
	blocks(g)->conds = 0;
	return true;
}

/* if, elif, else, fi; `ok`: how the condition went. */
static void
set_condition(struct blocks *b, bool ok)
{
	size_t top = b->conds - 1;

	if (!b->conds)
		return;
	b->cond[top].running = ok && !b->cond[top].taken;
	b->cond[top].taken |= ok;
}

bool
grub_push(struct grub *g, const char *text, size_t len, bool config)
{
	g->words = 0;
	if (g->in_condition && g->script.depth)
		set_condition(blocks(g), true);
	g->in_condition = false;
	if (config) {
		drop_entries(g);
		while (g->script.depth)
			interp_pop(&g->script);
	}
	return push(g, text, len, 1);
}

bool
grub_replaces(const struct grub *g)
{
	return g->replaces;
}

static bool
running(const struct blocks *b)
{
	for (size_t i = 0; i < b->conds; i++)
		if (!b->cond[i].running)
			return false;
	return true;
}

static void
shift(struct grub *g)
{
	memmove(g->word[0], g->word[1], (g->words - 1) * sizeof(g->word[0]));
	g->words--;
}

static void
open_if(struct blocks *b)
{
	bool outer = running(b);

	if (b->conds == NESTING)
		return;
	/* Inside what does not run, no branch is ever taken. */
	b->cond[b->conds].taken = !outer;
	b->cond[b->conds++].running = outer;
}

/* Takes if, then, elif, else and fi from the front of the words; what is left
 * is a command.  *condition: it decides about a branch. */
static void
take_keywords(struct grub *g, bool *condition)
{
	struct blocks *b = blocks(g);

	for (; g->words; shift(g)) {
		bool is_if = strcmp(g->word[0], "if") == 0, is_elif = strcmp(g->word[0], "elif") == 0;

		if (is_if)
			open_if(b);
		else if (is_elif && b->conds)
			b->cond[b->conds - 1].running = !b->cond[b->conds - 1].taken;
		else if (strcmp(g->word[0], "else") == 0 && b->conds)
			set_condition(b, !b->cond[b->conds - 1].taken);
		else if (strcmp(g->word[0], "fi") == 0)
			b->conds -= b->conds > 0;
		else if (!is_elif && strcmp(g->word[0], "else") != 0 && strcmp(g->word[0], "then") != 0)
			return;
		*condition = is_if || is_elif;
	}
}

/* Loops and functions: their bodies are not run. */
static bool
skip_structure(struct grub *g, struct text *f)
{
	size_t start, len;

	if (strcmp(g->word[0], "function") == 0) {
		grub_skip_block(f, &start, &len);
		return true;
	}
	if (strcmp(g->word[0], "for") != 0 && strcmp(g->word[0], "while") != 0 && strcmp(g->word[0], "until") != 0)
		return false;
	for (int depth = 1; depth && f->pos < f->len;) {
		if (!grub_read_command(g, f))
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
	struct text *f = interp_top(&g->script);
	bool condition = false;
	enum ran how;

	if (g->words && grub_is(g, "initrd", "initrdefi") && g->words > 1)
		return grub_run_initrds(g);
	g->out->line = f->line;
	if (!grub_read_command(g, f))
		return RAN_OK;
	if (strcmp(g->word[0], "}") == 0 || skip_structure(g, f))
		return RAN_OK;
	take_keywords(g, &condition);
	if (g->words == 0)
		return RAN_OK;
	if (!running(blocks(g))) {
		size_t start, len;

		if (grub_is(g, "menuentry", "submenu"))
			grub_skip_block(f, &start, &len);
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
	how = grub_run(g, f);
	if (how != RAN_ASKED && condition)
		set_condition(blocks(g), (how == RAN_OK) != g->negated);
	return how;
}

static bool
chosen(const struct entry *e, size_t index, const char *want)
{
	char number[24];

	snprintf(number, sizeof(number), "%zu", index);
	return strcmp(want, number) == 0 || strcmp(want, e->title) == 0 || (e->id[0] && strcmp(want, e->id) == 0);
}

/* The texts have ended: the menu's default entry runs.  ">" leads into
 * submenus. */
static bool
open_menu(struct grub *g)
{
	char want[SCRIPT_VALUE];
	size_t pick = 0;
	struct entry e;

	snprintf(want, sizeof(want), "%.*s", (int)strcspn(grub_get(g, "default"), ">"), grub_get(g, "default"));
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
		const char *rest = strchr(grub_get(g, "default"), '>');

		snprintf(want, sizeof(want), "%s", rest ? rest + 1 : "0");
		grub_set(g, "default", want);
	}
	push(g, e.body, e.len, e.line);
	free(e.body);
	return g->script.depth > 0;
}

static enum ran
leave(struct grub *g)
{
	interp_pop(&g->script);
	g->words = 0;
	if (g->script.depth)
		return RAN_OK;
	if (g->kernel)
		return grub_run_boot(g);
	if (g->entries && g->menus++ < 8 && open_menu(g))
		return RAN_OK;
	return grub_stopped(g,
	    g->menus ? "the entry that boots by default loads no kernel" : "the configuration has no menu entry", "");
}

void
grub_next(struct grub *g, struct script_action *out)
{
	memset(out, 0, sizeof(*out));
	g->out = out;
	if (g->ended || !g->script.depth) {
		grub_stopped(g, "the configuration has ended", "");
		return;
	}
	while (g->commands++ < COMMANDS) {
		struct text *f = interp_top(&g->script);
		bool more = g->words > 1 && (grub_is(g, "initrd", "initrdefi"));
		enum ran how = f->pos >= f->len && !more ? leave(g) : step(g);

		if (how == RAN_ASKED)
			return;
	}
	grub_stopped(g, "the configuration runs in circles", "");
}

void
grub_result(struct grub *g, bool ok)
{
	if (!g->script.depth)
		return;
	if (g->in_condition)
		set_condition(blocks(g), ok != g->negated);
	g->in_condition = false;
}
