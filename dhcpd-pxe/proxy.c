#include "proxy.h"

#include "menu.h"

/* True if option 54 names another server. */
static bool
is_for_other(const struct request *q)
{
	uint32_t id;

	return dhcp_get_addr(&q->msg, DHCP_SERVER_ID, &id) && !request_is_ours(q, id);
}

/* Beside another server only a Raspberry Pi has a use for a server without a file. */
static enum server_result
proxy_result(struct answer *out)
{
	bool boots = out->boot.rule && (*out->boot.file || out->client->rpi);

	return boots || out->boot.menu ? SERVER_ANSWER : SERVER_NO_BOOT;
}

enum server_result
proxy_answer(const struct request *q, const struct client *c, struct answer *out)
{
	bool asks_binl = c->pxe.client == PXE_CLIENT_PXE && client_is_efi(c);

	out->way = ANSWER_PROXY;
	switch (q->msg.type) {
	case DHCP_DISCOVER:
		out->type = DHCP_OFFER;
		break;
	case DHCP_REQUEST:
		/* the address server's business, except for the discovery of
		 * boot servers by broadcast (option 43.71) */
		if (is_for_other(q)) {
			/* it boots what our offer said; EDK2 asks on port 4011 for that */
			if (!asks_binl && client_is_booting(c) && !q->msg.ciaddr)
				boot_choose(out->rules, c, out->self, 0, &out->boot);
			return SERVER_OTHER_SERVER;
		}
		if (!c->pxe.has_boot_item)
			return SERVER_IGNORED;
		/* all boot servers hear this; those that have the type answer */
		if (c->pxe.boot_item && !menu_item(out->rules, c, c->pxe.boot_item))
			return SERVER_OTHER_SERVER;
		return proxy_binl(q, c, out);
	case DHCP_INFORM:
		return proxy_binl(q, c, out);
	default:
		return SERVER_IGNORED;
	}
	if (!client_is_booting(c))
		return SERVER_NOT_BOOTING;
	boot_choose(out->rules, c, out->self, 0, &out->boot);
	/* a menu is option 43, which UEFI takes from no proxy */
	if (client_is_efi(c))
		out->boot.menu = false;
	return proxy_result(out);
}

enum server_result
proxy_binl(const struct request *q, const struct client *c, struct answer *out)
{
	out->way = ANSWER_BINL;
	out->type = DHCP_ACK;
	if (q->msg.type != DHCP_REQUEST && q->msg.type != DHCP_INFORM && q->msg.type != DHCP_DISCOVER)
		return SERVER_IGNORED;
	if (!client_is_booting(c))
		return SERVER_NOT_BOOTING;
	if (is_for_other(q) && q->dport == DHCP_PORT_SERVER)
		return SERVER_OTHER_SERVER;
	if (c->pxe.has_boot_item && c->pxe.boot_item)
		boot_choose_item(out->rules, c, out->self, q->msg.ciaddr, &out->boot);
	else
		boot_choose(out->rules, c, out->self, q->msg.ciaddr, &out->boot);
	out->boot.menu = false;
	return proxy_result(out);
}
