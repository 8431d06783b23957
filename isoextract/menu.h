/*
 * The boot menus that an image brings along, as data: what menu_syslinux.h,
 * menu_grub.h and menu_loader.h read.  Pure but for memory.
 */
#ifndef MENU_H
#define MENU_H

#include <stdbool.h>
#include <stddef.h>

#define MENU_TITLE 128
#define MENU_PATH 512
#define MENU_TEXT 2048
#define MENU_FILES_MAX 64 /* that one menu may be made of */

enum menu_way {
	MENU_LINUX,
	MENU_MULTIBOOT /* `initrd` are modules; `args` are those of each, " --- " between */
};

struct menu_entry {
	enum menu_way way;
	bool preferred; /* the menu starts it by itself */
	char title[MENU_TITLE];
	char kernel[MENU_PATH]; /* from the image's top, without a leading '/'; "": none */
	char initrd[MENU_TEXT]; /* such paths, ',' between */
	char args[MENU_TEXT];
};

struct menu {
	struct menu_entry *entry;
	size_t n, size;
	bool no_memory;
};

/* The files of the image that a menu can name. */
struct menu_files {
	/* A file's text, NULL if it is not there or not kept; the path has no leading '/'. */
	const char *(*text)(const void *context, const char *path);
	bool (*exists)(const void *context, const char *path);
	const void *context;
};

void menu_free(struct menu *m);
/* Adds a copy of an entry that has a kernel; passes over others, and all after the
 * hundredth or so. */
void menu_add(struct menu *m, const struct menu_entry *e);

/* Copies the next word, which blanks end; false if there is none. */
bool menu_word(const char **at, char *out, size_t size);
/* Appends with a separator if there is something before; false, with *out unchanged,
 * if it does not fit. */
bool menu_append(char *out, size_t size, const char *sep, const char *text);
/* The path of a file that is named, absolutely or from `dir`, in whatever way menus
 * do: "/x", "(cd0)/x", "::x", "../x".  False if it is none, too long or has a ','. */
bool menu_path(const char *dir, const char *name, char out[MENU_PATH]);
/* The directory of a path, "" for the top. */
void menu_dir(const char *path, char out[MENU_PATH]);

#endif
