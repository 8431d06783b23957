#include "menu_esxi.h"

#include <string.h>

#define LINE 4096

/* "/a.gz --- /b.v00 ARGS --- ...": `dir` is where names without a '/' lie.  False if it
 * does not fit: a system without some of its modules does not start. */
static bool
esxi_modules(const char *dir, const char *list, struct menu_entry *e)
{
	char word[MENU_PATH], path[MENU_PATH];
	bool first = true; /* the word names the module; what follows are its arguments */

	while (menu_word(&list, word, sizeof(word))) {
		if (strcmp(word, "---") == 0)
			first = true;
		else if (!menu_append(e->args, sizeof(e->args), " ", first ? "---" : word) ||
		    (first && (!menu_path(dir, word, path) || !menu_append(e->initrd, sizeof(e->initrd), ",", path))))
			return false;
		else
			first = false;
	}
	return true;
}

static const char *
esxi_value(const char *line, const char *key)
{
	const size_t n = strlen(key);

	return strncmp(line, key, n) == 0 && line[n] == '=' ? line + n + 1 : NULL;
}

void
menu_esxi(const char *text, const char *path, struct menu *out)
{
	struct menu_entry e = { .way = MENU_MULTIBOOT };
	char line[LINE], dir[MENU_PATH], kernel[MENU_PATH], modules[LINE] = "";

	menu_dir(path, dir);
	while (*text) {
		const size_t n = strcspn(text, "\r\n"), len = n < LINE - 1 ? n : LINE - 1;
		const char *value;

		memcpy(line, text, len);
		line[len] = '\0';
		if ((value = esxi_value(line, "title")) && !e.title[0])
			menu_append(e.title, sizeof(e.title), "", value);
		else if ((value = esxi_value(line, "kernelopt")) && !e.args[0])
			menu_append(e.args, sizeof(e.args), "", value);
		else if ((value = esxi_value(line, "kernel")) && menu_path(dir, value, kernel))
			memcpy(e.kernel, kernel, strlen(kernel) + 1);
		else if ((value = esxi_value(line, "modules")))
			memcpy(modules, value, strlen(value) + 1);
		text += n + (text[n] != '\0');
	}
	if (esxi_modules(dir, modules, &e))
		menu_add(out, &e);
}
