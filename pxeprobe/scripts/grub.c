/* grub.cfg: conditions, loops, functions, menus, and the commands that load something. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grub_command.h"

#define GRUB_COMMANDS 20000
#define GRUB_MENUS 8 /* submenus in one another */

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
	for (size_t e = 0; e < g->entries; e++) {
		free(g->entry[e].body);
		free(g->entry[e].args);
	}
	g->entries = 0;
}

/* ---- texts and what runs in them ---- */

static struct frame *
grub_frame(struct grub *g)
{
	return &g->frame[g->interp.depth - 1];
}

static bool
push_text(struct grub *g, const struct script_text *t, enum frame_kind kind)
{
	if (!interp_push(&g->interp, t->bytes, t->len, t->line))
		return false;
	*grub_frame(g) = (struct frame){ .kind = kind };
	return true;
}

/* The innermost function or entry that runs; NULL: none does. */
static struct frame *
function_frame(struct grub *g)
{
	for (size_t d = g->interp.depth; d > 0; d--)
		if (g->frame[d - 1].kind == FRAME_FUNCTION)
			return &g->frame[d - 1];
	return NULL;
}

/* $1, $2 ... of the function that runs. */
static void
set_arguments(struct grub *g)
{
	const struct frame *f = function_frame(g);
	char name[8];

	for (size_t i = 0; i < GRUB_ARGUMENTS; i++) {
		snprintf(name, sizeof(name), "%zu", i + 1);
		interp_set(&g->interp, name, f && f->list && i < f->list->n ? f->list->word[i] : "");
	}
	snprintf(name, sizeof(name), "%zu", f && f->list ? f->list->n : 0);
	interp_set(&g->interp, "#", f ? name : "");
}

/* $config_file and $config_directory: the innermost file's (normal/main.c, read_config_file). */
static void
set_file(struct grub *g)
{
	const char *file = "";

	for (size_t d = g->interp.depth; d > 0 && !file[0]; d--)
		file = g->frame[d - 1].file;
	if (file[0])
		grub_set_file(&g->script, file);
}

static void
pop_text(struct grub *g)
{
	struct frame *f = grub_frame(g);
	bool function = f->kind == FRAME_FUNCTION, file = f->file[0];

	free(f->list);
	f->list = NULL;
	interp_pop(&g->interp);
	if (function)
		set_arguments(g);
	if (file) {
		/* Whatever its last command says (configfile.c). */
		g->status = true;
		set_file(g);
	}
}

static void
grub_free(struct script *s)
{
	struct grub *g = (struct grub *)s;

	while (g->interp.depth)
		pop_text(g);
	interp_free(&g->interp);
	drop_entries(g);
	for (size_t i = 0; i < g->functions; i++)
		free(g->function[i].body);
	free(g);
}

static bool
grub_push(struct script *s, const char *text, size_t len)
{
	struct grub *g = (struct grub *)s;
	char *bytes = malloc(len + 1);
	struct script_text t = { .bytes = bytes, .len = len, .line = 1 };
	bool ok;

	if (!bytes)
		return false;
	memcpy(bytes, text, len);
	g->command.n = 0;
	g->status = !g->negated;
	g->negated = false;
	if (g->replaces) {
		drop_entries(g);
		g->opened = GRUB_ENTRIES;
		while (g->interp.depth)
			pop_text(g);
	}
	ok = push_text(g, &t, FRAME_FILE);
	free(bytes);
	if (ok && g->asked == SCRIPT_CONFIG && g->out) {
		snprintf(grub_frame(g)->file, GRUB_FILE, "%.*s", GRUB_FILE - 1, g->out->name);
		set_file(g);
	}
	g->asked = SCRIPT_STOP;
	return ok;
}

/* ---- conditions ---- */

static bool
all_run(const struct frame *f)
{
	for (size_t i = 0; i < f->conds; i++)
		if (!f->cond[i].running)
			return false;
	return true;
}

/* Takes if, then, elif, else, fi, do and "!" from the front of the words; what is
 * left is a command. */
static void
take_keywords(struct grub *g)
{
	struct frame *f = grub_frame(g);

	for (; g->command.n; grubwords_drop(&g->command, 0)) {
		const char *c = g->command.word[0];
		size_t top = f->conds ? f->conds - 1 : 0;

		if (strcmp(c, "!") == 0) {
			g->negated = !g->negated;
		} else if (strcmp(c, "if") == 0 && f->conds < GRUB_BLOCKS) {
			bool outer = all_run(f);

			/* Inside what does not run, no branch is ever taken. */
			f->cond[f->conds].taken = !outer;
			f->cond[f->conds++].running = outer;
		} else if (strcmp(c, "then") == 0) {
			if (!f->conds)
				continue;
			f->cond[top].running = g->status && !f->cond[top].taken;
			f->cond[top].taken |= f->cond[top].running;
		} else if (word_in(c, "elif else")) {
			if (!f->conds)
				continue;
			f->cond[top].running = !f->cond[top].taken;
			f->cond[top].taken |= c[2] == 's';
		} else if (strcmp(c, "fi") == 0) {
			/* None of its branches has run, and that is no failure. */
			if (f->conds && !f->cond[top].taken)
				g->status = true;
			f->conds -= f->conds > 0;
		} else if (strcmp(c, "do") == 0) {
			/* A loop whose condition fails is over. */
			if (f->kind == FRAME_WHILE && all_run(f) && g->status == f->until) {
				f->over = true;
				interp_top(&g->interp)->pos = interp_top(&g->interp)->len;
				g->command.n = 0;
				return;
			}
		} else {
			break;
		}
	}
}

/* ---- loops and functions ---- */

/* For struct grubwords_variables. */
static const char *
grub_value(const void *context, const char *name)
{
	const struct grub *g = context;

	return strcmp(name, "?") == 0 ? (g->status ? "0" : "1") : interp_get(&g->interp, name);
}

/* Passes over a loop up to its "done": where it began, its length. */
static void
skip_loop(struct grub *g, struct script_text *t, size_t *len)
{
	const struct grubwords_variables vars = { grub_value, g };
	struct grubwords *c = &g->skipped;
	size_t start = t->pos;

	*len = 0;
	for (int depth = 1; depth && t->pos < t->len;) {
		size_t before = t->pos, body;

		if (!grub_text_command(t, &vars, c))
			continue;
		while (c->n > 1 && word_in(c->word[0], "do then else if elif !"))
			grubwords_drop(c, 0);
		if (word_in(c->word[0], "for while until"))
			depth++;
		else if (strcmp(c->word[0], "done") == 0)
			depth--;
		else if (word_in(c->word[0], "menuentry submenu function"))
			grub_text_block(t, c, &body, &body);
		*len = before - start;
	}
}

/* A copy of the words from the `first` on. */
static struct grubwords *
words_from(const struct grubwords *c, size_t first)
{
	struct grubwords *list = malloc(sizeof(*list));

	if (list)
		grubwords_copy(list, c, first);
	return list;
}

static bool
is_loop(const struct frame *f)
{
	return f->kind == FRAME_FOR || f->kind == FRAME_WHILE;
}

/* The next value of a for loop; false after the last. */
static bool
next_round(struct grub *g)
{
	struct frame *f = grub_frame(g);
	struct script_text *t = interp_top(&g->interp);

	if (f->over || (f->kind == FRAME_FOR && f->next >= f->list->n))
		return false;
	if (f->kind == FRAME_FOR)
		interp_set(&g->interp, f->variable, f->list->word[f->next++]);
	t->pos = 0;
	f->conds = 0;
	return true;
}

/* for, while, until: the loop becomes a text of its own. */
static bool
open_loop(struct grub *g, struct script_text *t, bool runs)
{
	bool loops = strcmp(g->command.word[0], "for") == 0;
	struct script_text body = { .line = t->line };
	struct grubwords *list = NULL;
	char variable[INTERP_NAME] = "";
	bool until = strcmp(g->command.word[0], "until") == 0;
	size_t start = t->pos;

	if (loops && g->command.n > 2) {
		snprintf(variable, sizeof(variable), "%.63s", g->command.word[1]);
		list = words_from(&g->command, 3);
	} else if (!loops) {
		/* The condition is part of what is repeated. */
		const char *at = strstr(t->bytes + g->began, g->command.word[0]);

		start = at ? (size_t)(at - t->bytes) + strlen(g->command.word[0]) : t->pos;
		t->pos = start;
	}
	skip_loop(g, t, &body.len);
	body.bytes = t->bytes + start;
	if (!runs || (loops && !list) || !push_text(g, &body, loops ? FRAME_FOR : FRAME_WHILE)) {
		free(list);
		return false;
	}
	snprintf(grub_frame(g)->variable, INTERP_NAME, "%s", variable);
	grub_frame(g)->list = list;
	grub_frame(g)->until = until;
	if (loops && !next_round(g))
		pop_text(g);
	return true;
}

/* shift and setparams: the arguments of the function or entry that runs. */
static bool
change_arguments(struct grub *g)
{
	struct frame *f = function_frame(g);

	if (!f || !f->list)
		return false;
	if (strcmp(g->command.word[0], "setparams") == 0)
		grubwords_copy(f->list, &g->command, 1);
	else if (f->list->n)
		grubwords_drop(f->list, 0);
	set_arguments(g);
	return true;
}

/* break and continue end the loop's text, return the function's or the file's. */
static void
grub_leave(struct grub *g, const char *word)
{
	struct frame *f = grub_frame(g);

	while (strcmp(word, "return") == 0 && g->interp.depth > 1 && is_loop(f)) {
		pop_text(g);
		f = grub_frame(g);
	}
	if (strcmp(word, "return") == 0 && g->command.n > 1)
		g->status = strtol(g->command.word[1], NULL, 0) == 0;
	f->over |= strcmp(word, "break") == 0;
	f->conds = 0;
	interp_top(&g->interp)->pos = interp_top(&g->interp)->len;
}

static void
define_function(struct grub *g, struct script_text *t, bool runs)
{
	size_t start, len;
	struct function *f;

	grub_text_body(t, &g->command, &start, &len);
	if (!runs || g->command.n < 2 || g->functions == GRUB_FUNCTIONS)
		return;
	f = &g->function[g->functions];
	f->body = malloc(len + 1);
	if (!f->body)
		return;
	memcpy(f->body, t->bytes + start, len);
	f->body[len] = '\0';
	f->len = len;
	f->line = t->line;
	snprintf(f->name, sizeof(f->name), "%.63s", g->command.word[1]);
	g->functions++;
}

/* Runs the command where it is a function; the last of that name counts. */
static bool
call_function(struct grub *g)
{
	const struct function *f = NULL;
	struct grubwords *list;
	struct script_text body;

	for (size_t i = g->functions; i > 0 && !f; i--)
		if (strcmp(g->function[i - 1].name, g->command.word[0]) == 0)
			f = &g->function[i - 1];
	if (!f)
		return false;
	body = (struct script_text){ .bytes = f->body, .len = f->len, .line = f->line };
	list = words_from(&g->command, 1);
	if (!list || !push_text(g, &body, FRAME_FUNCTION)) {
		free(list);
		return false;
	}
	grub_frame(g)->list = list;
	set_arguments(g);
	return true;
}

/* ---- the menu ---- */

/* Does it wait for a key?  Without a timeout, or with a negative one. */
static bool
menu_waits(const struct grub *g)
{
	const char *timeout = interp_get(&g->interp, "timeout");
	char *end;
	long n = timeout ? strtol(timeout, &end, 10) : -1;

	return !timeout || end == timeout || n < 0;
}

/* The entry that the first part of a list names: its number, where it begins with one, or
 * its title or id (normal/menu.c, get_entry_number).  g->entries: none. */
static size_t
named_entry(const struct grub *g, const char *list, const char *end)
{
	char want[SCRIPT_VALUE], *behind;
	unsigned long number;

	snprintf(want, sizeof(want), "%.*s", (int)strcspn(list, end), list);
	number = strtoul(want, &behind, 0);
	if (behind > want)
		return number < g->entries ? number : g->entries;
	for (size_t i = 0; i < g->entries; i++)
		if (strcmp(want, g->entry[i].title) == 0 || (g->entry[i].id[0] && strcmp(want, g->entry[i].id) == 0))
			return i;
	return g->entries;
}

/* Runs an entry of the menu.  Those beside it stay until it leads on: they may be wanted
 * yet ($fallback). */
static bool
run_entry(struct grub *g, size_t pick)
{
	struct entry *e = &g->entry[pick];
	const char *superusers = interp_get(&g->interp, "superusers");
	struct script_text body = { .bytes = e->body, .len = e->len, .line = e->line };

	if (e->locked && superusers && superusers[0])
		g->waits = "the entry that boots by default asks for a password";
	interp_set(&g->interp, "chosen", e->title);
	g->opened = pick;
	if (!push_text(g, &body, FRAME_FUNCTION))
		return false;
	grub_frame(g)->list = e->args;
	e->args = NULL;
	set_arguments(g);
	return true;
}

/* Opens the menu's default entry; ">" in $default leads into submenus. */
static bool
open_menu(struct grub *g)
{
	const char *all = interp_get(&g->interp, "default"), *rest;
	size_t pick = named_entry(g, all ? all : "", ">");
	char want[SCRIPT_VALUE];
	struct entry e;
	bool ok;

	pick = pick < g->entries ? pick : 0;
	if (!g->entry[pick].submenu)
		return run_entry(g, pick);
	rest = strchr(all ? all : "", '>');
	snprintf(want, sizeof(want), "%s", rest ? rest + 1 : "0");
	interp_set(&g->interp, "default", want);
	ok = run_entry(g, pick);
	/* Its text keeps a copy; the entries that it defines are another menu. */
	e = g->entry[pick];
	g->entry[pick].body = NULL;
	drop_entries(g);
	free(e.body);
	g->opened = GRUB_ENTRIES;
	return ok;
}

/* The entry has not booted: the next one of $fallback, or none. */
static bool
open_fallback(struct grub *g)
{
	const char *all = interp_get(&g->interp, "fallback"), *rest;
	char left[SCRIPT_VALUE];
	size_t pick;

	if (g->opened >= g->entries || !all || !all[0])
		return false;
	pick = named_entry(g, all, " ");
	rest = all + strcspn(all, " ");
	snprintf(left, sizeof(left), "%s", rest + strspn(rest, " "));
	interp_set(&g->interp, "fallback", left);
	return pick < g->entries && pick != g->opened && g->entry[pick].args && run_entry(g, pick);
}

static enum ran
grub_no_kernel(struct grub *g)
{
	g->out->any = g->lacking[0];
	if (g->lacking[0])
		return grub_stop(g, "no kernel is loaded: this GRUB has no command ", g->lacking);
	return grub_stop(g, "the entry that boots by default loads no kernel", "");
}

/* A text has ended: on in its caller; after the last one the menu opens. */
static enum ran
leave_text(struct grub *g)
{
	struct frame *f = grub_frame(g);

	if (is_loop(f) && next_round(g))
		return RAN_OK;
	pop_text(g);
	g->command.n = 0;
	if (g->interp.depth)
		return RAN_OK;
	if (g->kernel)
		return grub_boot(g);
	if (g->menus && g->opened < g->entries) {
		if (open_fallback(g))
			return RAN_OK;
		return grub_no_kernel(g);
	}
	if (g->entries && menu_waits(g))
		g->waits = "GRUB's menu has no timeout";
	if (g->entries && g->menus++ < GRUB_MENUS && open_menu(g))
		return RAN_OK;
	return g->menus ? grub_no_kernel(g) : grub_stop(g, "the configuration has no menu entry", "");
}

/* ---- running ---- */

/* What is not a command, but the text's structure. */
static bool
take_structure(struct grub *g, struct script_text *t)
{
	bool runs = all_run(grub_frame(g));
	const char *c = g->command.word[0];
	size_t start, len;

	if (strcmp(c, "function") == 0)
		define_function(g, t, runs);
	else if (word_in(c, "for while until"))
		open_loop(g, t, runs);
	else if (!runs && word_in(c, "menuentry submenu"))
		grub_text_block(t, &g->command, &start, &len);
	else if (runs && word_in(c, "break continue return"))
		grub_leave(g, c);
	else if (runs && word_in(c, "shift setparams"))
		g->status = change_arguments(g) != g->negated;
	else
		return !runs || strcmp(c, "done") == 0;
	return true;
}

/* Reads a command and runs it, unless an if says that it does not run. */
static enum ran
grub_step(struct grub *g)
{
	const struct grubwords_variables vars = { grub_value, g };
	struct script_text *t = interp_top(&g->interp);
	struct grubwords *c = &g->command;
	enum ran how;

	if (c->n > 1 && word_in(c->word[0], "initrd initrdefi initrd16")) {
		how = grub_initrd(g);
		goto ran;
	}
	if (g->asked_test) {
		how = grub_test(g);
		goto ran;
	}
	if (t->pos >= t->len)
		return leave_text(g);
	grub_text_begin(t);
	g->out->line = t->line;
	g->began = t->pos;
	if (!grub_text_command(t, &vars, c))
		return RAN_OK;
	g->negated = false;
	take_keywords(g);
	if (c->n == 0 || take_structure(g, t))
		return RAN_OK;
	if (!c->bad && call_function(g))
		return RAN_OK;
	how = c->bad ? RAN_FAILED : grub_command(g, t);
ran:
	if (how != RAN_ASKED)
		g->status = (how == RAN_OK) != g->negated;
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
		if (grub_step(g) == RAN_ASKED) {
			out->waits = g->waits;
			out->unsure = g->unsure;
			return;
		}
	grub_stop(g, "the configuration runs in circles", "");
}

static void
grub_result(struct script *s, bool ok)
{
	struct grub *g = (struct grub *)s;
	struct grub_known *k = &g->known;

	if (!g->interp.depth)
		return;
	if (g->asked_test && k->n < GRUB_TEST_FILES) {
		snprintf(k->file[k->n].name, GRUB_TEST_NAME, "%.511s", g->asked_test);
		k->file[k->n++].there = ok;
		return;
	}
	/* A file that is not there is no failure of the command (configfile.c). */
	g->status = (ok || g->asked == SCRIPT_CONFIG) != g->negated;
	if (g->asked == SCRIPT_KERNEL) {
		g->kernel = ok;
		g->no_initrd = false;
	} else if (g->asked == SCRIPT_INITRD && !ok) {
		/* The others of the line are not loaded then. */
		g->no_initrd = true;
		g->command.n = 0;
	}
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
	g->opened = GRUB_ENTRIES;
	return &g->script;
}
