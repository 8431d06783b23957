#include "reply.h"

#include <stdio.h>
#include <string.h>

#include "reply_boot.h"

#define IP_UDP_HEADERS 28

/* Answers option 81: the name as we know it, and that nobody here updates the DNS
 * (RFC 4702, section 4).  The name is whole with a domain; as the client sent it
 * when we know none; in DNS form, without the last, empty label when it is not
 * fully qualified (section 2.3). */
static void
put_fqdn(struct writer *o, const char *name, const char *domain)
{
	const struct client *c = o->a->client;
	bool dotted = strchr(name, '.') != NULL, whole = dotted || domain;
	char full[256];
	size_t len = 0;
	const uint8_t *own = dhcp_get(&o->a->request->msg, DHCP_FQDN, &len);
	uint8_t value[255], flags = CLIENT_FQDN_N | (c->fqdn_flags & CLIENT_FQDN_E);
	struct wr w = wr_open(value, sizeof(value));

	if (!c->has_fqdn || !*name)
		return;
	if (c->fqdn_flags & CLIENT_FQDN_S)
		flags |= CLIENT_FQDN_O;
	wr_u8(&w, flags);
	wr_u16(&w, 0xffff);
	if (dotted || !domain)
		domain = "";
	snprintf(full, sizeof(full), "%s%s%s", name, *domain ? "." : "", domain);
	if (!whole && !hosts_name(&c->found) && own && len > 3) {
		wr_bytes(&w, own + 3, len - 3);
	} else if (!(c->fqdn_flags & CLIENT_FQDN_E)) {
		wr_text(&w, full);
	} else if (whole) {
		dhcp_write_name(&w, full);
	} else {
		wr_u8(&w, (uint8_t)strlen(full));
		wr_text(&w, full);
	}
	options_put_or_line(o, DHCP_FQDN, value, w.full ? 0 : wr_len(&w));
}

static void
put_copy(struct writer *o, uint8_t code)
{
	size_t len;
	const uint8_t *v = dhcp_get(&o->a->request->msg, code, &len);

	if (v)
		dhcp_put(&o->w, code, v, len);
}

static size_t
copy_size(const struct writer *o, uint8_t code)
{
	size_t len;

	return dhcp_get(&o->a->request->msg, code, &len) ? len + 2 * (len / 255 + 1) : 0;
}

/* True if broadcast=always says so, to a client without an address. */
static bool
reply_is_broadcast(const struct answer *a)
{
	const struct subnet *s = a->client->subnet;

	return a->way == ANSWER_SERVER && s && s->broadcast && !a->request->msg.ciaddr;
}

static void
put_head(struct writer *o)
{
	const struct answer *a = o->a;
	const struct dhcp_msg *q = &a->request->msg;
	struct dhcp_msg m = { .op = BOOTREPLY,
		.htype = q->htype,
		.hlen = q->hlen,
		.xid = q->xid,
		.flags = q->flags,
		.giaddr = q->giaddr,
		.yiaddr = a->yiaddr };

	memcpy(m.chaddr, q->chaddr, sizeof(m.chaddr));
	if (a->type == DHCP_ACK || a->type == DHCP_BOOTP)
		m.ciaddr = q->ciaddr;
	if (a->type == DHCP_NAK && q->giaddr)
		m.flags |= DHCP_BROADCAST; /* RFC 2131, section 4.3.2: the client may have the wrong address */
	if (reply_is_broadcast(a))
		m.flags |= DHCP_BROADCAST; /* for a relay */
	if (a->boot.menu)
		m.siaddr = a->self;
	if (a->boot.rule) {
		/* EDK2 sends its request on port 4011 to siaddr */
		m.siaddr =
		    a->way == ANSWER_PROXY && client_is_efi(a->client) && a->client->pxe.client == PXE_CLIENT_PXE ?
		    a->self :
		    a->boot.server;
		if (strlen(a->boot.file) < DHCP_FILE && m.siaddr == a->boot.server)
			memcpy(m.file, a->boot.file, strlen(a->boot.file));
		/* all that BOOTP has for a name */
		if (a->boot.server_name && strlen(a->boot.server_name) < DHCP_SNAME)
			memcpy(m.sname, a->boot.server_name, strlen(a->boot.server_name));
	}
	/* the script inside an iPXE may need its server all the same, as FOG's does */
	if (!a->boot.rule && a->boot.refused)
		m.siaddr = a->boot.server;
	dhcp_begin(&o->w, &m);
}

static void
put_reply_options(struct writer *o)
{
	const struct answer *a = o->a;
	const struct subnet *s = a->way == ANSWER_SERVER ? a->client->subnet : NULL;
	const char *name = hosts_name(&a->client->found);
	uint32_t subnet;

	if (a->type != DHCP_BOOTP) {
		uint32_t self = a->self;

		request_server_id(a->request, &self);
		/* iPXE and EDK2 take an ACK from the server that they chose only */
		self = a->named ? a->named : self;
		dhcp_put_u8(&o->w, DHCP_MESSAGE_TYPE, (uint8_t)a->type);
		dhcp_put_u32(&o->w, DHCP_SERVER_ID, self);
	}
	if (a->type == DHCP_NAK) {
		dhcp_put_str(&o->w, DHCP_MESSAGE, a->message);
		return;
	}
	if (a->lease_s) {
		dhcp_put_u32(&o->w, DHCP_LEASE_TIME, a->lease_s);
		/* RFC 2131, section 4.4.5 */
		options_put_asked_u32(o, DHCP_T1, a->lease_s / 2);
		options_put_asked_u32(o, DHCP_T2, (uint32_t)(a->lease_s * 7ull / 8));
	}
	if (s) {
		options_put_u32(o, DHCP_NETMASK, num_mask4(s->prefix));
		options_put_addrs(o, DHCP_ROUTER, &s->router);
		options_put_addrs(o, DHCP_DNS, &s->dns);
		options_put_str(o, DHCP_HOSTNAME, name);
		options_put_str(o, DHCP_DOMAIN, s->domain);
		put_fqdn(o, name ? name : a->client->name, s->domain);
	}
	/* RFC 3011, section 2: the client discards a reply without it */
	if (request_subnet(a->request, &subnet))
		options_put_u32(o, DHCP_SUBNET_SELECT, subnet);
	if (a->type != DHCP_BOOTP)
		reply_put_boot(o);
	if (a->type != DHCP_BOOTP && wr_left(&o->w) > copy_size(o, DHCP_UUID) + o->tail)
		put_copy(o, DHCP_UUID); /* RFC 4578, section 2.3 */
	reply_put_ipxe(o);
	options_put_rest(o);
}

/* RFC 2132, section 9.10 counts IP and UDP headers in option 57.  BOOTP has 64
 * bytes of vendor area, or as many as the client sent (RFC 1542, section 2.1). */
static size_t
limit(const struct answer *a)
{
	size_t most = REPLY_MAX - IP_UDP_HEADERS, len = a->request->len;
	uint16_t asked;

	if (a->type == DHCP_BOOTP)
		return len < DHCP_MIN ? DHCP_MIN : len < most ? len : most;
	if (!dhcp_get_u16(&a->request->msg, DHCP_MAX_SIZE, &asked) || asked < DHCP_DEFAULT_MAX)
		asked = DHCP_DEFAULT_MAX;
	return asked < REPLY_MAX ? (size_t)asked - IP_UDP_HEADERS : most;
}

size_t
reply_write(const struct answer *a, uint8_t out[REPLY_MAX], unsigned *left_out)
{
	struct writer o = { .a = a, .w = wr_open(out, limit(a)) };
	bool id;

	options_gather(&o);
	/* RFC 6842 wants the client's identifier back, but not one that would take the
	 * room of the netmask and the boot file, and make the reply useless */
	id = copy_size(&o, DHCP_CLIENT_ID) <= (wr_left(&o.w) - DHCP_FIXED) / 3;
	o.tail = (id ? copy_size(&o, DHCP_CLIENT_ID) : 0) + copy_size(&o, DHCP_RELAY_INFO) + 1;
	o.left_out = !id;
	put_head(&o);
	put_reply_options(&o);
	if (id)
		put_copy(&o, DHCP_CLIENT_ID);
	put_copy(&o, DHCP_RELAY_INFO); /* RFC 3046, section 2.2: last */
	dhcp_end(&o.w);
	*left_out = o.left_out;
	return o.w.full ? 0 : wr_len(&o.w);
}

/* True if `addr` belongs to the sender itself, on our link: not behind a router, whose
 * hardware address the client's is not, nor on this host, which hears no frame of its
 * own. */
static bool
is_neighbour(const struct answer *a, uint32_t addr)
{
	const struct request *q = a->request;
	const struct subnet *s = a->client->subnet;
	bool linked = s && s->mates > 1 && subnet_link_holds(s, addr); /* one wire, other networks */
	bool local = !q->unicast && q->dst == 0xffffffff;              /* no router passes that on */

	if (q->msg.giaddr)
		return false;
	for (size_t i = 0; i < q->iface->addrs; i++) {
		if (q->iface->addr[i].addr == addr)
			return false;
		local |= ((q->iface->addr[i].addr ^ addr) & num_mask4(q->iface->addr[i].prefix)) == 0;
		local |= linked && subnet_link_holds(s, q->iface->addr[i].addr);
	}
	return local;
}

/* To an address that the client has.  On our link a frame goes to its hardware address:
 * the kernel would ask ARP for each, and has room for some 1,000 neighbours. */
static void
to_known(const struct answer *a, bool frame, uint32_t addr, struct target *out)
{
	out->way = frame && is_neighbour(a, addr) ? TARGET_FRAME : TARGET_ROUTED;
	out->addr = addr;
}

void
reply_target(const struct answer *a, bool can_frame, struct target *out)
{
	const struct dhcp_msg *q = &a->request->msg;
	bool frame = can_frame && a->request->iface->ethernet && q->htype == 1 && q->hlen == 6 && a->client->has_mac;

	/* one that asks for an address has none, whatever its message says, unless it
	 * sends from there */
	bool has_addr = q->ciaddr && (q->type != DHCP_DISCOVER || q->ciaddr == a->request->src);

	*out = (struct target){ TARGET_BROADCAST, 0xffffffff, DHCP_PORT_CLIENT };
	if (a->way == ANSWER_BINL) {
		/* EDK2 asks from port 4011, others from 68 */
		out->port = a->request->sport;
		if (a->request->src)
			to_known(a, frame, a->request->src, out);
	} else if (q->giaddr) {
		*out = (struct target){ TARGET_ROUTED, q->giaddr, DHCP_PORT_SERVER };
	} else if (a->type == DHCP_NAK) {
		return;
	} else if (has_addr || (q->type == DHCP_INFORM && a->request->src)) {
		/* an INFORM without ciaddr is wrong, and common */
		to_known(a, frame, q->ciaddr ? q->ciaddr : a->request->src, out);
	} else if (a->yiaddr && !(q->flags & DHCP_BROADCAST) && frame && !reply_is_broadcast(a)) {
		out->way = TARGET_FRAME;
		out->addr = a->yiaddr;
	}
}
