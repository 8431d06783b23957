/*
 * The menus of ISOLINUX, SYSLINUX and EXTLINUX (doc/syslinux.txt, doc/menu.txt), and
 * what of them mboot.c32 and linux.c32 take (doc/mboot.txt).  Pure but for memory.
 */
#ifndef MENU_SYSLINUX_H
#define MENU_SYSLINUX_H

#include "menu.h"

/* Adds the entries of the menu at `path`, and of those that it includes. */
void menu_syslinux(const struct menu_files *files, const char *path, struct menu *out);

#endif
