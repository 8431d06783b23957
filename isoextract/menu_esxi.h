/*
 * ESXi's boot.cfg (esx-boot's mboot/config.c; VMware, "About the boot.cfg File"): a
 * multiboot kernel and its modules, in KEY=VALUE lines.  Pure but for memory.
 */
#ifndef MENU_ESXI_H
#define MENU_ESXI_H

#include "menu.h"

/* Adds the entry that the text of the file at `path` describes, if it has a kernel. */
void menu_esxi(const char *text, const char *path, struct menu *out);

#endif
