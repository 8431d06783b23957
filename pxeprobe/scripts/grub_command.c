/* grub.cfg's commands. */
#include "grub_command.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS 10

/* "" when it was never set. */
static const char *
grub_get(const struct grub *g, const char *name)
{
	const char *value = interp_get(&g->interp, name);

	return value ? value : "";
}

void
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

void
grub_set_file(struct script *s, const char *file)
{
	char directory[SCRIPT_VALUE];
	const char *slash = strrchr(file, '/');

	grub_set(s, "config_file", file);
	snprintf(directory, sizeof(directory), "%.*s", (int)(slash ? slash - file : 0), file);
	grub_set(s, "config_directory", directory);
}

/* Is it a command that this GRUB has not?  GRUB says so, and goes on as if it had gone well. */
static bool
grub_lacks(struct grub *g, const char *command)
{
	if (!word_in(command, grub_get(g, " lacks")))
		return false;
	if (!g->lacking[0])
		snprintf(g->lacking, sizeof(g->lacking), "%s", command);
	return true;
}

/* A name that begins with '/' lies on $root: "(tftp,10.0.0.1)/name". */
static enum ran
grub_ask(struct grub *g, enum script_kind kind, const char *name)
{
	const char *root = name[0] == '/' ? grub_get(g, "root") : "";

	g->out->kind = g->asked = kind;
	snprintf(g->out->name, sizeof(g->out->name), root[0] ? "(%s)%s" : "%s%s", root, name);
	return RAN_ASKED;
}

enum ran
grub_stop(struct grub *g, const char *why, const char *what)
{
	g->ended = true;
	snprintf(g->out->why, sizeof(g->out->why), "%s%.60s", why, what);
	g->out->waits = g->waits;
	g->out->unsure = g->unsure;
	return grub_ask(g, SCRIPT_STOP, "");
}

/* The place of the first argument that is not an option; 0 when there is none. */
static size_t
grub_argument(const struct grubwords *c)
{
	for (size_t w = 1; w < c->n; w++)
		if (c->word[w][0] != '-' || !c->word[w][1])
			return w;
	return 0;
}

/* The value of an option, "--set VALUE", "--set=VALUE" or "-s VALUE"; looks from word
 * *at on, and sets it to the place behind. */
static const char *
grub_option(const struct grubwords *c, const char *full, const char *brief, size_t *at)
{
	size_t len = strlen(full);

	for (size_t w = *at; w < c->n; w++) {
		*at = w + 1;
		if (strncmp(c->word[w], full, len) == 0 && c->word[w][len] == '=')
			return c->word[w] + len + 1;
		if ((strcmp(c->word[w], full) == 0 || strcmp(c->word[w], brief) == 0) && w + 1 < c->n) {
			*at = w + 2;
			return c->word[w + 1];
		}
	}
	return NULL;
}

static enum ran
grub_assign(struct grub *g, char *assignment)
{
	char *eq = strchr(assignment, '=');

	if (!eq)
		return RAN_FAILED;
	*eq = '\0';
	grub_set(&g->script, assignment, eq + 1);
	return RAN_OK;
}

/* The title, and the words behind it that are no options: $1, $2 ... of the body. */
static struct grubwords *
entry_arguments(const struct grubwords *c)
{
	struct grubwords *args = malloc(sizeof(*args));

	if (!args)
		return NULL;
	grubwords_copy(args, c, 1);
	for (size_t w = 0; w < args->n;)
		if (args->word[w][0] != '-' || !args->word[w][1]) {
			w++;
		} else {
			bool takes = word_in(args->word[w], "--class --users --hotkey --id --source");

			grubwords_drop(args, w);
			if (takes && w < args->n)
				grubwords_drop(args, w);
		}
	return args;
}

/* menuentry "title" --id x ... { body } */
static enum ran
grub_entry(struct grub *g, struct script_text *t)
{
	const struct grubwords *c = &g->command;
	size_t start, len, title = grub_argument(c), at = 1;
	const char *id = grub_option(c, "--id", "--id", &at);
	struct entry *e;

	grub_text_block(t, c, &start, &len);
	if (g->entries == GRUB_ENTRIES || c->n < 2)
		return RAN_OK;
	e = &g->entry[g->entries];
	e->body = malloc(len + 1);
	e->args = entry_arguments(c);
	if (!e->body || !e->args) {
		free(e->body);
		free(e->args);
		return RAN_FAILED;
	}
	e->locked = true;
	for (size_t w = 1; w < c->n; w++)
		e->locked &= strcmp(c->word[w], "--unrestricted") != 0;
	memcpy(e->body, t->bytes + start, len);
	e->body[len] = '\0';
	e->len = len;
	e->line = t->line;
	e->submenu = strcmp(c->word[0], "submenu") == 0;
	snprintf(e->title, sizeof(e->title), "%.*s", (int)sizeof(e->title) - 1, title ? c->word[title] : "");
	snprintf(e->id, sizeof(e->id), "%.*s", (int)sizeof(e->id) - 1, id ? id : "");
	g->entries++;
	return RAN_OK;
}

enum ran
grub_test(struct grub *g)
{
	const char *ask;

	if (!g->asked_test)
		g->known.n = 0;
	switch (g->known.n < GRUB_TEST_FILES ? grub_test_eval(&g->command, &g->known, &ask) : GRUB_FALSE) {
	case GRUB_ASK:
		g->asked_test = ask;
		return grub_ask(g, SCRIPT_TRY, ask);
	case GRUB_TRUE:
		g->asked_test = NULL;
		return RAN_OK;
	default:
		g->asked_test = NULL;
		return RAN_FAILED;
	}
}

/* An expression that takes more time or memory than it is worth: repeated groups,
 * high counts, references back. */
static bool
is_monstrous(const char *pattern)
{
	if (strlen(pattern) > 400)
		return true;
	for (const char *p = pattern; *p; p++) {
		if (*p == '\\' && p[1]) {
			if (isdigit((unsigned char)p[1]))
				return true;
			p++;
		} else if (*p == '{' &&
		    (p == pattern || p[-1] == ')' || strtoul(p + 1, NULL, 10) > 64 ||
		        (strchr(p, ',') && strtoul(strchr(p, ',') + 1, NULL, 10) > 64))) {
			return true;
		} else if (*p == ')' && p[1] && strchr("*+{", p[1])) {
			return true;
		}
	}
	return false;
}

/* regexp --set=1:NAME PATTERN TEXT */
static enum ran
grub_regexp(struct grub *g)
{
	const struct grubwords *c = &g->command;
	const char *pattern = c->n > 2 ? c->word[c->n - 2] : "", *text = c->word[c->n - 1], *set;
	regmatch_t match[GROUPS];
	regex_t compiled;
	enum ran how = RAN_FAILED;
	size_t at = 1;

	if (c->n < 3)
		return RAN_FAILED;
	if (is_monstrous(pattern)) {
		g->unsure = "a regular expression too intricate to follow";
		return RAN_FAILED;
	}
	if (regcomp(&compiled, pattern, REG_EXTENDED) != 0)
		return RAN_FAILED;
	if (regexec(&compiled, text, GROUPS, match, 0) == 0) {
		how = RAN_OK;
		while ((set = grub_option(c, "--set", "-s", &at))) {
			const char *colon = strchr(set, ':');
			unsigned long group = colon ? strtoul(set, NULL, 10) : 1;
			char value[SCRIPT_VALUE] = "";

			if (group < GROUPS && group <= compiled.re_nsub && match[group].rm_so >= 0)
				snprintf(value, sizeof(value), "%.*s", (int)(match[group].rm_eo - match[group].rm_so),
				    text + match[group].rm_so);
			grub_set(&g->script, colon ? colon + 1 : set, value);
		}
	}
	regfree(&compiled);
	return how;
}

/* smbios --set NAME: what a machine's tables say is its own; the UUID is known. */
static enum ran
grub_smbios(struct grub *g)
{
	size_t at = 1, uuid = 1;
	const char *name = grub_option(&g->command, "--set", "--set", &at);
	bool is_uuid = grub_option(&g->command, "--get-uuid", "-u", &uuid) != NULL;

	if (!is_uuid)
		g->unsure = "the menu depends on the machine's SMBIOS tables";
	if (name)
		grub_set(&g->script, name, is_uuid ? grub_get(g, " uuid") : "");
	return RAN_OK;
}

/* net_get_dhcp_option VARIABLE INTERFACE NUMBER TYPE, and net_ commands that change
 * nothing here. */
static enum ran
grub_net(struct grub *g)
{
	const struct grubwords *c = &g->command;
	char name[24];

	if (word_in(c->word[0], "net_bootp net_dhcp"))
		return grub_ask(g, SCRIPT_DHCP, "");
	if (strcmp(c->word[0], "net_get_dhcp_option") != 0 || c->n < 5)
		return RAN_OK;
	snprintf(name, sizeof(name), " option %lu", strtoul(c->word[c->n - 2], NULL, 0));
	if (strcmp(c->word[2], grub_get(g, "net_default_interface")) != 0 || !interp_get(&g->interp, name))
		return RAN_FAILED;
	grub_set(&g->script, c->word[1], grub_get(g, name));
	return RAN_OK;
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
		g->kernel = false;
	grub_ask(g, kind, g->command.word[w]);
	/* "(hd0,gpt2)/vmlinuz", "+1": the machine's own disk. */
	if (name[0] == '+' || strncmp(name, "(hd", 3) == 0 || strncmp(name, "(cd", 3) == 0) {
		g->out->kind = SCRIPT_LOCAL;
		g->ended = true;
	}
	return RAN_ASKED;
}

enum ran
grub_initrd(struct grub *g)
{
	size_t w = grub_argument(&g->command);

	if (grub_lacks(g, g->command.word[0])) {
		g->command.n = 0;
		return RAN_OK;
	}
	/* "You need to load the kernel first." */
	if (!w || !g->kernel) {
		g->command.n = 0;
		return w ? RAN_FAILED : RAN_OK;
	}
	g->no_initrd = false;
	/* "newc:NAME:FILE" becomes that file of the archive. */
	if (strncmp(g->command.word[w], "newc:", 5) == 0 && strchr(g->command.word[w] + 5, ':'))
		grub_ask(g, SCRIPT_FILE, strchr(g->command.word[w] + 5, ':') + 1);
	else
		grub_ask(g, SCRIPT_INITRD, g->command.word[w]);
	grubwords_drop(&g->command, w);
	return RAN_ASKED;
}

enum ran
grub_boot(struct grub *g)
{
	if (!g->kernel)
		return RAN_FAILED;
	/* It starts all the same, and the kernel finds no root. */
	if (g->no_initrd)
		return grub_stop(g, "the kernel starts without its initrd", "");
	g->ended = true;
	return grub_ask(g, SCRIPT_BOOT, "");
}

static enum ran
grub_source(struct grub *g)
{
	size_t w = grub_argument(&g->command);

	g->replaces = word_in(g->command.word[0], "configfile normal");
	if (!w)
		return g->replaces ? RAN_OK : RAN_FAILED;
	return grub_ask(g, SCRIPT_CONFIG, g->command.word[w]);
}

/* loopback NAME FILE: what is in that image is read from it. */
static enum ran
grub_loopback(struct grub *g)
{
	const struct grubwords *c = &g->command;
	size_t w = grub_argument(c);

	for (size_t k = 1; k < c->n; k++)
		if (word_in(c->word[k], "-d --delete"))
			return RAN_OK;
	if (!w || w + 1 >= c->n)
		return RAN_FAILED;
	g->unsure = "the menu reads from a disk image (loopback), which is not opened";
	return grub_ask(g, SCRIPT_FILE, c->word[w + 1]);
}

/* The words, joined, are a script. */
static enum ran
grub_eval(struct grub *g)
{
	char text[GRUBWORDS_TEXT];
	size_t len = 0;

	for (size_t w = 1; w < g->command.n && len < sizeof(text) - 2; w++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s ", g->command.word[w]);
	g->replaces = false;
	return g->script.reader->push(&g->script, text, len < sizeof(text) ? len : sizeof(text) - 1) ? RAN_OK :
	                                                                                               RAN_FAILED;
}

enum ran
grub_command(struct grub *g, struct script_text *t)
{
	char *c = g->command.word[0];

	if (word_in(c, "menuentry submenu"))
		return grub_entry(g, t);
	if (grub_lacks(g, c))
		return RAN_OK;
	if (strcmp(c, "set") == 0)
		return g->command.n > 1 ? grub_assign(g, g->command.word[1]) : RAN_OK;
	if (word_in(c, "[ test"))
		return grub_test(g);
	if (word_in(c, "linux linuxefi linux16 multiboot multiboot2 kernel xen_hypervisor"))
		return grub_load(g, SCRIPT_KERNEL);
	if (word_in(c, "initrd initrdefi initrd16"))
		return grub_initrd(g);
	if (word_in(c, "module module2 xen_module") && grub_argument(&g->command))
		return grub_ask(g, SCRIPT_FILE, g->command.word[grub_argument(&g->command)]);
	if (word_in(c, "chainloader xen_linux"))
		return grub_load(g, SCRIPT_CHAIN);
	if (word_in(c, "source . configfile normal") || strncmp(c, "extract_entries", 15) == 0)
		return grub_source(g);
	if (strcmp(c, "loopback") == 0)
		return grub_loopback(g);
	if (strcmp(c, "regexp") == 0)
		return grub_regexp(g);
	if (strcmp(c, "smbios") == 0)
		return grub_smbios(g);
	if (strncmp(c, "net_", 4) == 0)
		return grub_net(g);
	if (strcmp(c, "eval") == 0)
		return grub_eval(g);
	if (strcmp(c, "unset") == 0 && g->command.n > 1)
		return grub_set(&g->script, g->command.word[1], ""), RAN_OK;
	if (strcmp(c, "boot") == 0)
		return grub_boot(g);
	if (word_in(c, "exit fwsetup")) {
		g->ended = true;
		return grub_ask(g, SCRIPT_LOCAL, "");
	}
	if (word_in(c, "reboot halt"))
		return grub_stop(g, "the entry says ", c);
	if (strcmp(c, "read") == 0)
		g->waits = "grub.cfg reads a line from the keyboard";
	if (strcmp(c, "search") == 0)
		g->unsure = "grub.cfg searches the machine's own disks";
	if (strcmp(c, "sleep") == 0)
		return grub_argument(&g->command) ? RAN_OK : RAN_FAILED;
	if (word_in(c, "false search loadfont background_image") || (strcmp(c, "keystatus") == 0 && g->command.n > 1))
		return RAN_FAILED;
	if (strchr(c, '=') && (isalpha((unsigned char)c[0]) || c[0] == '_'))
		return grub_assign(g, c);
	return RAN_OK;
}
