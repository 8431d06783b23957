/* Any bytes as the menus of an image, which include each other: every entry names its
 * files from the top, and texts have their ends. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "menu_esxi.h"
#include "menu_grub.h"
#include "menu_loader.h"
#include "menu_syslinux.h"
#include "menus.h"
#include "multiboot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *
text_of(const void *context, const char *path)
{
	return strlen(path) % 3 == 0 ? NULL : context;
}

static bool
exists(const void *context, const char *path)
{
	return text_of(context, path) != NULL;
}

static void
check(const struct menu_entry *e)
{
	char args[MENU_TEXT], gone[MENU_TEXT];

	if (!e->kernel[0] || e->kernel[0] == '/' || strnlen(e->kernel, MENU_PATH) == MENU_PATH ||
	    strnlen(e->title, MENU_TITLE) == MENU_TITLE || strnlen(e->initrd, MENU_TEXT) == MENU_TEXT ||
	    strnlen(e->args, MENU_TEXT) == MENU_TEXT || strstr(e->kernel, "/../") || strncmp(e->initrd, "/", 1) == 0)
		abort();
	menus_without_disc(e->args, args, sizeof(args), gone, sizeof(gone));
	if (strlen(args) > strlen(e->args) || strlen(gone) > strlen(e->args))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct menu_files files = { text_of, exists, text };
	struct menu m = { 0 };

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	menu_syslinux(&files, "boot/isolinux.cfg", &m);
	menu_grub(&files, "boot/grub/grub.cfg", &m);
	menu_loader(text, &m);
	menu_esxi(text, "x/boot.cfg", &m);
	(void)multiboot_identify(data, size);
	for (size_t i = 0; i < m.n; i++)
		check(&m.entry[i]);
	menu_free(&m);
	free(text);
	return 0;
}
