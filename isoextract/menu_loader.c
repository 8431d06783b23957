#include "menu_loader.h"

#include <string.h>

#define LINE 2048

static void
loader_line(const char *line, struct menu_entry *e)
{
	char key[32], path[MENU_PATH];
	const char *rest = line;

	if (!menu_word(&rest, key, sizeof(key)))
		return;
	rest += strspn(rest, " \t");
	if (strcmp(key, "title") == 0 && !e->title[0])
		menu_append(e->title, sizeof(e->title), "", rest);
	else if (strcmp(key, "options") == 0)
		menu_append(e->args, sizeof(e->args), " ", rest);
	else if ((strcmp(key, "linux") == 0 || strcmp(key, "efi") == 0) && menu_path("", rest, path))
		memcpy(e->kernel, path, strlen(path) + 1);
	else if (strcmp(key, "initrd") == 0 && menu_path("", rest, path))
		menu_append(e->initrd, sizeof(e->initrd), ",", path);
}

void
menu_loader(const char *text, struct menu *out)
{
	struct menu_entry e = { 0 };
	char line[LINE];

	while (*text) {
		size_t n = strcspn(text, "\r\n"), len = n < LINE - 1 ? n : LINE - 1;

		memcpy(line, text, len);
		while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
			len--;
		line[len] = '\0';
		loader_line(line, &e);
		text += n + (text[n] != '\0');
	}
	menu_add(out, &e);
}
