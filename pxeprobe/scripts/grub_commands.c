#include "grub_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name that begins with '/' lies on $root: "(tftp,10.0.0.1)/name". */
static enum ran
asked(struct grub *g, enum script_kind kind, const char *name)
{
	const char *root = name[0] == '/' ? grub_get(g, "root") : "";

	g->out->kind = kind;
	snprintf(g->out->name, sizeof(g->out->name), root[0] ? "(%s)%s" : "%s%s", root, name);
	return RAN_ASKED;
}

/* "(hd0,gpt2)/vmlinuz", "+1": the machine's own disk. */
static bool
on_disk(const char *name)
{
	return name[0] == '+' || strncmp(name, "(hd", 3) == 0 || strncmp(name, "(cd", 3) == 0;
}

enum ran
grub_stopped(struct grub *g, const char *why, const char *what)
{
	g->ended = true;
	snprintf(g->out->why, sizeof(g->out->why), "%s%.60s", why, what);
	return asked(g, SCRIPT_STOP, "");
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
run_entry(struct grub *g, struct text *f)
{
	const char *id = option(g, "--id");
	struct entry *e;
	size_t start, len;

	grub_skip_block(f, &start, &len);
	if (g->entries == ENTRIES || g->words < 2)
		return RAN_OK;
	e = &g->entry[g->entries];
	e->body = malloc(len + 1);
	if (!e->body)
		return RAN_FAILED;
	memcpy(e->body, f->bytes + start, len);
	e->body[len] = '\0';
	e->len = len;
	e->line = f->line;
	e->submenu = strcmp(g->word[0], "submenu") == 0;
	snprintf(e->title, sizeof(e->title), "%.*s", (int)sizeof(e->title) - 1, plain(g, 0) ? plain(g, 0) : "");
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
	if (w + 1 < n && strcmp(g->word[w], "-s") == 0) {
		g->negated ^= not ;
		return asked(g, SCRIPT_TRY, g->word[w + 1]);
	}
	/* These look into the folder, and a network has none (grub_net_fs_dir):
	 * nothing is asked, and nothing is there. */
	if (w + 1 < n &&
	    (strcmp(g->word[w], "-e") == 0 || strcmp(g->word[w], "-f") == 0 || strcmp(g->word[w], "-d") == 0))
		return no;
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
run_file(struct grub *g, enum script_kind kind)
{
	const char *name = plain(g, 0);

	if (!name)
		return RAN_FAILED;
	if (kind == SCRIPT_KERNEL)
		g->kernel = true;
	asked(g, kind, name);
	if (on_disk(g->out->name)) {
		g->out->kind = SCRIPT_LOCAL;
		g->ended = true;
	}
	return RAN_ASKED;
}

static enum ran
run_script(struct grub *g)
{
	const char *name = plain(g, 0);

	g->replaces = strcmp(g->word[0], "configfile") == 0 || strcmp(g->word[0], "normal") == 0;
	return name ? asked(g, SCRIPT_CONFIG, name) : RAN_OK;
}

enum ran
grub_run_boot(struct grub *g)
{
	if (!g->kernel)
		return RAN_FAILED;
	g->ended = true;
	return asked(g, SCRIPT_BOOT, "");
}

bool
grub_is(const struct grub *g, const char *a, const char *b)
{
	return strcmp(g->word[0], a) == 0 || strcmp(g->word[0], b) == 0;
}

enum ran
grub_run_initrds(struct grub *g)
{
	/* Several on a line are asked for one by one: the first is cut off. */
	const char *name = plain(g, 0);
	enum ran how;

	if (!name) {
		g->words = 0;
		return RAN_OK;
	}
	how = asked(g, SCRIPT_INITRD, name);
	for (size_t w = 1; w < g->words; w++)
		if (g->word[w] == name) {
			memmove(g->word[w], g->word[w + 1], (g->words - w - 1) * sizeof(g->word[0]));
			g->words--;
			return how;
		}
	return how;
}

enum ran
grub_run(struct grub *g, struct text *f)
{
	const char *c = g->word[0];

	if (grub_is(g, "menuentry", "submenu"))
		return run_entry(g, f);
	if (grub_is(g, "set", "export"))
		return g->words > 1 && c[0] == 's' ? run_set(g, g->word[1]) : RAN_OK;
	if (grub_is(g, "[", "test"))
		return run_test(g);
	if (grub_is(g, "linux", "linuxefi") || grub_is(g, "linux16", "multiboot") || grub_is(g, "multiboot2", "kernel"))
		return run_file(g, SCRIPT_KERNEL);
	if (grub_is(g, "initrd", "initrdefi") || grub_is(g, "initrd16", "initrd"))
		return grub_run_initrds(g);
	if (grub_is(g, "chainloader", "chainloader"))
		return run_file(g, SCRIPT_CHAIN);
	if (grub_is(g, "source", ".") || grub_is(g, "configfile", "normal") || strncmp(c, "extract_entries", 15) == 0)
		return run_script(g);
	if (grub_is(g, "net_bootp", "net_dhcp"))
		return asked(g, SCRIPT_DHCP, "");
	if (strcmp(c, "boot") == 0)
		return grub_run_boot(g);
	if (grub_is(g, "exit", "fwsetup")) {
		g->ended = true;
		return asked(g, SCRIPT_LOCAL, "");
	}
	if (grub_is(g, "reboot", "halt"))
		return grub_stopped(g, "the entry says ", c);
	if (grub_is(g, "false", "search") || grub_is(g, "loadfont", "background_image") ||
	    grub_is(g, "regexp", "keystatus"))
		return RAN_FAILED;
	if (strchr(c, '=') && isalpha((unsigned char)c[0]))
		return run_set(g, g->word[0]);
	return RAN_OK;
}
