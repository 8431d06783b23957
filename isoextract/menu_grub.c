#include "menu_grub.h"

#include <stdlib.h>
#include <string.h>

#include "grubwords.h"

#define DEPTH 8
#define BLOCKS 32
#define COMMANDS_MAX 65536
#define VARIABLES 64
#define VALUE 1024

enum grub_block { BLOCK_BRACE, BLOCK_IF, BLOCK_LOOP, BLOCK_ENTRY };

struct variables {
	struct {
		char name[GRUBWORDS_NAME], value[VALUE];
	} item[VARIABLES];
	size_t n;
};

struct grub {
	const struct menu_files *files;
	struct menu *out;
	struct {
		const char *at, *end;
	} text[DEPTH]; /* where reading goes on in each file */
	size_t depth;
	unsigned files_read, commands;
	char served[MENU_PATH]; /* the directory that has the menu's own: a network's GRUB calls it the top */
	struct variables variables;
	struct grubwords c;
	struct {
		enum grub_block kind;
		bool runs, taken; /* `taken`: a branch of this `if` was */
	} block[BLOCKS];
	size_t blocks, lost;  /* blocks deeper than there is room for */
	enum grub_block next; /* what the next `{` begins */
	bool next_runs;
	struct menu_entry e;
};

/* ---- variables ------------------------------------------------------------------------------- */

/* For struct grubwords_variables: NULL for one that is not set. */
static const char *
variable_get(const void *context, const char *name)
{
	const struct variables *v = context;

	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->item[i].name, name) == 0)
			return v->item[i].value;
	return NULL;
}

/* What has no room is not set, and a value without room is cut. */
static void
variable_set(struct variables *v, const char *name, size_t len, const char *value)
{
	size_t i = 0, n = strlen(value);

	if (len == 0 || len >= GRUBWORDS_NAME)
		return;
	while (i < v->n && (strlen(v->item[i].name) != len || memcmp(v->item[i].name, name, len) != 0))
		i++;
	if (i == VARIABLES)
		return;
	if (i == v->n) {
		memcpy(v->item[i].name, name, len);
		v->item[i].name[len] = '\0';
		v->n++;
	}
	if (n >= VALUE)
		n = VALUE - 1;
	memmove(v->item[i].value, value, n);
	v->item[i].value[n] = '\0';
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static bool
is_running(const struct grub *g)
{
	return g->lost == 0 && (g->blocks == 0 || g->block[g->blocks - 1].runs);
}

static void
begin_block(struct grub *g, enum grub_block kind, bool runs)
{
	if (g->lost > 0 || g->blocks == BLOCKS) {
		g->lost++;
		return;
	}
	runs = runs && is_running(g);
	g->block[g->blocks].kind = kind;
	g->block[g->blocks].runs = runs;
	g->block[g->blocks].taken = runs;
	g->blocks++;
}

static void
end_block(struct grub *g)
{
	if (g->lost > 0) {
		g->lost--;
		return;
	}
	if (g->blocks == 0)
		return;
	g->blocks--;
	if (g->block[g->blocks].kind == BLOCK_ENTRY && g->block[g->blocks].runs) {
		menu_add(g->out, &g->e);
		g->e = (struct menu_entry){ 0 };
	}
}

static void
read_file(struct grub *g, const char *name)
{
	char path[MENU_PATH];
	const char *text, *prefix = variable_get(&g->variables, "prefix");

	if (g->depth == DEPTH || g->files_read == MENU_FILES_MAX || !menu_path(prefix ? prefix : "", name, path))
		return;
	text = g->files->text(g->files->context, path);
	if (!text)
		return;
	g->files_read++;
	g->text[g->depth].at = text;
	g->text[g->depth++].end = text + strlen(text);
}

/* ---- conditions -------------------------------------------------------------------------- */

/* One test of `[`; *i comes after it. */
static bool
holds_one(const struct grub *g, char *const *w, size_t n, size_t *i)
{
	char path[MENU_PATH];
	size_t k = *i;

	if (k + 2 < n && (strcmp(w[k + 1], "=") == 0 || strcmp(w[k + 1], "==") == 0 || strcmp(w[k + 1], "!=") == 0)) {
		*i = k + 3;
		return (strcmp(w[k], w[k + 2]) == 0) == (*w[k + 1] != '!');
	}
	if (k + 1 < n && w[k][0] == '-' && w[k][1] && !w[k][2] && strchr("defnsz", w[k][1])) {
		*i = k + 2;
		if (w[k][1] == 'n' || w[k][1] == 'z')
			return (w[k + 1][0] != '\0') == (w[k][1] == 'n');
		return menu_path("", w[k + 1], path) && g->files->exists(g->files->context, path);
	}
	*i = k + 1;
	return w[k][0] != '\0' && strcmp(w[k], "-n") != 0;
}

static bool
holds_test(const struct grub *g, char *const *w, size_t n)
{
	bool result = false, any = false;

	for (size_t i = 0; i < n;) {
		bool not = false, either = any && strcmp(w[i], "-o") == 0, one;

		if (any && (either || strcmp(w[i], "-a") == 0))
			i++;
		for (; i < n && strcmp(w[i], "!") == 0; i++)
			not = !not ;
		one = i < n && holds_one(g, w, n, &i);
		one = one != not ;
		result = !any ? one : either ? result || one : result && one;
		any = true;
	}
	return result;
}

/* What is no test succeeds, as it would on most machines: search, loadfont, cpuid -l. */
static bool
holds(const struct grub *g, char *const *w, size_t n)
{
	bool not = false, result = true;

	for (; n > 0 && strcmp(w[0], "!") == 0; w++, n--)
		not = !not ;
	if (n > 0 && (strcmp(w[0], "[") == 0 || strcmp(w[0], "test") == 0)) {
		size_t end = 1;

		while (end < n && strcmp(w[end], "]") != 0)
			end++;
		result = holds_test(g, w + 1, end - 1);
	} else if (n > 0 && strcmp(w[0], "false") == 0) {
		result = false;
	}
	return result != not ;
}

/* ---- commands -------------------------------------------------------------------------------- */

/* Appends an argument, which quotes may have given blanks. */
static void
add_arg(struct grub *g, const char *arg)
{
	char quoted[GRUBWORDS_TEXT + 4];
	const char *equals = strchr(arg, '=');
	size_t n;

	if (!*arg)
		return;
	if (!strchr(arg, ' ') || !equals || strchr(arg, '"') || equals > strchr(arg, ' ')) {
		menu_append(g->e.args, sizeof(g->e.args), " ", arg);
		return;
	}
	n = (size_t)(equals - arg) + 1;
	memcpy(quoted, arg, n);
	quoted[n] = '\0';
	if (menu_append(quoted, sizeof(quoted), "", "\"") && menu_append(quoted, sizeof(quoted), "", arg + n) &&
	    menu_append(quoted, sizeof(quoted), "", "\""))
		menu_append(g->e.args, sizeof(g->e.args), " ", quoted);
}

/* The path of a file that a command names.  In what is made for a network, names without
 * a '/' are from the directory that is served, wherever that lies here. */
static bool
file_path(const struct grub *g, const char *name, char out[MENU_PATH])
{
	if (!menu_path("", name, out))
		return false;
	if (*name != '/' && *name != '(' && !g->files->exists(g->files->context, out))
		return menu_path(g->served, name, out);
	return true;
}

static void
take_kernel(struct grub *g, char *const *w, size_t n, enum menu_way way)
{
	size_t i = 1;

	while (i < n && w[i][0] == '-')
		i++;
	g->e.way = way;
	g->e.args[0] = g->e.initrd[0] = g->e.kernel[0] = '\0';
	if (i == n || !file_path(g, w[i], g->e.kernel)) {
		g->e.kernel[0] = '\0';
		return;
	}
	while (++i < n)
		add_arg(g, w[i]);
}

static void
take_initrds(struct grub *g, char *const *w, size_t n)
{
	char path[MENU_PATH];

	g->e.initrd[0] = '\0';
	for (size_t i = 1; i < n; i++)
		if (w[i][0] != '-' &&
		    (!file_path(g, w[i], path) || !menu_append(g->e.initrd, sizeof(g->e.initrd), ",", path)))
			g->e.kernel[0] = '\0'; /* not bootable as far as can be told */
}

static void
take_module(struct grub *g, char *const *w, size_t n)
{
	char path[MENU_PATH];
	size_t i = 1;

	while (i < n && w[i][0] == '-')
		i++;
	if (i == n || !file_path(g, w[i], path) || !menu_append(g->e.initrd, sizeof(g->e.initrd), ",", path)) {
		g->e.kernel[0] = '\0';
		return;
	}
	menu_append(g->e.args, sizeof(g->e.args), " ", "---");
	while (++i < n)
		add_arg(g, w[i]);
}

static bool
is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

static void
start_entry(struct grub *g, char *const *w, size_t n)
{
	size_t len = n > 1 ? strlen(w[1]) : 0;

	g->next = strcmp(w[0], "menuentry") == 0 ? BLOCK_ENTRY : BLOCK_BRACE;
	if (g->next != BLOCK_ENTRY)
		return;
	g->e = (struct menu_entry){ 0 };
	if (len >= MENU_TITLE)
		len = MENU_TITLE - 1;
	memcpy(g->e.title, n > 1 ? w[1] : "", len);
}

static void
grub_run(struct grub *g, char *const *w, size_t n)
{
	static const char *const linuxes[] = { "linux", "linux16", "linuxefi", NULL };
	static const char *const initrds[] = { "initrd", "initrd16", "initrdefi", NULL };
	static const char *const multiboots[] = { "multiboot", "multiboot2", "xen_hypervisor", NULL };
	static const char *const modules[] = { "module", "module2", "xen_module", NULL };
	static const char *const sources[] = { "source", ".", "configfile", NULL };
	const char *assigned = n > 1 && strcmp(w[0], "set") == 0 ? w[1] : w[0], *equals = strchr(assigned, '=');

	if (is_one_of(w[0], linuxes))
		take_kernel(g, w, n, MENU_LINUX);
	else if (is_one_of(w[0], multiboots))
		take_kernel(g, w, n, MENU_MULTIBOOT);
	else if (is_one_of(w[0], initrds))
		take_initrds(g, w, n);
	else if (is_one_of(w[0], modules))
		take_module(g, w, n);
	else if (is_one_of(w[0], sources) && n > 1)
		read_file(g, w[1]);
	else if (equals) /* more words are passed over, as GRUB does */
		variable_set(&g->variables, assigned, (size_t)(equals - assigned), equals + 1);
	else if (n > 1 && strcmp(w[0], "unset") == 0)
		variable_set(&g->variables, w[1], strlen(w[1]), "");
}

/* `if`, `elif`, `else`, `fi` and what loops and blocks begin and end with.  True if
 * that is all that the word does. */
static bool
run_keyword(struct grub *g, char *const *w, size_t n)
{
	size_t top = g->blocks - 1;
	bool in_if = g->lost == 0 && g->blocks > 0 && g->block[top].kind == BLOCK_IF;

	if (strcmp(w[0], "if") == 0) {
		begin_block(g, BLOCK_IF, holds(g, w + 1, n - 1));
	} else if (strcmp(w[0], "elif") == 0 || strcmp(w[0], "else") == 0) {
		if (in_if) {
			bool outside = g->blocks < 2 || g->block[top - 1].runs;

			g->block[top].runs =
			    outside && !g->block[top].taken && (w[0][2] == 's' || holds(g, w + 1, n - 1));
			g->block[top].taken |= g->block[top].runs;
		}
	} else if (strcmp(w[0], "for") == 0 || strcmp(w[0], "while") == 0 || strcmp(w[0], "until") == 0) {
		begin_block(g, BLOCK_LOOP, true);
		if (is_running(g) && w[0][0] == 'f' && n > 3)
			variable_set(&g->variables, w[1], strlen(w[1]), w[3]);
	} else if (strcmp(w[0], "fi") == 0 || strcmp(w[0], "done") == 0) {
		end_block(g);
	} else if (strcmp(w[0], "function") == 0) {
		g->next_runs = false;
	} else if (strcmp(w[0], "menuentry") == 0 || strcmp(w[0], "submenu") == 0) {
		if (is_running(g))
			start_entry(g, w, n);
	} else {
		return false;
	}
	return true;
}

static void
run_words(struct grub *g)
{
	char *const *w = g->c.word;
	size_t n = g->c.n;

	while (n > 0) {
		bool prefix = strcmp(w[0], "then") == 0 || strcmp(w[0], "do") == 0 || strcmp(w[0], "else") == 0;

		if (prefix && n > 1) { /* a command may follow on the same line */
			if (w[0][0] == 'e')
				run_keyword(g, w, 1);
			w++;
			n--;
			continue;
		}
		if (!run_keyword(g, w, n) && is_running(g))
			grub_run(g, w, n);
		return;
	}
}

/* A syntax error: nothing runs of what the command begins. */
static void
refuse_words(struct grub *g)
{
	const char *c = g->c.n > 0 ? g->c.word[0] : "";
	bool is_if = strcmp(c, "if") == 0;

	if (!is_if && strcmp(c, "for") != 0 && strcmp(c, "while") != 0 && strcmp(c, "until") != 0) {
		g->next_runs = g->next_runs && g->c.end != GRUBWORDS_OPEN;
		return;
	}
	begin_block(g, is_if ? BLOCK_IF : BLOCK_LOOP, false);
	if (g->lost == 0)
		g->block[g->blocks - 1].taken = true;
}

static void
run_read(struct grub *g)
{
	enum grubwords_end end = g->c.end;

	if (g->c.bad)
		refuse_words(g);
	else
		run_words(g);
	if (end == GRUBWORDS_CLOSE)
		end_block(g);
	if (end != GRUBWORDS_OPEN)
		return;
	begin_block(g, g->next, g->next_runs);
	g->next = BLOCK_BRACE;
	g->next_runs = true;
}

void
menu_grub(const struct menu_files *files, const char *path, struct menu *out)
{
	struct grub *g = calloc(1, sizeof(*g));
	const struct grubwords_variables variables = { variable_get, g ? &g->variables : NULL };
	char name[MENU_PATH + 1] = "/", dir[MENU_PATH];

	if (!g || strlen(path) >= MENU_PATH) {
		out->no_memory |= !g;
		free(g);
		return;
	}
	g->files = files;
	g->out = out;
	g->next_runs = true;
	variable_set(&g->variables, "grub_platform", 13, "efi");
	variable_set(&g->variables, "grub_cpu", 8, "x86_64");
	menu_dir(path, dir);
	menu_dir(dir, g->served);
	memcpy(name + 1, dir, strlen(dir) + 1);
	variable_set(&g->variables, "prefix", 6, name);
	variable_set(&g->variables, "cmdpath", 7, name);
	memcpy(name + 1, path, strlen(path) + 1);
	read_file(g, name);
	while (g->depth > 0 && ++g->commands < COMMANDS_MAX) {
		size_t top = g->depth - 1;

		if (grubwords_read(&g->text[top].at, g->text[top].end, &variables, &g->c))
			run_read(g);
		else
			g->depth--;
	}
	free(g);
}
