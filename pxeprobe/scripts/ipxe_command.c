/* The commands of iPXE scripts (ipxe.org/cmd). */
#include "ipxe_command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum ran ipxe_fails(struct ipxe *i, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* An ordinary failure, which "||" catches. */
static enum ran
ipxe_fails(struct ipxe *i, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(i->trouble, sizeof(i->trouble), fmt, ap);
	va_end(ap);
	return RAN_FAILED;
}

/* The value of an option in milliseconds is a time to wait; 0 or none is for ever. */
static bool
has_timeout(const struct ipxe_options *o)
{
	const char *value = ipxe_option(o, 't');

	return value && strtoul(value, NULL, 0) > 0;
}

/* ---- settings and menus ---- */

static enum ran
ipxe_goto(struct ipxe *i, const struct ipxe_args *a)
{
	struct script_text *t = interp_top(&i->interp);
	struct ipxe_line *l = ipxe_line(i), *before;
	unsigned line = t->line;
	size_t pos = t->pos;

	before = malloc(sizeof(*before));
	if (!before)
		return RAN_FAILED;
	*before = *l;
	t->pos = 0;
	t->line = 0;
	while (a->n > 1 && ipxe_read_line(t, l))
		if (l->words && l->word[0][0] == ':' && strcmp(l->word[0] + 1, a->word[1]) == 0) {
			l->at = 1;
			free(before);
			return RAN_OK;
		}
	/* The rest of this line runs; its words point into itself. */
	t->pos = pos;
	t->line = line;
	*l = *before;
	free(before);
	return ipxe_fails(i, "goto a label that is not there: %.100s", a->n > 1 ? a->word[1] : "");
}

/* set SETTING [WORD...], clear SETTING, inc SETTING [BY] */
static enum ran
ipxe_assign(struct ipxe *i, const struct ipxe_args *a)
{
	char value[SCRIPT_VALUE] = "", bare[INTERP_NAME];
	size_t at = 0;

	if (a->n < 2)
		return strcmp(a->word[0], "clear") == 0 ? RAN_OK : RAN_FAILED;
	if (strcmp(a->word[0], "inc") == 0) {
		const char *now = interp_get(&i->interp, ipxe_setting(a->word[1], bare));

		snprintf(value, sizeof(value), "%lu",
		    strtoul(now ? now : "0", NULL, 0) + (a->n > 2 ? strtoul(a->word[2], NULL, 0) : 1));
	} else if (strcmp(a->word[0], "set") == 0) {
		for (size_t w = 2; w < a->n && at < sizeof(value); w++)
			at += (size_t)snprintf(value + at, sizeof(value) - at, "%s%s", w > 2 ? " " : "", a->word[w]);
	}
	/* "set n:int8 0x1f" is 31. */
	if (strstr(a->word[1], ":int") && value[0])
		snprintf(value, sizeof(value), "%ld", strtol(value, NULL, 0));
	interp_set(&i->interp, ipxe_setting(a->word[1], bare), value);
	return RAN_OK;
}

static enum ran
ipxe_item(struct ipxe *i, const struct ipxe_options *o)
{
	if (ipxe_option(o, 'g') || !o->argument)
		return RAN_OK;
	if (ipxe_option(o, 'd'))
		snprintf(i->default_item, sizeof(i->default_item), "%s", o->argument);
	if (i->items < IPXE_ITEMS)
		snprintf(i->item[i->items++], sizeof(i->item[0]), "%s", o->argument);
	return RAN_OK;
}

static enum ran
ipxe_choose(struct ipxe *i, const struct ipxe_options *o)
{
	const char *wanted = ipxe_option(o, 'd'), *chosen = i->items ? i->item[0] : NULL;
	char bare[INTERP_NAME];

	if (!wanted)
		wanted = i->default_item;
	/* One that is no item changes nothing (menu_ui.c, show_menu). */
	for (size_t k = 0; k < i->items; k++)
		if (strcmp(i->item[k], wanted) == 0)
			chosen = i->item[k];
	if (!chosen || !o->argument)
		return ipxe_fails(i, "choose without a menu item");
	/* The menu is gone then. */
	if (!ipxe_option(o, 'k'))
		i->items = 0;
	if (!has_timeout(o))
		i->waits = "the menu (choose) has no timeout";
	interp_set(&i->interp, ipxe_setting(o->argument, bare), chosen);
	return RAN_OK;
}

/* ---- images ---- */

static struct image *
find_image(struct ipxe *i, const char *name)
{
	for (size_t k = 0; k < i->images; k++)
		if (strcmp(i->image[k].name, name) == 0)
			return &i->image[k];
	return NULL;
}

/* The images that the arguments name; a word may hold several, from one setting. */
static void
note_wants(struct image *m, const struct ipxe_args *a, size_t first)
{
	size_t at = 0;

	m->wants[0] = '\0';
	for (size_t w = first; w < a->n; w++)
		for (const char *p = a->word[w]; *p; p += strspn(p, " ")) {
			size_t len = strcspn(p, " ");

			if (strncmp(p, "initrd=", 7) == 0 && at + len < sizeof(m->wants))
				at += (size_t)snprintf(
				    m->wants + at, sizeof(m->wants) - at, " %.*s", (int)len - 7, p + 7);
			p += len;
		}
}

/* A file that is loaded becomes an image, under its own name or the one given. */
static enum ran
load_image(struct ipxe *i, const struct ipxe_args *a, const struct ipxe_options *o, enum script_kind kind)
{
	const char *slash = strrchr(o->argument, '/'), *name = ipxe_option(o, 'n');

	if (!name)
		name = slash ? slash + 1 : o->argument;
	memset(&i->coming, 0, sizeof(i->coming));
	snprintf(i->coming.name, sizeof(i->coming.name), "%.*s", (int)strcspn(name, "?"), name);
	snprintf(i->coming.uri, sizeof(i->coming.uri), "%s", o->argument);
	i->coming.kernel = kind == SCRIPT_KERNEL;
	note_wants(&i->coming, a, o->first + 1);
	i->comes = i->tries = true;
	return ipxe_ask(i, kind, o->argument);
}

void
ipxe_came(struct ipxe *i, bool ok)
{
	struct image *m = find_image(i, i->coming.name);

	if (i->comes && ok) {
		if (!m && i->images < IPXE_IMAGES)
			m = &i->image[i->images++];
		if (m)
			*m = i->coming;
		if (i->coming.kernel)
			snprintf(i->selected, sizeof(i->selected), "%s", i->coming.name);
	}
	i->comes = false;
}

/* The first image that the kernel's arguments name and that was never loaded; "" none.
 * Only a kernel that UEFI starts looks for it by name. */
static void
unloaded_image(struct ipxe *i, const struct image *kernel, char out[64])
{
	const char *platform = interp_get(&i->interp, "platform");

	out[0] = '\0';
	for (const char *w = kernel->wants; platform && strcmp(platform, "efi") == 0 && *w && !out[0];) {
		size_t len = strcspn(++w, " ");

		snprintf(out, 64, "%.*s", (int)len, w);
		if (!out[0] || find_image(i, out) || strcmp(out, "initrd.magic") == 0)
			out[0] = '\0';
		w += len;
	}
}

static enum ran
boot_image(struct ipxe *i, const struct image *kernel)
{
	char missing[64];

	unloaded_image(i, kernel, missing);
	if (missing[0]) {
		/* efi_file.c: since 2020 all that was loaded is the initrd, for kernels since 5.8. */
		if (i->images > 1 && interp_get(&i->interp, " any initrd"))
			i->unsure = "this iPXE hands kernels since 5.8 whatever was loaded";
		return ipxe_stop(i, "the kernel's arguments say initrd=%s, and no such image was loaded", missing);
	}
	i->ended = true;
	return ipxe_ask(i, SCRIPT_BOOT, "");
}

/* boot, imgexec, chain: what is named, or was selected, takes over. */
static enum ran
ipxe_exec(struct ipxe *i, const struct ipxe_args *a, const struct ipxe_options *o)
{
	struct image *m = find_image(i, o->argument ? o->argument : i->selected);

	if (o->argument && m && a->n > o->first + 1)
		note_wants(m, a, o->first + 1);
	if (m && m->kernel)
		return boot_image(i, m);
	if (m) {
		i->tries = true;
		return ipxe_ask(i, SCRIPT_CHAIN, m->uri);
	}
	if (!o->argument) {
		i->booted_nothing = true;
		return RAN_OK;
	}
	i->tries = true;
	return ipxe_ask(i, SCRIPT_CHAIN, o->argument);
}

/* kernel, imgselect: an image by its name, or a file. */
static enum ran
ipxe_kernel(struct ipxe *i, const struct ipxe_args *a, const struct ipxe_options *o)
{
	struct image *m = o->argument ? find_image(i, o->argument) : NULL;

	if (!o->argument)
		return RAN_FAILED;
	if (!m)
		return load_image(i, a, o, SCRIPT_KERNEL);
	if (a->n > o->first + 1)
		note_wants(m, a, o->first + 1);
	if (m->kernel) {
		snprintf(i->selected, sizeof(i->selected), "%s", m->name);
		return RAN_OK;
	}
	/* It has come as any file; now it is looked at as a kernel. */
	i->coming = *m;
	i->coming.kernel = i->comes = true;
	return ipxe_ask(i, SCRIPT_KERNEL, m->uri);
}

static enum ran
ipxe_file(struct ipxe *i, const struct ipxe_args *a, const struct ipxe_options *o, enum script_kind kind)
{
	if (!o->argument)
		return RAN_FAILED;
	/* With arguments it is a file that iPXE wraps into an archive. */
	if (kind == SCRIPT_INITRD)
		i->out->any = o->first + 1 < a->n;
	return load_image(i, a, o, kind);
}

static enum ran
ipxe_imgargs(struct ipxe *i, const struct ipxe_args *a, const struct ipxe_options *o)
{
	struct image *m = o->argument ? find_image(i, o->argument) : NULL;

	if (!o->argument)
		return RAN_FAILED;
	if (!m)
		return load_image(i, a, o, SCRIPT_FILE);
	note_wants(m, a, o->first + 1);
	return RAN_OK;
}

/* imgfree: all, or those that are named. */
static enum ran
ipxe_imgfree(struct ipxe *i, const struct ipxe_args *a)
{
	if (a->n == 1)
		i->images = 0;
	for (size_t w = 1; w < a->n; w++) {
		struct image *m = find_image(i, a->word[w]);

		if (!m)
			return ipxe_fails(i, "no such image: %.100s", a->word[w]);
		*m = i->image[--i->images];
	}
	if (!find_image(i, i->selected))
		i->selected[0] = '\0';
	return RAN_OK;
}

/* ---- disks, and the end ---- */

static enum ran
ipxe_sanboot(struct ipxe *i, const struct ipxe_options *o)
{
	const char *name = o->argument;

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
ipxe_sanhook(struct ipxe *i, const struct ipxe_options *o)
{
	if (!o->argument)
		return RAN_FAILED;
	if (strncmp(o->argument, "http", 4) == 0)
		return ipxe_ask(i, SCRIPT_FILE, o->argument);
	return strncmp(o->argument, "iscsi:", 6) == 0 ? ipxe_ask(i, SCRIPT_DISK, o->argument) : RAN_OK;
}

static enum ran
ipxe_exit(struct ipxe *i, const struct ipxe_args *a)
{
	const char *code = a->n > 1 ? a->word[1] : NULL;
	struct script_text *t = interp_top(&i->interp);
	struct ipxe_line *l = ipxe_line(i);

	if (word_in(a->word[0], "shell config login"))
		i->waits = "iPXE waits at its prompt";
	if (strcmp(a->word[0], "exit") != 0)
		return ipxe_stop(i, "the script ends in \"%s\"", a->word[0]);
	if (i->interp.depth == 1 && !i->selected[0] && (!code || strcmp(code, "0") == 0)) {
		i->ended = i->out->any = true;
		return ipxe_ask(i, SCRIPT_LOCAL, "what the firmware tries next");
	}
	t->pos = t->len;
	l->words = l->at;
	return code && strcmp(code, "0") != 0 ? RAN_FAILED : RAN_OK;
}

/* Waits for a key, or until the time is up: nobody presses one. */
static enum ran
ipxe_keyboard(struct ipxe *i, const struct ipxe_args *a, const struct ipxe_options *o)
{
	bool prompt = strcmp(a->word[0], "prompt") == 0;

	if (has_timeout(o))
		return RAN_FAILED;
	i->waits = prompt ? "the script (prompt) waits without a timeout" : "the script reads a line from the keyboard";
	return RAN_OK;
}

/* Commands that go well here, and lead nowhere else. */
static bool
changes_nothing(const char *c)
{
	return word_in(c,
	    "login iflinkwait imgextract imgdecrypt imgmem md5sum sha1sum sha256sum sha512sum certstat"
	    " certstore certfree pciscan usbscan fcstat fcels ibstat iwstat iwlist gdbstub help hostname"
	    " echo colour cpair console dhcp ifconf ifopen ifclose ifstat"
	    " ifup route imgstat imgtrust imgverify sync ping"
	    " nslookup params param vcreate vdestroy sanunhook"
	    " ntp lotest neighbour ipstat profstat set-default");
}

/* cpuid [--ext] BIT: what every x86-64 CPU has. */
static enum ran
ipxe_cpuid(struct ipxe *i, const struct ipxe_args *a)
{
	const char *arch = interp_get(&i->interp, "buildarch");
	bool ext = a->n > 2 && word_in(a->word[1], "--ext -e");
	unsigned long bit = a->n > 1 ? strtoul(a->word[a->n - 1], NULL, 0) : 99;

	if (arch && (strncmp(arch, "arm", 3) == 0 || strncmp(arch, "riscv", 5) == 0))
		return ipxe_fails(i, "no such command: cpuid");
	if (ext ? bit == 29 : bit < 27 && (0x0780a979ul >> bit & 1))
		return RAN_OK;
	i->unsure = "the script depends on what only the machine knows of itself";
	return RAN_FAILED;
}

/* A command about a card names one that this machine has not. */
static bool
names_other_card(struct ipxe *i, const struct ipxe_args *a)
{
	if (!word_in(a->word[0], "ifopen ifclose ifstat ifconf dhcp iflinkwait vcreate autoboot"))
		return false;
	for (size_t w = 1; w < a->n; w++)
		if (ipxe_other_card(a->word[w])) {
			i->unsure = "the script looks for another network card";
			return true;
		}
	return false;
}

/* isset, iseq, show, sleep: they take so many words. */
static enum ran
ipxe_compare(struct ipxe *i, const struct ipxe_args *a)
{
	const char *c = a->word[0];
	char bare[INTERP_NAME];

	if (strcmp(c, "isset") == 0)
		return a->n == 2 && a->word[1][0] ? RAN_OK : RAN_FAILED;
	if (strcmp(c, "iseq") == 0)
		return a->n == 3 && strcmp(a->word[1], a->word[2]) == 0 ? RAN_OK : RAN_FAILED;
	if (strcmp(c, "sleep") == 0)
		return a->n == 2 && strspn(a->word[1], "0123456789") == strlen(a->word[1]) ? RAN_OK : RAN_FAILED;
	return a->n > 1 && interp_get(&i->interp, ipxe_setting(a->word[1], bare)) ? RAN_OK : RAN_FAILED;
}

/* Commands that know no options, or whose options change nothing here. */
static enum ran
ipxe_plain(struct ipxe *i, const struct ipxe_args *a)
{
	const char *c = a->word[0];

	if (names_other_card(i, a))
		return RAN_FAILED;
	if (strcmp(c, "login") == 0)
		i->waits = "iPXE asks for a name and a password (login)";
	if (strcmp(c, "cpuid") == 0)
		return ipxe_cpuid(i, a);
	if (strcmp(c, "sleep") == 0)
		i->tries = true;
	if (word_in(c, "isset iseq show sleep"))
		return ipxe_compare(i, a);

	if (strcmp(c, "goto") == 0)
		return ipxe_goto(i, a);
	if (word_in(c, "set clear inc"))
		return ipxe_assign(i, a);
	if (strcmp(c, "imgfree") == 0)
		return ipxe_imgfree(i, a);
	if (word_in(c, "exit shell reboot poweroff config"))
		return ipxe_exit(i, a);
	if (strcmp(c, "autoboot") == 0) {
		if (a->n > 1 && strcmp(a->word[1], "net0") != 0)
			return RAN_FAILED;
		i->unsure = "what DHCP names boots once more";
		return ipxe_stop(i, "the script says \"autoboot\"");
	}
	if (strcmp(c, "nslookup") == 0)
		i->unsure = "the script looks up a name";
	if (word_in(c, "dhcp ifconf iflinkwait sync ping"))
		i->tries = true;
	/* Once it has an address, asking again changes nothing. */
	if (word_in(c, "dhcp ifconf") && !i->configured) {
		i->configured = true;
		return ipxe_ask(i, SCRIPT_DHCP, "");
	}
	return changes_nothing(c) ? RAN_OK : ipxe_fails(i, "no such command: %.63s", c);
}

/* A command that builds may leave out, and this one does. */
static bool
ipxe_lacks(struct ipxe *i, const char *command)
{
	const char *lacks = interp_get(&i->interp, " lacks");

	if (!lacks || !word_in(command, lacks))
		return false;
	if (interp_get(&i->interp, " build unknown"))
		i->unsure = "whether iPXE has that command depends on its build";
	return true;
}

enum ran
ipxe_command(struct ipxe *i, struct ipxe_args *a)
{
	static const struct {
		const char *commands;
		enum ran (*load)(struct ipxe *i, const struct ipxe_args *a, const struct ipxe_options *o);
	} loads[] = { { "chain imgexec boot", ipxe_exec }, { "kernel imgselect imgload", ipxe_kernel },
		{ "imgargs", ipxe_imgargs }, { "prompt read", ipxe_keyboard } };
	const char *c = a->word[0], *platform = interp_get(&i->interp, "platform");
	struct ipxe_options o;

	/* It only says how long that took. */
	while (strcmp(c, "time") == 0 && a->n > 1 && !ipxe_lacks(i, c))
		memmove(a->word[0], a->word[1], --a->n * sizeof(a->word[0]));
	if (ipxe_lacks(i, c))
		return ipxe_fails(i, "this iPXE has no command %.63s", c);
	if (word_in(c,
	        "chain imgexec boot kernel imgselect imgload initrd module imgfetch imgargs shim"
	        " prompt item choose menu sanboot sanhook read") &&
	    !ipxe_options(a, &o)) {
		i->unsure = "some versions of iPXE know more options";
		return ipxe_fails(i, "%.60s has no such option", c);
	}
	for (size_t k = 0; k < sizeof(loads) / sizeof(loads[0]); k++)
		if (word_in(c, loads[k].commands))
			return loads[k].load(i, a, &o);
	if (strcmp(c, "initrd") == 0)
		return ipxe_file(i, a, &o, SCRIPT_INITRD);
	/* On BIOS machines it does nothing. */
	if (strcmp(c, "shim") == 0 && platform && strcmp(platform, "pcbios") == 0)
		return RAN_OK;
	if (word_in(c, "module imgfetch shim"))
		return ipxe_file(i, a, &o, SCRIPT_FILE);
	if (strcmp(c, "menu") == 0) {
		i->items = 0;
		i->default_item[0] = '\0';
		return RAN_OK;
	}
	if (strcmp(c, "item") == 0)
		return ipxe_item(i, &o);
	if (strcmp(c, "choose") == 0)
		return ipxe_choose(i, &o);
	if (strcmp(c, "sanboot") == 0)
		return ipxe_sanboot(i, &o);
	if (strcmp(c, "sanhook") == 0)
		return ipxe_sanhook(i, &o);
	return ipxe_plain(i, a);
}
