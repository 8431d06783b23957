/* systemd-boot's entries, a file each (UAPI.1, Boot Loader Specification, Type #1).  Pure
 * but for memory. */
#ifndef MENU_LOADER_H
#define MENU_LOADER_H

#include "menu.h"

void menu_loader(const char *text, struct menu *out);

#endif
