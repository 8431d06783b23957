#include "dhcp_client.h"

#include <string.h>

#include "wire.h"

#define MORE_OFFERS_MS 500  /* after the choice is clear, for a second server to be seen */
#define FIRST_RETRY_MS 1000 /* then doubled; firmware starts at 1 (iPXE) to 4 s (EDK2) */
#define SECS_UNIT 1000

/* Begins an exchange, whose first packet is due at once. */
static void
enter_state(struct dhcp_client *c, enum dhcp_client_state state, uint64_t now)
{
	c->state = state;
	c->began_ms = c->again_ms = now;
	c->retry_ms = FIRST_RETRY_MS;
}

static void
end_with(struct dhcp_client *c, enum dhcp_client_result result)
{
	c->state = DHCP_CLIENT_ENDED;
	c->result = result;
}

void
dhcp_client_start(struct dhcp_client *c, const struct dhcp_client_want *want, uint64_t now_ms)
{
	memset(c, 0, sizeof(*c));
	c->persona = want->persona;
	c->id = want->id;
	c->patience_ms = want->patience_ms;
	c->xid = c->offer_xid = want->xid;
	c->binl_xid = want->binl_xid;
	c->choice.lease = c->choice.boot = OFFER_NOBODY;
	c->boot.name_from = c->boot.server_from = "";
	c->asked_ms = now_ms;
	enter_state(c, DHCP_CLIENT_SELECTING, now_ms);
}

/* ---- what comes in ---- */

/* How option 67 ends: EDK2 writes a NUL behind it, ROMs read on to one. */
static enum offer_file67
file67_ends(const struct frame_udp *u)
{
	struct rd r = rd_open(u->data, u->len);
	uint8_t code, len, last = 0;

	rd_take(&r, DHCP_FIXED + 4);
	while ((code = rd_u8(&r)) != DHCP_END && !r.bad) {
		const uint8_t *v;

		if (code == DHCP_PAD)
			continue;
		len = rd_u8(&r);
		v = rd_take(&r, len);
		if (code != DHCP_BOOT_FILE || !v || len == 0)
			continue;
		last = v[len - 1];
		code = rd_u8(&r);
		if (last == 0 || r.bad || code == DHCP_PAD)
			break;
		return code == DHCP_END ? OFFER_67_BEFORE_END : OFFER_67_BEFORE_OPTION;
	}
	return OFFER_67_ENDED;
}

static enum dhcp_client_heard
hear_offer(struct dhcp_client *c, const struct dhcp_msg *m, const struct frame_udp *u, uint64_t ms)
{
	struct choice late;

	for (size_t i = 0; i < c->offers; i++)
		if (c->offer[i].source == u->src && c->offer[i].msg.yiaddr == m->yiaddr)
			return DHCP_CLIENT_NOTHING;
	if (c->offers == OFFER_MAX)
		return DHCP_CLIENT_NOTHING;
	c->offer[c->offers++] = (struct offer){ .msg = *m,
		.source = u->src,
		.sport = u->sport,
		.ms = ms,
		.file67 = file67_ends(u),
		.late = c->state > DHCP_CLIENT_LISTENING };
	if (c->state == DHCP_CLIENT_LISTENING) {
		c->on_time = c->offers;
		if (offer_choose(c->persona, c->offer, c->offers, &late) == FAULT_NONE)
			end_with(c, DHCP_CLIENT_TOO_LATE);
	}
	return DHCP_CLIENT_HAS_OFFER;
}

static void
take_lease(struct dhcp_client *c, const struct dhcp_msg *m, uint32_t from)
{
	size_t len;
	const uint8_t *dns;
	struct rd r;

	c->ack = *m;
	c->answer_from = from;
	c->addr = m->yiaddr;
	if (!dhcp_get_u32(m, DHCP_NETMASK, &c->mask))
		c->mask = 0;
	if (!dhcp_get_addr(m, DHCP_ROUTER, &c->router))
		c->router = 0;
	dns = dhcp_get(m, DHCP_DNS, &len);
	r = rd_open(dns, dns ? len : 0);
	for (c->dns_n = 0; c->dns_n < DHCP_CLIENT_DNS && rd_left(&r) >= 4; c->dns_n++)
		c->dns[c->dns_n] = rd_u32(&r);
	c->leased = true;
	c->state = DHCP_CLIENT_LEASED;
}

/* What the file is called, from the reply that counts. */
static void
read_boot(struct dhcp_client *c)
{
	struct boot b;

	if (!c->choice.ask) {
		c->last = c->offer[c->choice.boot].msg;
		/* The ACK repeats it as a rule; where it does not, the offer counts. */
		if (c->choice.boot == c->choice.lease && offer_boot(c->persona, &c->ack, &b))
			c->last = c->ack;
	}
	end_with(c, offer_boot(c->persona, &c->last, &c->boot) ? DHCP_CLIENT_NAMED : DHCP_CLIENT_UNNAMED);
}

/* Did it go where this client listens?  A relay agent is answered at giaddr, port 67 (RFC
 * 2131, 4.1); who asked port 4011, at its address and the port that it asked from.
 * A destination of 0 is not known. */
static bool
arrives(struct dhcp_client *c, const struct frame_udp *u)
{
	uint32_t to = c->state == DHCP_CLIENT_ASKING ? c->addr : c->id.giaddr;
	uint16_t port = c->state == DHCP_CLIENT_ASKING ? c->persona->binl_port : DHCP_PORT_SERVER;

	if (!to || !u->dst || (u->dst == to && u->dport == port))
		return true;
	c->astray.from = u->src;
	c->astray.to = u->dst;
	c->astray.port = u->dport;
	return false;
}

enum dhcp_client_heard
dhcp_client_input(struct dhcp_client *c, const struct frame_udp *u, unsigned vlan, uint64_t now_ms)
{
	struct dhcp_msg m;
	uint32_t id = 0;

	if (dhcp_parse(u->data, u->len, &m) != DHCP_OK || m.cut || m.op != BOOTREPLY ||
	    memcmp(m.chaddr, c->id.mac, sizeof(c->id.mac)) != 0)
		return DHCP_CLIENT_NOTHING;
	if (vlan) {
		if (m.xid == c->xid)
			c->vlan = vlan;
		return DHCP_CLIENT_NOTHING;
	}
	if ((m.xid == c->xid || (m.xid == c->offer_xid && c->id.giaddr)) && !arrives(c, u))
		return DHCP_CLIENT_NOTHING;
	/* An answer to the DISCOVER counts whenever it comes. */
	if (m.xid == c->offer_xid && (m.type == DHCP_OFFER || m.type == DHCP_BOOTP))
		return hear_offer(c, &m, u, now_ms - c->asked_ms);
	if (m.xid != c->xid)
		return DHCP_CLIENT_NOTHING;
	if (c->state == DHCP_CLIENT_REQUESTING) {
		dhcp_get_addr(&m, DHCP_SERVER_ID, &id);
		if (id != c->server_id)
			return DHCP_CLIENT_NOTHING;
		if (m.type == DHCP_NAK) {
			end_with(c, DHCP_CLIENT_REFUSED);
			return DHCP_CLIENT_HAS_NAK;
		}
		if (m.type != DHCP_ACK || !m.yiaddr)
			return DHCP_CLIENT_NOTHING;
		take_lease(c, &m, u->src);
		return DHCP_CLIENT_HAS_ACK;
	}
	/* iPXE takes an OFFER too; an ACK is what PXE 2.1 asks for. */
	if (c->state != DHCP_CLIENT_ASKING || (m.type != DHCP_ACK && m.type != DHCP_OFFER))
		return DHCP_CLIENT_NOTHING;
	c->last = m;
	c->answer_from = u->src;
	c->answer_port = u->sport;
	read_boot(c);
	return DHCP_CLIENT_HAS_REPLY;
}

/* ---- what goes out ---- */

static void
write_out(const struct dhcp_client *c, const struct dhcp_build *m, struct dhcp_client_out *out)
{
	out->udp.data = out->bytes;
	out->udp.len = dhcp_build(c->persona, &c->id, m, out->bytes, sizeof(out->bytes));
}

static void
write_request(const struct dhcp_client *c, uint64_t now, struct dhcp_client_out *out)
{
	struct dhcp_build m = { .type = DHCP_REQUEST, .xid = c->xid };

	out->udp = (struct frame_udp){ .src = c->id.giaddr,
		.dst = 0xffffffff,
		.sport = c->id.giaddr ? DHCP_PORT_SERVER : DHCP_PORT_CLIENT,
		.dport = DHCP_PORT_SERVER };
	if (c->state == DHCP_CLIENT_SELECTING) {
		m.type = c->persona->bootp ? DHCP_BOOTP : DHCP_DISCOVER;
		m.secs = (uint16_t)((now - c->began_ms) / SECS_UNIT);
	} else if (c->state == DHCP_CLIENT_REQUESTING) {
		m.requested = c->offer[c->choice.lease].msg.yiaddr;
		m.server_id = c->server_id;
	} else {
		m.ciaddr = c->addr;
		m.has_item = c->choice.has_item;
		m.item = c->choice.item;
		if (c->persona->rule == RULE_IPXE && !m.has_item)
			m.server_id = c->choice.ask_server;
		out->udp = (struct frame_udp){ .src = c->addr,
			.dst = c->choice.ask_server,
			.sport = c->persona->binl_port,
			.dport = DHCP_PORT_BINL };
	}
	write_out(c, &m, out);
}

bool
dhcp_client_release(const struct dhcp_client *c, uint32_t xid, struct dhcp_client_out *out)
{
	struct dhcp_build m = { .type = DHCP_RELEASE, .xid = xid, .ciaddr = c->addr, .server_id = c->server_id };

	if (!c->leased || c->persona->bootp)
		return false;
	out->udp = (struct frame_udp){
		.src = c->addr, .dst = c->server_id, .sport = DHCP_PORT_CLIENT, .dport = DHCP_PORT_SERVER
	};
	write_out(c, &m, out);
	return true;
}

/* ---- what to do next ---- */

/* Until when offers are waited for: firmware waits its whole first interval,
 * which nobody needs once everything is there. */
static uint64_t
offers_until(const struct dhcp_client *c)
{
	uint64_t last = c->began_ms + c->patience_ms, gathered;

	if (c->offers == 0)
		return last;
	gathered = c->began_ms + c->offer[0].ms + c->persona->gather_ms;
	if (offer_settled(c->persona, c->offer, c->offers))
		gathered = c->began_ms + c->offer[c->offers - 1].ms + MORE_OFFERS_MS;
	return gathered < last ? gathered : last;
}

static void
choose_offer(struct dhcp_client *c, uint64_t now)
{
	const struct offer *o;

	c->on_time = c->offers;
	c->fault = offer_choose(c->persona, c->offer, c->offers, &c->choice);
	if (c->fault == FAULT_NO_BOOT_INFO) {
		/* Who says it later is heard by us alone. */
		c->state = DHCP_CLIENT_LISTENING;
		return;
	}
	if (c->fault != FAULT_NONE) {
		end_with(c, DHCP_CLIENT_NO_CHOICE);
		return;
	}
	o = &c->offer[c->choice.lease];
	if (c->persona->bootp || o->msg.type == DHCP_BOOTP) {
		take_lease(c, &o->msg, o->source);
		return;
	}
	c->server_id = offer_server(o);
	enter_state(c, DHCP_CLIENT_REQUESTING, now);
}

/* No answer to what was sent, or it could not be sent. */
static void
end_unanswered(struct dhcp_client *c)
{
	struct boot b;

	if (c->state == DHCP_CLIENT_REQUESTING) {
		end_with(c, DHCP_CLIENT_NO_ACK);
	} else if (c->state != DHCP_CLIENT_ASKING) {
		end_with(c, DHCP_CLIENT_UNSENT);
	} else if (c->persona->rule != RULE_IPXE || !offer_boot(c->persona, &c->ack, &b)) {
		end_with(c, DHCP_CLIENT_NO_REPLY);
	} else {
		/* iPXE gives up on port 4011 after a second or three and goes on
		 * with its lease. */
		c->reply_missing = true;
		c->choice.ask = false;
		c->choice.boot = c->choice.lease;
		read_boot(c);
	}
}

void
dhcp_client_unsent(struct dhcp_client *c)
{
	end_unanswered(c);
}

enum dhcp_client_act
dhcp_client_next(struct dhcp_client *c, uint64_t now_ms, struct dhcp_client_out *out)
{
	bool asks = true, over;

	if (c->state == DHCP_CLIENT_SELECTING && now_ms >= offers_until(c))
		choose_offer(c, now_ms);
	over = now_ms >= c->began_ms + c->patience_ms;
	if (c->state == DHCP_CLIENT_LISTENING && (over || c->offers == OFFER_MAX))
		end_with(c, DHCP_CLIENT_NO_CHOICE);
	else if ((c->state == DHCP_CLIENT_REQUESTING || c->state == DHCP_CLIENT_ASKING) && over)
		end_unanswered(c);
	switch (c->state) {
	case DHCP_CLIENT_LEASED:
		c->state = DHCP_CLIENT_BOUND;
		return DHCP_CLIENT_BIND;
	case DHCP_CLIENT_BOUND:
		if (!c->choice.ask) {
			read_boot(c);
			return DHCP_CLIENT_DONE;
		}
		c->xid = c->binl_xid;
		enter_state(c, DHCP_CLIENT_ASKING, now_ms);
		out->udp = (struct frame_udp){ .src = c->addr, .dst = c->choice.ask_server };
		return DHCP_CLIENT_RESOLVE;
	case DHCP_CLIENT_ENDED:
		return DHCP_CLIENT_DONE;
	case DHCP_CLIENT_LISTENING:
		asks = false;
		break;
	case DHCP_CLIENT_SELECTING:
		asks = c->offers == 0;
		break;
	case DHCP_CLIENT_REQUESTING:
	case DHCP_CLIENT_ASKING:
		break;
	}
	out->deadline_ms = c->state == DHCP_CLIENT_SELECTING ? offers_until(c) : c->began_ms + c->patience_ms;
	if (!asks)
		return DHCP_CLIENT_WAIT;
	if (now_ms < c->again_ms) {
		if (c->again_ms < out->deadline_ms)
			out->deadline_ms = c->again_ms;
		return DHCP_CLIENT_WAIT;
	}
	write_request(c, now_ms, out);
	c->again_ms = now_ms + c->retry_ms;
	c->retry_ms *= 2;
	return DHCP_CLIENT_SEND;
}
