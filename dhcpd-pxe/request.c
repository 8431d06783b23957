#include "request.h"

#include "pxe.h"
#include "wire.h"

enum relay_sub { RELAY_LINK = 5, RELAY_SERVER_ID = 11 }; /* RFC 3527, RFC 5107 */

/* An address in the relay's option 82. */
static bool
relay_address(const struct request *q, enum relay_sub sub, uint32_t *addr)
{
	size_t len = 0, n = 0;
	const uint8_t *info = dhcp_get(&q->msg, DHCP_RELAY_INFO, &len);
	const uint8_t *v = info ? pxe_find_sub(info, len, (uint8_t)sub, &n) : NULL;
	struct rd r = rd_open(v, n);

	if (!v || n != 4 || !q->msg.giaddr)
		return false;
	*addr = rd_u32(&r);
	return true;
}

bool
request_server_id(const struct request *q, uint32_t *addr)
{
	return relay_address(q, RELAY_SERVER_ID, addr) && *addr != 0;
}

bool
request_subnet(const struct request *q, uint32_t *addr)
{
	return q->msg.giaddr && dhcp_get_u32(&q->msg, DHCP_SUBNET_SELECT, addr) && *addr != 0;
}

bool
request_is_ours(const struct request *q, uint32_t addr)
{
	uint32_t stands_for_us;

	for (size_t i = 0; i < q->iface->addrs; i++)
		if (q->iface->addr[i].addr == addr)
			return true;
	if (request_server_id(q, &stands_for_us) && stands_for_us == addr)
		return true;
	return q->unicast && q->dst == addr;
}

bool
request_is_on_link(const struct request *q, const struct subnet *s)
{
	uint32_t addr = 0; /* of the client's link, and not one of ours */

	if (q->msg.giaddr) { /* the relay may name another link, and has the last word (RFC 3527, section 3) */
		if (!relay_address(q, RELAY_LINK, &addr) && !request_subnet(q, &addr))
			addr = q->msg.giaddr;
	} else if (q->msg.ciaddr && q->unicast) {
		addr = q->msg.ciaddr;
	} else if (q->dport == DHCP_PORT_BINL) {
		addr = q->src;
	}
	if (addr)
		return subnet_link_holds(s, addr);
	for (size_t i = 0; i < q->iface->addrs; i++)
		if (subnet_link_holds(s, q->iface->addr[i].addr))
			return true;
	return false;
}

uint32_t
request_self(const struct request *q, const struct subnet *s)
{
	if (q->unicast)
		return q->dst;
	for (size_t i = 0; i < q->iface->addrs; i++)
		if (subnet_holds(s, q->iface->addr[i].addr))
			return q->iface->addr[i].addr;
	for (size_t i = 0; i < q->iface->addrs; i++)
		if (subnet_link_holds(s, q->iface->addr[i].addr))
			return q->iface->addr[i].addr;
	return q->iface->addrs ? q->iface->addr[0].addr : 0;
}
