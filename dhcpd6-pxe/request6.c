#include "request6.h"

/* What its relays say of the client's link: the nearest that says something, as a
 * switch that relays has no address to name (RFC 6221).  NULL: nothing. */
static const struct in6_addr *
relayed_link(const struct dhcp6_msg *msg)
{
	for (size_t i = msg->relays; i-- > 0;)
		if (!IN6_IS_ADDR_UNSPECIFIED(&msg->relay[i].link))
			return &msg->relay[i].link;
	return NULL;
}

bool
request6_is_on_link(const struct request *q, const struct subnet6 *s)
{
	const struct in6_addr *link = relayed_link(&q->msg);

	if (link)
		return subnet6_link_holds(s, link);
	for (size_t i = 0; i < q->iface->addrs6; i++)
		if (subnet6_link_holds(s, &q->iface->addr6[i].addr))
			return true;
	return false;
}

struct in6_addr
request6_self(const struct request *q, const struct subnet6 *s)
{
	const struct netif *net = q->iface;

	for (size_t i = 0; s && i < net->addrs6; i++)
		if (subnet6_holds(s, &net->addr6[i].addr))
			return net->addr6[i].addr;
	for (size_t i = 0; i < net->addrs6; i++)
		if (!IN6_IS_ADDR_LINKLOCAL(&net->addr6[i].addr))
			return net->addr6[i].addr;
	return net->addrs6 ? net->addr6[0].addr : in6addr_any;
}

bool
request6_is_unicast(const struct request *q)
{
	return q->msg.relays == 0 && !IN6_IS_ADDR_MULTICAST(&q->dst);
}

/* A relay listens on the server's port, whatever port it sends from, unless it says
 * otherwise (RFC 8357, 5.2). */
uint16_t
request6_port(const struct request *q)
{
	if (q->msg.relays > 0 && !dhcp6_has(q->msg.relay[0].options, DHCP6_RELAY_PORT))
		return DHCP6_PORT_SERVER;
	return q->sport;
}
