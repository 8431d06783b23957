#include "v6seen.h"

#include <string.h>

#include "dhcp6.h"

static bool
holds(struct dhcp6_bytes value, const char *word)
{
	return value.at && memmem(value.at, value.len, word, strlen(word));
}

/* What its message says that it is (RFC 5970; facts of EDK2 and iPXE): NULL: it only
 * wants an address. */
static const char *
v6seen_kind(const struct dhcp6_msg *m)
{
	const struct dhcp6_bytes vendor = dhcp6_find(m->options, DHCP6_VENDOR_CLASS),
	                         user = dhcp6_find(m->options, DHCP6_USER_CLASS);

	if (holds(user, "iPXE"))
		return "ipxe-v6";
	if (holds(vendor, "HTTPClient"))
		return "http-v6";
	return holds(vendor, "PXEClient") || dhcp6_has(m->options, DHCP6_ARCH) ? "pxe-v6" : NULL;
}

/* By what its relay, its identifier or its address says; else whoever sent the frame. */
static void
v6seen_mac(const struct dhcp6_msg *m, const struct packet *p, uint8_t mac[6])
{
	const struct in6_addr *from = m->relays ? &m->relay[m->relays - 1].peer : &p->src6;

	memcpy(mac, p->mac, 6);
	if (m->relays && dhcp6_link_addr_mac(dhcp6_find(m->relay[m->relays - 1].options, DHCP6_LINK_ADDR), mac))
		return;
	if (!dhcp6_duid_mac(dhcp6_find(m->options, DHCP6_CLIENT_ID), mac))
		dhcp6_eui64_mac(from, mac);
}

const char *
v6seen_take(struct v6seen *s, const struct packet *p)
{
	uint8_t mac[6] = { 0 };
	struct dhcp6_msg m;
	const char *kind;

	if (!p->ip6 || p->tcp || p->dport != DHCP6_PORT_SERVER || dhcp6_parse(p->data, p->len, &m) != DHCP6_OK)
		return NULL;
	kind = v6seen_kind(&m);
	if (!kind || s->n == V6SEEN_MACHINES)
		return NULL;
	v6seen_mac(&m, p, mac);
	for (size_t i = 0; i < s->n; i++)
		if (memcmp(s->mac[i], mac, sizeof(mac)) == 0)
			return NULL;
	memcpy(s->mac[s->n++], mac, sizeof(mac));
	return kind;
}
