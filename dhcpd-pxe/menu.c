#include "menu.h"

#include <string.h>

#include "match.h"

/* The next item for this client from line *at on, and its type. */
static const struct rule *
menu_next(const struct rules *rules, const struct client *c, size_t *at, uint16_t *type)
{
	while (*at < rules->n[RULE_MENU]) {
		const struct rule *rule = rules_line(rules, RULE_MENU, (*at)++);

		/* a PXE ROM, which shows the menu, loads by TFTP; iPXE takes a URL too */
		if (!rule->menu->item || (rule->menu->url && c->pxe.client != PXE_CLIENT_IPXE) ||
		    !match_fits(rule->match, c))
			continue;
		/* type 0 boots from the local disk */
		*type = rule->menu->file ? (uint16_t)(MENU_TYPE + *at) : 0;
		return rule;
	}
	return NULL;
}

bool
menu_fits(const struct rules *rules, const struct client *c)
{
	size_t at = 0;
	uint16_t type;

	return menu_next(rules, c, &at, &type) != NULL;
}

bool
menu_is_for_ipxe(const struct rules *rules, const struct client *c)
{
	size_t at = 0;
	uint16_t type;
	const struct rule *rule;

	while ((rule = menu_next(rules, c, &at, &type)))
		if (rule->menu->url)
			return true;
	return false;
}

const struct rule *
menu_item(const struct rules *rules, const struct client *c, uint16_t want)
{
	size_t at = 0;
	uint16_t type;
	const struct rule *rule;

	while ((rule = menu_next(rules, c, &at, &type)))
		if (type == want)
			return rule;
	return NULL;
}

#define MENU_ROOM 240 /* of the option's 255: the prompt stands before it */

/* Servers and items together, for as long as both parts of an item fit. */
static void
menu_write_lists(const struct rules *rules, const struct client *c, uint32_t self, struct wr *w, unsigned *left_out)
{
	uint8_t item_buf[MENU_ROOM], server_buf[MENU_ROOM];
	struct wr items = wr_open(item_buf, sizeof(item_buf)), servers = wr_open(server_buf, sizeof(server_buf));
	const struct rule *rule;
	size_t at = 0, room = wr_left(w) > 5 ? wr_left(w) - 5 : 0; /* two headers, the end mark */
	uint16_t type;

	while ((rule = menu_next(rules, c, &at, &type))) {
		size_t len = strlen(rule->menu->item), need = 3 + len + (type ? 7 : 0);

		if (wr_len(&items) + wr_len(&servers) + need > room) {
			++*left_out;
			continue;
		}
		wr_u16(&items, type);
		wr_u8(&items, (uint8_t)len);
		wr_bytes(&items, rule->menu->item, len);
		if (!type)
			continue;
		wr_u16(&servers, type);
		wr_u8(&servers, 1);
		wr_u32(&servers, self);
	}
	if (wr_len(&servers) > 0) {
		wr_u8(w, PXE_BOOT_SERVERS);
		wr_u8(w, (uint8_t)wr_len(&servers));
		wr_bytes(w, server_buf, wr_len(&servers));
	}
	wr_u8(w, PXE_BOOT_MENU);
	wr_u8(w, (uint8_t)wr_len(&items));
	wr_bytes(w, item_buf, wr_len(&items));
}

void
menu_write(const struct rules *rules, const struct client *c, uint32_t self, struct wr *w, unsigned *left_out)
{
	const struct menu_line *m = NULL;
	size_t len;

	for (size_t i = 0; i < rules->n[RULE_MENU] && !m; i++) {
		const struct rule *rule = rules_line(rules, RULE_MENU, i);

		if (rule->menu->prompt && match_fits(rule->match, c))
			m = rule->menu;
	}
	wr_u8(w, PXE_DISCOVERY_CONTROL);
	wr_u8(w, 1);
	wr_u8(w, PXE_NO_BROADCAST | PXE_NO_MULTICAST);
	len = m ? strlen(m->prompt) : 0;
	wr_u8(w, PXE_MENU_PROMPT);
	wr_u8(w, (uint8_t)(1 + len));
	wr_u8(w, m ? m->timeout_s : 255);
	if (m)
		wr_bytes(w, m->prompt, len);
	menu_write_lists(rules, c, self, w, left_out);
}
