/* A pxelinux.cfg as it is read: its labels, in menus within menus (core's and menu.c32's
 * readconfig.c).  Pure. */
#ifndef PXELINUX_MENU_H
#define PXELINUX_MENU_H

#include "interp.h"

#define PXELINUX_LABELS 128
#define PXELINUX_MENUS 32
#define PXELINUX_VALUE 512
#define PXELINUX_LINE 4096 /* of readconfig.c; longer lines are cut there, too */

/* Which menu a label stands in; MENU HIDE is a menu that is never shown. */
enum { MENU_HIDDEN, MENU_ROOT };

/* KERNEL goes by the file's name. */
enum label_type { LABEL_KERNEL, LABEL_LINUX, LABEL_COM32, LABEL_PXE, LABEL_SECTOR, LABEL_CONFIG, LABEL_LOCAL };

struct label {
	char name[64];
	char kernel[PXELINUX_VALUE]; /* the label's own name, where it has no KERNEL */
	char initrd[PXELINUX_LINE], append[PXELINUX_LINE];
	bool appends; /* has an APPEND of its own */
	enum label_type type;
	size_t menu;
	bool elsewhere; /* leads to another menu, or is disabled: nothing that boots */
};

struct pxelinux_menu {
	struct interp texts;       /* the file, and those that it includes */
	bool tagged[INTERP_TEXTS]; /* that text is a menu of its own: MENU INCLUDE FILE NAME */
	struct label label[PXELINUX_LABELS];
	size_t labels;
	struct label *open; /* what the lines say more about; NULL: none */
	struct {
		size_t parent, entry;   /* of the parent menu */
		size_t entries, chosen; /* labels[chosen - 1] boots by default; 0: the first one */
		size_t first;
	} menu[PXELINUX_MENUS];
	size_t menus, now, start;
	char append[PXELINUX_LINE];   /* for labels without one */
	char command[PXELINUX_VALUE]; /* DEFAULT: a label or a command line */
	char ontimeout[PXELINUX_VALUE], ui[PXELINUX_VALUE];
	char include[PXELINUX_VALUE]; /* the file that is wanted next */
	bool include_tagged;
	bool in_text;           /* between TEXT and ENDTEXT */
	bool prompt, times_out; /* PROMPT 1; TIMEOUT or TOTALTIMEOUT */
};

void pxelinux_menu_free(struct pxelinux_menu *m);
/* Reads this text next: the first, or the one that `include` names. */
bool pxelinux_menu_push(struct pxelinux_menu *m, const char *text, size_t len);
/* Reads on.  False at the end; true where `include` is wanted, which may be missing. */
bool pxelinux_menu_read(struct pxelinux_menu *m);

/* The label of the name that begins this command line; NULL: none. */
struct label *pxelinux_menu_find(struct pxelinux_menu *m, const char *command);
/* The label that a menu program boots by default; NULL: none. */
struct label *pxelinux_menu_default(struct pxelinux_menu *m);

#endif
