#include "ipxe_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	static const char *const with[] = { "--name", "-n", "--timeout", "-t", "--default", "-d", "--key", "-k",
		"--menu", "-m", "--drive", "--filename", "--signer", "--colour", "--basic", "--picture", "--ext", "-e",
		"--x", "--y", "--left", "--right", "--top", "--bottom", "--depth", "-x", "-y", "--extra",
		"--configurator", "-c", "--params" };

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
asked(struct ipxe *i, enum script_kind kind, const char *name)
{
	i->out->kind = kind;
	snprintf(i->out->name, sizeof(i->out->name), "%s", name);
	return RAN_ASKED;
}

enum ran
ipxe_stopped(struct ipxe *i, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(i->out->why, sizeof(i->out->why), fmt, ap);
	va_end(ap);
	i->ended = true;
	return asked(i, SCRIPT_STOP, "");
}

static enum ran
run_goto(struct ipxe *i, const struct args *a)
{
	struct text *t = interp_top(&i->script);
	struct line *l = ipxe_line(i);
	unsigned line = t->line;
	size_t pos = t->pos;

	t->pos = 0;
	t->line = 0;
	while (a->n > 1 && ipxe_next_line(t, l))
		if (l->words && l->word[0][0] == ':' && strcmp(l->word[0] + 1, a->word[1]) == 0) {
			l->words = 0;
			return RAN_OK;
		}
	t->pos = pos;
	t->line = line;
	return ipxe_stopped(i, "goto a label that is not there: %s", a->n > 1 ? a->word[1] : "");
}

static enum ran
run_set(struct ipxe *i, const struct args *a)
{
	char value[SCRIPT_VALUE] = "";
	size_t at = 0;

	if (a->n < 2)
		return RAN_FAILED;
	for (size_t w = 2; w < a->n && at < sizeof(value); w++)
		at += (size_t)snprintf(value + at, sizeof(value) - at, "%s%s", w > 2 ? " " : "", a->word[w]);
	ipxe_set(i, a->word[1], value);
	return RAN_OK;
}

/* inc SETTING [BY] */
static enum ran
run_inc(struct ipxe *i, const struct args *a)
{
	const char *now = a->n > 1 ? interp_get(&i->script, a->word[1]) : NULL;
	char value[24];

	if (a->n < 2)
		return RAN_FAILED;
	snprintf(value, sizeof(value), "%lu",
	    strtoul(now ? now : "0", NULL, 0) + (a->n > 2 ? strtoul(a->word[2], NULL, 0) : 1));
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
		return ipxe_stopped(i, "choose without a menu item");
	ipxe_set(i, into, chosen);
	return RAN_OK;
}

static enum ran
run_boot(struct ipxe *i, const struct args *a)
{
	const char *name = plain(a, 0);

	if (name && strstr(name, "://"))
		return asked(i, SCRIPT_CHAIN, name);
	if (!i->kernel)
		return ipxe_stopped(i, "boot, but no kernel was loaded");
	i->ended = true;
	return asked(i, SCRIPT_BOOT, "");
}

static enum ran
run_sanboot(struct ipxe *i, const struct args *a)
{
	const char *name = plain(a, 0);

	if (!name) {
		i->ended = true;
		return asked(i, SCRIPT_LOCAL, "");
	}
	/* iSCSI and the like: nothing that a probe could try from here. */
	if (strncmp(name, "http", 4) == 0)
		return asked(i, SCRIPT_KERNEL, name);
	i->ended = true;
	return asked(i, SCRIPT_LOCAL, name);
}

static enum ran
run_fetch(struct ipxe *i, const struct args *a, enum script_kind kind)
{
	const char *name = plain(a, 0);

	if (!name)
		return kind == SCRIPT_CHAIN && i->kernel ? run_boot(i, a) : RAN_FAILED;
	if (kind == SCRIPT_KERNEL)
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
	struct text *t = interp_top(&i->script);
	struct line *l = ipxe_line(i);

	if (strcmp(a->word[0], "exit") != 0)
		return ipxe_stopped(i, "the script ends in \"%s\"", a->word[0]);
	t->pos = t->len;
	l->words = l->at;
	return how;
}

enum ran
ipxe_run(struct ipxe *i, const struct args *a)
{
	const char *c = a->word[0];

	if (one_of(c, "chain imgexec"))
		return run_fetch(i, a, SCRIPT_CHAIN);
	if (one_of(c, "kernel imgselect imgload"))
		return run_fetch(i, a, SCRIPT_KERNEL);
	if (one_of(c, "initrd module imgfetch shim"))
		return run_fetch(i, a, strcmp(c, "initrd") == 0 ? SCRIPT_INITRD : SCRIPT_FILE);
	if (strcmp(c, "goto") == 0)
		return run_goto(i, a);
	if (strcmp(c, "set") == 0)
		return run_set(i, a);
	if (strcmp(c, "inc") == 0)
		return run_inc(i, a);
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
	if (one_of(c,
	        "echo sleep colour cpair console dhcp ifconf ifopen ifclose ifstat"
	        " ifup route imgstat imgfree imgargs imgtrust imgverify sync time ping"
	        " nslookup params param login cpuid vcreate vdestroy sanhook sanunhook"
	        " ntp lotest neighbour ipstat profstat set-default"))
		return RAN_OK;
	return ipxe_stopped(i, "no such command: %s", c);
}
