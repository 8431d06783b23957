#include "menu_syslinux.h"

#include <string.h>
#include <strings.h>

#define LINE 2048
#define DEPTH 8

struct syslinux {
	const struct menu_files *files;
	struct menu *out;
	char dir[MENU_PATH];   /* of the first file: names are relative to it */
	const char *at[DEPTH]; /* where reading goes on in each file */
	size_t depth, first;   /* `first`: entries there were before */
	unsigned files_read;
	char append[MENU_TEXT]; /* for labels without one of their own */
	char start[MENU_TITLE]; /* the label that DEFAULT names */
	/* The label being read. */
	struct menu_entry e;
	char label[MENU_TITLE], kernel[LINE], initrd[LINE], options[MENU_TEXT];
	bool in_label, has_append, is_config, in_text;
};

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), e = strlen(end);

	return n >= e && strcasecmp(s + n - e, end) == 0;
}

static void
include(struct syslinux *s, const char *name)
{
	char path[MENU_PATH];
	const char *text;

	if (s->depth == DEPTH || s->files_read == MENU_FILES_MAX || !menu_path(s->dir, name, path))
		return;
	text = s->files->text(s->files->context, path);
	if (!text)
		return;
	s->files_read++;
	s->at[s->depth++] = text;
}

/* ---- a label --------------------------------------------------------------------------- */

/* Adds the files of a list, which ',' or '+' separate. */
static bool
add_initrds(struct syslinux *s, const char *list)
{
	char name[LINE], path[MENU_PATH];

	while (*list) {
		size_t n = strcspn(list, ",+");

		memcpy(name, list, n);
		name[n] = '\0';
		list += n + (list[n] != '\0');
		if (n > 0 &&
		    (!menu_path(s->dir, name, path) || !menu_append(s->e.initrd, sizeof(s->e.initrd), ",", path)))
			return false;
	}
	return true;
}

/* The first word of each part of mboot.c32's own line, which "---" separate: the
 * kernel, then modules.  ESXi's mboot.c32 has another one (-c FILE). */
static bool
take_module_name(struct syslinux *s, const char *word)
{
	char path[MENU_PATH];

	if (*word == '-' || !menu_path(s->dir, word, path))
		return false;
	if (s->e.kernel[0])
		return menu_append(s->e.initrd, sizeof(s->e.initrd), ",", path);
	memcpy(s->e.kernel, path, strlen(path) + 1);
	return true;
}

static bool
take_multiboot(struct syslinux *s)
{
	const char *p = s->options;
	char word[LINE];
	bool named = false, fine = true;

	s->e.way = MENU_MULTIBOOT;
	while (fine && menu_word(&p, word, sizeof(word))) {
		bool ends = strcmp(word, "---") == 0;

		fine = ends || named ? menu_append(s->e.args, sizeof(s->e.args), " ", word) : take_module_name(s, word);
		named = !ends;
	}
	return fine;
}

/* An initrd among the arguments counts only without a line of its own. */
static bool
take_linux(struct syslinux *s)
{
	const char *p = s->kernel;
	char word[LINE];
	const bool own = s->initrd[0] != '\0';
	bool fine = menu_word(&p, word, sizeof(word)) && menu_path(s->dir, word, s->e.kernel);

	for (int i = 0; i < 2; i++, p = s->options)
		while (fine && menu_word(&p, word, sizeof(word))) {
			if (strncasecmp(word, "initrd=", 7) == 0)
				fine = own || add_initrds(s, word + 7);
			else
				fine = menu_append(s->e.args, sizeof(s->e.args), " ", word);
		}
	return fine && (!own || add_initrds(s, s->initrd));
}

/* Which of its words mean what depends on all of a label. */
static void
finish_label(struct syslinux *s)
{
	const char *p = s->options;
	char word[LINE];
	bool fine = false;

	if (!s->in_label)
		return;
	s->in_label = false;
	if (!s->has_append)
		memcpy(s->options, s->append, sizeof(s->options));
	if (s->is_config) {
		p = s->kernel;
		if (menu_word(&p, word, sizeof(word)))
			include(s, word);
		return;
	}
	if (ends_with(s->kernel, "menu.c32")) {
		while (menu_word(&p, word, sizeof(word)))
			if (*word != '~' && *word != '-')
				include(s, word);
		return;
	}
	if (ends_with(s->kernel, "linux.c32") && menu_word(&p, word, sizeof(word))) {
		memmove(s->options, p, strlen(p) + 1);
		memcpy(s->kernel, word, strlen(word) + 1);
	}
	if (ends_with(s->kernel, "mboot.c32"))
		fine = take_multiboot(s);
	else if (!ends_with(s->kernel, ".c32") && !ends_with(s->kernel, "memdisk"))
		fine = take_linux(s);
	if (!s->e.title[0])
		memcpy(s->e.title, s->label, sizeof(s->e.title));
	if (fine)
		menu_add(s->out, &s->e);
}

/* ---- lines --------------------------------------------------------------------------------- */

static void
syslinux_copy(char *out, size_t size, const char *from)
{
	size_t n = strlen(from);

	if (n >= size)
		n = size - 1;
	memcpy(out, from, n);
	out[n] = '\0';
}

/* A title without the '^' before its hot key. */
static void
copy_title(char out[MENU_TITLE], const char *from)
{
	size_t n = 0;

	for (; *from && n < MENU_TITLE - 1; from++)
		if (*from != '^')
			out[n++] = *from;
	out[n] = '\0';
}

static void
start_label(struct syslinux *s, const char *name)
{
	finish_label(s);
	s->e = (struct menu_entry){ 0 };
	s->kernel[0] = s->initrd[0] = s->options[0] = '\0';
	s->has_append = s->is_config = false;
	s->in_label = true;
	copy_title(s->label, name);
	s->e.preferred = s->start[0] && strcmp(s->label, s->start) == 0;
}

static void
read_menu_word(struct syslinux *s, const char *rest)
{
	char word[32];

	if (!menu_word(&rest, word, sizeof(word)))
		return;
	rest += strspn(rest, " \t");
	if (strcasecmp(word, "label") == 0 && s->in_label)
		copy_title(s->e.title, rest);
	else if (strcasecmp(word, "default") == 0 && s->in_label)
		s->e.preferred = true;
	else if (strcasecmp(word, "include") == 0) {
		char name[LINE];

		finish_label(s);
		if (menu_word(&rest, name, sizeof(name)))
			include(s, name);
	} else if (strcasecmp(word, "begin") == 0 || strcasecmp(word, "end") == 0) {
		finish_label(s);
	}
}

static void
read_append(struct syslinux *s, const char *rest)
{
	if (!s->in_label) {
		syslinux_copy(s->append, sizeof(s->append), rest);
		return;
	}
	s->has_append = true;
	syslinux_copy(s->options, sizeof(s->options), strcmp(rest, "-") == 0 ? "" : rest);
}

static void
syslinux_line(struct syslinux *s, const char *line)
{
	static const char *const kernels[] = { "kernel", "linux", "com32", "boot" };
	char word[32], name[LINE];
	const char *rest = line;

	if (!menu_word(&rest, word, sizeof(word)) || *word == '#')
		return;
	rest += strspn(rest, " \t");
	if (s->in_text) {
		s->in_text = strcasecmp(word, "endtext") != 0;
		return;
	}
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++)
		if (s->in_label && strcasecmp(word, kernels[i]) == 0)
			syslinux_copy(s->kernel, sizeof(s->kernel), rest);
	if (strcasecmp(word, "label") == 0) {
		start_label(s, rest);
	} else if (strcasecmp(word, "append") == 0) {
		read_append(s, rest);
	} else if (strcasecmp(word, "initrd") == 0 && s->in_label) {
		syslinux_copy(s->initrd, sizeof(s->initrd), rest);
	} else if (strcasecmp(word, "menu") == 0) {
		read_menu_word(s, rest);
	} else if (strcasecmp(word, "text") == 0) {
		s->in_text = true;
	} else if (strcasecmp(word, "default") == 0) {
		copy_title(s->start, rest);
	} else if (strcasecmp(word, "config") == 0 && s->in_label) {
		s->is_config = true;
		syslinux_copy(s->kernel, sizeof(s->kernel), rest);
	} else if (strcasecmp(word, "include") == 0 && menu_word(&rest, name, sizeof(name))) {
		finish_label(s);
		include(s, name);
	}
}

/* A line without its end and the blanks before; what is longer than any is cut. */
static const char *
next_line(const char *at, char out[LINE])
{
	size_t n = strcspn(at, "\r\n"), len = n < LINE - 1 ? n : LINE - 1;

	memcpy(out, at, len);
	while (len > 0 && (out[len - 1] == ' ' || out[len - 1] == '\t'))
		len--;
	out[len] = '\0';
	return at + n + (at[n] == '\r') + (at[n] != '\0' && at[n + (at[n] == '\r')] == '\n');
}

void
menu_syslinux(const struct menu_files *files, const char *path, struct menu *out)
{
	struct syslinux s = { .files = files, .out = out, .first = out->n };
	char line[LINE], dir[MENU_PATH], top[MENU_PATH + 1] = "/";

	if (strlen(path) >= MENU_PATH)
		return;
	menu_dir(path, dir);
	menu_dir(ends_with(dir, "pxelinux.cfg") ? dir : path, s.dir); /* where PXELINUX lies */
	memcpy(top + 1, path, strlen(path) + 1);
	include(&s, top);
	while (s.depth > 0) {
		const char **at = &s.at[s.depth - 1];

		if (**at) {
			*at = next_line(*at, line);
			syslinux_line(&s, line);
			continue;
		}
		s.depth--;
		if (s.depth == 0)
			finish_label(&s); /* which may name another menu */
	}
	/* DEFAULT may come after its label. */
	for (size_t i = s.first; i < out->n && s.start[0]; i++)
		if (strcmp(out->entry[i].title, s.start) == 0)
			out->entry[i].preferred = true;
}
