#include "replies.h"

/* What is wrong with another server's reply; NULL when nothing is. */
static const char *
disturbs(const struct batch_use *use, const struct netif *iface, const struct dhcp_msg *m)
{
	bool boots = m->file[0] || dhcp_has(m, DHCP_BOOT_FILE);

	if (!ifaces_only_proxy(iface, use->server->alloc.rules))
		return m->yiaddr ? "gives addresses too" : "is a proxyDHCP server, which says what to boot too";
	if (!m->yiaddr)
		return "is a proxyDHCP server too";
	return boots ? "gives the addresses, and says what to boot too" : NULL;
}

static void
handle_reply(const struct batch_use *use, const struct sniff_reply *r, int64_t now)
{
	const struct netif *iface = ifaces_find(use->ifaces, r->ifindex);
	struct dhcp_msg m;
	char mac[NUM_MAC_TEXT];
	const char *what;
	uint32_t id = r->src;

	if (!iface || dhcp_parse(r->bytes, r->len, &m) != DHCP_OK || m.op != BOOTREPLY || m.type == DHCP_NAK)
		return;
	dhcp_get_addr(&m, DHCP_SERVER_ID, &id);
	what = ifaces_own(use->ifaces, id) || ifaces_own(use->ifaces, r->src) ? NULL : disturbs(use, iface, &m);
	if (what && rogue_seen(use->rogue, id, iface->index, now))
		eventlog_rogue(
		    use->log, &(struct eventlog_rogue){ id, iface->name, num_mac_text(m.chaddr, ':', mac), what });
}

void
replies_read(const struct batch_use *use, int64_t now)
{
	struct sniff_reply r;

	while (sniff_reply(use->sniff, &r))
		handle_reply(use, &r, now);
}
