/* iPXE scripts (ipxe.org/scripting): settings, lines with && and ||, commands. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp.h"
#include "reader.h"

#define IPXE_ITEMS 128
#define IPXE_WORDS 64
#define IPXE_LINE 2048
#define IPXE_COMMANDS 2000 /* a script may loop */
#define IPXE_SETTINGS 32   /* expanded in one word */

/* The line that a text has come to. */
struct line {
	char buf[IPXE_LINE]; /* cut into words */
	char *word[IPXE_WORDS];
	size_t words, at;
	bool on_ok, on_fail; /* when the next command of the line is run */
	bool failed;         /* how the last command went */
};

struct ipxe {
	struct script script;
	struct interp interp;
	struct line line[INTERP_TEXTS]; /* of each text */
	char item[IPXE_ITEMS][64];      /* labels of the menu */
	size_t items;
	char default_item[64];
	bool kernel, ended;
	unsigned commands;
	bool tries;      /* something was fetched, or waited for: a loop may come to an end */
	bool configured; /* it has asked for an address of its own */
	const char *waits, *unsure;
	char wants[SCRIPT_VALUE];  /* the kernel's initrd= words, each after a blank */
	char images[SCRIPT_VALUE]; /* the names of what was loaded, likewise */
	char unknown[64];          /* the last command that iPXE does not know */
	struct script_action *out;
};

/* A command, its settings expanded. */
struct args {
	size_t n;
	char word[IPXE_WORDS][SCRIPT_VALUE];
};

static void
ipxe_free(struct script *s)
{
	interp_free(&((struct ipxe *)s)->interp);
	free(s);
}

/* "net0/mac" and "net0.dhcp/mac" are "mac" to a machine with one card.  What a proxy says
 * is beside that (PROXYDHCP_SETTINGS_NAME, PXEBS_SETTINGS_NAME). */
static const char *
bare_setting(const char *name)
{
	const char *slash = strrchr(name, '/');

	if (strncmp(name, "proxydhcp/", 10) == 0 || strncmp(name, "pxebs/", 6) == 0)
		return name;
	return slash ? slash + 1 : name;
}

static void
ipxe_set(struct script *s, const char *name, const char *value)
{
	interp_set(&((struct ipxe *)s)->interp, bare_setting(name), value);
}

/* The line of the text that runs; NULL when none does. */
static struct line *
ipxe_line(struct ipxe *i)
{
	return i->interp.depth ? &i->line[i->interp.depth - 1] : NULL;
}

static bool
ipxe_push(struct script *s, const char *text, size_t len)
{
	struct ipxe *i = (struct ipxe *)s;

	if (!interp_push(&i->interp, text, len, 0))
		return false;
	memset(ipxe_line(i), 0, sizeof(struct line));
	return true;
}

/* ":hexhyp" turns a MAC's colons into hyphens, ":hexraw" drops them; other types print alike here. */
static void
format_setting(char *value, const char *type)
{
	bool hyphens = strcmp(type, "hexhyp") == 0;
	char *to = value;

	if (!hyphens && strcmp(type, "hexraw") != 0)
		return;
	for (; *value; value++)
		if (*value != ':')
			*to++ = *value;
		else if (hyphens)
			*to++ = '-';
	*to = '\0';
}

/* Expands one ${setting}, the innermost first; false when there is none. */
static bool
expand_setting(const struct ipxe *i, char text[IPXE_LINE])
{
	char *end = strchr(text, '}'), *start, *type, name[128], value[SCRIPT_VALUE] = "", tail[IPXE_LINE];
	const char *v;

	for (; end; end = strchr(end + 1, '}')) {
		start = NULL;
		for (char *s = text; s + 1 < end; s++)
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
	v = interp_get(&i->interp, bare_setting(name));
	if (v)
		snprintf(value, sizeof(value), "%s", v);
	if (type)
		format_setting(value, type);
	snprintf(tail, sizeof(tail), "%s", end + 1);
	snprintf(start, IPXE_LINE - (size_t)(start - text), "%s%s", value, tail);
	return true;
}

/* Reads the next line, "\" at an end joining two, and cuts it into words. */
static bool
ipxe_read_line(struct text *t, struct line *l)
{
	size_t n = 0;
	bool more = true;
	char *save, *w;

	if (t->pos >= t->len)
		return false;
	while (more && t->pos < t->len) {
		size_t len = strcspn(t->bytes + t->pos, "\n"), use;
		const char *start = t->bytes + t->pos;

		t->pos += len + 1;
		t->line++;
		while (len && (start[len - 1] == '\r' || start[len - 1] == ' '))
			len--;
		more = len && start[len - 1] == '\\';
		use = len - more;
		if (use > IPXE_LINE - 1 - n)
			use = IPXE_LINE - 1 - n;
		memcpy(l->buf + n, start, use);
		n += use;
	}
	l->buf[n] = '\0';
	l->words = l->at = 0;
	l->on_ok = l->on_fail = true;
	l->failed = false;
	for (w = strtok_r(l->buf, " \t\r", &save); w && l->words < IPXE_WORDS; w = strtok_r(NULL, " \t\r", &save)) {
		if (w[0] == '#')
			break;
		l->word[l->words++] = w;
	}
	return true;
}

/* ---- commands ---- */

/* The value of an option, "--name VALUE" or "-n VALUE". */
static const char *
ipxe_option(const struct args *a, const char *name)
{
	for (size_t k = 1; k + 1 < a->n; k++)
		if (strcmp(a->word[k], name) == 0)
			return a->word[k + 1];
	return NULL;
}

/* The first argument that is neither an option nor the value of one. */
static const char *
ipxe_argument(const struct args *a)
{
	static const char *const with_value[] = { "--name", "-n", "--timeout", "-t", "--default", "-d", "--key", "-k",
		"--menu", "-m", "--drive", "--filename", "--signer", "--colour", "--basic", "--picture", "--ext", "-e",
		"--x", "--y", "--left", "--right", "--top", "--bottom", "--depth", "-x", "-y", "--extra",
		"--configurator", "-c", "--params" };

	for (size_t w = 1; w < a->n; w++) {
		const char *word = a->word[w];

		if (word[0] != '-' || !word[1] || (word[1] != '-' && word[2]))
			return word;
		for (size_t i = 0; i < sizeof(with_value) / sizeof(with_value[0]); i++)
			if (strcmp(word, with_value[i]) == 0) {
				w++;
				break;
			}
	}
	return NULL;
}

static enum ran
ipxe_ask(struct ipxe *i, enum script_kind kind, const char *name)
{
	i->out->kind = kind;
	snprintf(i->out->name, sizeof(i->out->name), "%s", name);
	return RAN_ASKED;
}

static enum ran ipxe_stop(struct ipxe *i, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static enum ran
ipxe_stop(struct ipxe *i, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(i->out->why, sizeof(i->out->why), fmt, ap);
	va_end(ap);
	i->ended = true;
	i->out->waits = i->waits;
	i->out->unsure = i->unsure;
	return ipxe_ask(i, SCRIPT_STOP, "");
}

/* The value of an option in milliseconds is a time to wait; 0 or none is for ever. */
static bool
ipxe_has_timeout(const struct args *a)
{
	const char *value = ipxe_option(a, "--timeout");

	if (!value)
		value = ipxe_option(a, "-t");
	return value && strtoul(value, NULL, 0) > 0;
}

static enum ran
ipxe_goto(struct ipxe *i, const struct args *a)
{
	struct text *t = interp_top(&i->interp);
	struct line *l = ipxe_line(i);
	unsigned line = t->line;
	size_t pos = t->pos;

	t->pos = 0;
	t->line = 0;
	while (a->n > 1 && ipxe_read_line(t, l))
		if (l->words && l->word[0][0] == ':' && strcmp(l->word[0] + 1, a->word[1]) == 0) {
			l->words = 0;
			return RAN_OK;
		}
	t->pos = pos;
	t->line = line;
	return ipxe_stop(i, "goto a label that is not there: %s", a->n > 1 ? a->word[1] : "");
}

/* set SETTING [WORD...], clear SETTING, inc SETTING [BY] */
static enum ran
ipxe_assign(struct ipxe *i, const struct args *a)
{
	char value[SCRIPT_VALUE] = "";
	size_t at = 0;

	if (a->n < 2)
		return strcmp(a->word[0], "clear") == 0 ? RAN_OK : RAN_FAILED;
	if (strcmp(a->word[0], "inc") == 0) {
		const char *now = interp_get(&i->interp, a->word[1]);

		snprintf(value, sizeof(value), "%lu",
		    strtoul(now ? now : "0", NULL, 0) + (a->n > 2 ? strtoul(a->word[2], NULL, 0) : 1));
	} else if (strcmp(a->word[0], "set") == 0) {
		for (size_t w = 2; w < a->n && at < sizeof(value); w++)
			at += (size_t)snprintf(value + at, sizeof(value) - at, "%s%s", w > 2 ? " " : "", a->word[w]);
	}
	ipxe_set(&i->script, a->word[1], value);
	return RAN_OK;
}

static enum ran
ipxe_item(struct ipxe *i, const struct args *a)
{
	const char *label = ipxe_argument(a);
	bool gap = false;

	for (size_t w = 1; w < a->n; w++) {
		gap |= strcmp(a->word[w], "--gap") == 0 || strcmp(a->word[w], "-g") == 0;
		if ((strcmp(a->word[w], "--default") == 0 || strcmp(a->word[w], "-d") == 0) && w + 1 < a->n) {
			/* A flag here, not an option with a value. */
			label = a->word[w + 1];
			snprintf(i->default_item, sizeof(i->default_item), "%s", label);
		}
	}
	if (!gap && label && i->items < IPXE_ITEMS)
		snprintf(i->item[i->items++], sizeof(i->item[0]), "%s", label);
	return RAN_OK;
}

static enum ran
ipxe_choose(struct ipxe *i, const struct args *a)
{
	const char *chosen = ipxe_option(a, "--default"), *into = ipxe_argument(a);

	if (!chosen)
		chosen = ipxe_option(a, "-d");
	if (!chosen && i->default_item[0])
		chosen = i->default_item;
	if (!chosen || !*chosen)
		chosen = i->items ? i->item[0] : NULL;
	if (!chosen || !into)
		return ipxe_stop(i, "choose without a menu item");
	if (!ipxe_has_timeout(a))
		i->waits = "the menu (choose) has no timeout";
	ipxe_set(&i->script, into, chosen);
	return RAN_OK;
}

/* Notes what an image is called, and of a kernel the images that its arguments name. */
static void
ipxe_note_image(struct ipxe *i, const struct args *a, const char *name, bool kernel)
{
	const char *given = ipxe_option(a, "--name"), *slash;
	size_t len;

	if (!given)
		given = ipxe_option(a, "-n");
	slash = strrchr(name, '/');
	if (!given)
		given = slash ? slash + 1 : name;
	len = strlen(i->images);
	snprintf(i->images + len, sizeof(i->images) - len, " %.*s", (int)strcspn(given, "?"), given);
	if (!kernel)
		return;
	i->wants[0] = '\0';
	for (size_t w = 1; w < a->n; w++)
		if (strncmp(a->word[w], "initrd=", 7) == 0) {
			len = strlen(i->wants);
			snprintf(i->wants + len, sizeof(i->wants) - len, " %s", a->word[w] + 7);
		}
}

/* The first image that the kernel's arguments name and that was never loaded; "" none.
 * Only a kernel that UEFI starts looks for it by name. */
static void
ipxe_unloaded(const struct ipxe *i, char out[64])
{
	const char *platform = interp_get(&i->interp, "platform");

	out[0] = '\0';
	for (const char *w = i->wants; platform && strcmp(platform, "efi") == 0 && *w && !out[0];) {
		size_t len = strcspn(++w, " ");

		snprintf(out, 64, "%.*s", (int)len, w);
		if (word_in(out, i->images) || strcmp(out, "initrd.magic") == 0)
			out[0] = '\0';
		w += len;
	}
}

static enum ran
ipxe_boot(struct ipxe *i, const struct args *a)
{
	const char *name = ipxe_argument(a);
	char missing[64];

	if (name && strstr(name, "://"))
		return ipxe_ask(i, SCRIPT_CHAIN, name);
	if (!i->kernel)
		return ipxe_stop(i, "boot, but no kernel was loaded");
	ipxe_unloaded(i, missing);
	if (missing[0])
		return ipxe_stop(i, "the kernel's arguments say initrd=%s, and no such image was loaded", missing);
	i->ended = true;
	return ipxe_ask(i, SCRIPT_BOOT, "");
}

static enum ran
ipxe_sanboot(struct ipxe *i, const struct args *a)
{
	const char *name = ipxe_argument(a);

	if (name && strncmp(name, "http", 4) == 0) {
		i->out->any = true;
		return ipxe_ask(i, SCRIPT_KERNEL, name);
	}
	i->out->any = true;
	if (name && strncmp(name, "iscsi:", 6) == 0)
		return ipxe_ask(i, SCRIPT_DISK, name);
	i->out->any = false;
	/* The local disk; or AoE and the like, which a probe cannot try from here. */
	i->ended = true;
	return ipxe_ask(i, SCRIPT_LOCAL, name ? name : "");
}

/* What it boots later finds the disk; it fails where there is none. */
static enum ran
ipxe_sanhook(struct ipxe *i, const struct args *a)
{
	const char *name = ipxe_argument(a);

	return name && strncmp(name, "iscsi:", 6) == 0 ? ipxe_ask(i, SCRIPT_DISK, name) : RAN_OK;
}

static enum ran
ipxe_load(struct ipxe *i, const struct args *a, enum script_kind kind)
{
	const char *name = ipxe_argument(a);

	if (!name)
		return kind == SCRIPT_CHAIN && i->kernel ? ipxe_boot(i, a) : RAN_FAILED;
	if (kind == SCRIPT_KERNEL)
		i->kernel = true;
	/* With arguments it is a file that iPXE wraps into an archive. */
	if (kind == SCRIPT_INITRD)
		i->out->any = a->n > 1 && strcmp(a->word[a->n - 1], name) != 0;
	i->tries = true;
	ipxe_note_image(i, a, name, kind == SCRIPT_KERNEL);
	return ipxe_ask(i, kind, name);
}

static enum ran
ipxe_exit(struct ipxe *i, const struct args *a)
{
	const char *code = ipxe_argument(a);
	struct text *t = interp_top(&i->interp);
	struct line *l = ipxe_line(i);

	if (word_in(a->word[0], "shell config login"))
		i->waits = "iPXE waits at its prompt";
	if (strcmp(a->word[0], "exit") != 0)
		return ipxe_stop(i, "the script ends in \"%s\"", a->word[0]);
	if (i->interp.depth == 1 && !i->kernel && (!code || strcmp(code, "0") == 0)) {
		i->ended = i->out->any = true;
		return ipxe_ask(i, SCRIPT_LOCAL, "what the firmware tries next");
	}
	t->pos = t->len;
	l->words = l->at;
	return code && strcmp(code, "0") != 0 ? RAN_FAILED : RAN_OK;
}

/* Commands that go well here, and lead nowhere else. */
static bool
changes_nothing(const char *c)
{
	return word_in(c,
	    "read show iflinkwait imgextract imgdecrypt imgmem md5sum sha1sum sha256sum sha512sum certstat"
	    " certstore certfree pciscan usbscan fcstat fcels ibstat iwstat iwlist gdbstub help hostname autoboot"
	    " echo sleep colour cpair console dhcp ifconf ifopen ifclose ifstat"
	    " ifup route imgstat imgfree imgargs imgtrust imgverify sync time ping"
	    " nslookup params param login cpuid vcreate vdestroy sanunhook"
	    " ntp lotest neighbour ipstat profstat set-default");
}

static enum ran
ipxe_command(struct ipxe *i, const struct args *a)
{
	const char *c = a->word[0];

	if (word_in(c, "chain imgexec"))
		return ipxe_load(i, a, SCRIPT_CHAIN);
	if (word_in(c, "kernel imgselect imgload"))
		return ipxe_load(i, a, SCRIPT_KERNEL);
	if (strcmp(c, "initrd") == 0)
		return ipxe_load(i, a, SCRIPT_INITRD);
	if (word_in(c, "module imgfetch shim"))
		return ipxe_load(i, a, SCRIPT_FILE);
	if (strcmp(c, "goto") == 0)
		return ipxe_goto(i, a);
	if (word_in(c, "set clear inc"))
		return ipxe_assign(i, a);
	if (strcmp(c, "isset") == 0)
		return a->n > 1 && a->word[1][0] ? RAN_OK : RAN_FAILED;
	if (strcmp(c, "iseq") == 0)
		return a->n > 2 && strcmp(a->word[1], a->word[2]) == 0 ? RAN_OK : RAN_FAILED;
	if (strcmp(c, "menu") == 0) {
		i->items = 0;
		i->default_item[0] = '\0';
		return RAN_OK;
	}
	if (strcmp(c, "item") == 0)
		return ipxe_item(i, a);
	if (strcmp(c, "choose") == 0)
		return ipxe_choose(i, a);
	if (strcmp(c, "boot") == 0)
		return ipxe_boot(i, a);
	if (strcmp(c, "sanboot") == 0)
		return ipxe_sanboot(i, a);
	if (strcmp(c, "sanhook") == 0)
		return ipxe_sanhook(i, a);
	if (word_in(c, "exit shell reboot poweroff config"))
		return ipxe_exit(i, a);
	/* Nobody presses the key. */
	if (strcmp(c, "prompt") == 0) {
		if (ipxe_has_timeout(a))
			return RAN_FAILED;
		i->waits = "the script (prompt) waits without a timeout";
		return RAN_OK;
	}
	if (word_in(c, "read"))
		i->waits = "the script reads a line from the keyboard";
	if (word_in(c, "sleep dhcp ifconf iflinkwait sync ping"))
		i->tries = true;
	/* Once it has an address, asking again changes nothing. */
	if (word_in(c, "dhcp ifconf") && !i->configured) {
		i->configured = true;
		return ipxe_ask(i, SCRIPT_DHCP, "");
	}
	if (changes_nothing(c))
		return RAN_OK;
	/* An ordinary failure, which "||" catches. */
	snprintf(i->unknown, sizeof(i->unknown), "%.63s", c);
	return RAN_FAILED;
}

/* ---- running ---- */

/* Takes the next command of the line and expands its words; false when && or
 * || says that it does not run. */
static bool
next_command(const struct ipxe *i, struct line *l, struct args *a)
{
	bool wanted = l->failed ? l->on_fail : l->on_ok;
	char word[IPXE_LINE];

	a->n = 0;
	for (; l->at < l->words; l->at++) {
		const char *w = l->word[l->at];

		l->on_ok = strcmp(w, "&&") == 0;
		l->on_fail = strcmp(w, "||") == 0;
		if (l->on_ok || l->on_fail) {
			l->at++;
			break;
		}
		snprintf(word, sizeof(word), "%s", w);
		for (int n = 0; n < IPXE_SETTINGS && expand_setting(i, word); n++)
			;
		snprintf(a->word[a->n++], SCRIPT_VALUE, "%.*s", SCRIPT_VALUE - 1, word);
	}
	return wanted && a->n > 0;
}

/* A script is over; its caller's command has its result. */
static enum ran
leave_script(struct ipxe *i, bool failed)
{
	unsigned line = interp_top(&i->interp)->line;

	interp_pop(&i->interp);
	if (i->interp.depth) {
		ipxe_line(i)->failed = failed;
		return RAN_OK;
	}
	i->out->line = line;
	if (failed && i->unknown[0])
		return ipxe_stop(i, "no such command: %s", i->unknown);
	if (failed)
		return ipxe_stop(i, "a command fails, and nothing catches it");
	if (i->kernel)
		return ipxe_stop(i, "a kernel is loaded, but the script ends without \"boot\"");
	return ipxe_stop(i, "the script ends without booting anything");
}

/* Reads a line, or runs a command of the one that was read. */
static enum ran
ipxe_step(struct ipxe *i)
{
	struct text *t = interp_top(&i->interp);
	struct line *l = ipxe_line(i);
	struct args *a;
	enum ran how = RAN_OK;

	if (l->at >= l->words) {
		/* "command ||" at a line's end forgives the failure. */
		bool forgiven = l->at == l->words && l->words && strcmp(l->word[l->words - 1], "||") == 0;

		if (l->failed && !forgiven)
			return leave_script(i, true);
		if (!ipxe_read_line(t, l))
			return leave_script(i, false);
		if (l->words && l->word[0][0] == ':')
			l->words = 0;
		return RAN_OK;
	}
	a = malloc(sizeof(*a));
	if (!a)
		return ipxe_stop(i, "out of memory");
	i->out->line = t->line;
	if (next_command(i, l, a)) {
		i->unknown[0] = '\0';
		how = ipxe_command(i, a);
		/* goto changed the place; a failed command is noted there. */
		if (i->interp.depth && how != RAN_ASKED)
			ipxe_line(i)->failed = how == RAN_FAILED;
	}
	free(a);
	return how;
}

static void
ipxe_next(struct script *s, struct script_action *out)
{
	struct ipxe *i = (struct ipxe *)s;

	i->out = out;
	if (i->ended || !i->interp.depth) {
		ipxe_stop(i, "the script has ended");
		return;
	}
	while (i->commands++ < IPXE_COMMANDS)
		if (ipxe_step(i) == RAN_ASKED) {
			out->waits = i->waits;
			return;
		}
	if (i->tries)
		i->unsure = "it may wait for something that comes later";
	ipxe_stop(i, "the script runs in circles");
}

static void
ipxe_result(struct script *s, bool ok)
{
	struct ipxe *i = (struct ipxe *)s;

	if (i->interp.depth)
		ipxe_line(i)->failed = !ok;
}

struct script *
script_ipxe(void)
{
	static const struct reader reader = {
		.free = ipxe_free, .set = ipxe_set, .push = ipxe_push, .next = ipxe_next, .result = ipxe_result
	};
	struct ipxe *i = calloc(1, sizeof(*i));

	if (!i)
		return NULL;
	i->script.reader = &reader;
	return &i->script;
}
