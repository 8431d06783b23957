/* PXE boot menus: menu lines as parts of option 43 (PXE 2.1, table 2-1). Pure. */
#ifndef MENU_H
#define MENU_H

#include "client.h"

/* Vendor types of boot servers begin here (PXE 2.1, table 2-1, tag 9). */
#define MENU_TYPE 0x8000

/* Is there an item for this client? */
bool menu_fits(const struct rules *rules, const struct client *c);
/* True if there is one that only iPXE can load. */
bool menu_is_for_ipxe(const struct rules *rules, const struct client *c);
/* The item line of the type that a client chose, or NULL. */
const struct rule *menu_item(const struct rules *rules, const struct client *c, uint16_t type);
/* Sub-options 6, 8, 9 and 10, without the end mark.  Items that do not fit
 * the 255 bytes of the option are left out, and counted. */
void menu_write(const struct rules *rules, const struct client *c, uint32_t self, struct wr *w, unsigned *left_out);

#endif
