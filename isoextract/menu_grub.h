/*
 * GRUB's menus (grub.cfg, loopback.cfg): as much of its shell as menus are written in
 * (GRUB manual, "Shell-like scripting").  Variables are followed, conditions decided
 * as on a UEFI PC, loops run once, functions not at all.  Pure but for memory.
 */
#ifndef MENU_GRUB_H
#define MENU_GRUB_H

#include "menu.h"

/* Adds the entries of the menu at `path`, and of those that it reads. */
void menu_grub(const struct menu_files *files, const char *path, struct menu *out);

#endif
