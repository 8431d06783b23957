#include "crowd.h"

#include <stdlib.h>
#include <string.h>

#include "dhcp.h"
#include "log.h"

#define ADDRS (1u << 24)

void
crowd_open(struct crowd *c, uint32_t slots)
{
	memset(c, 0, sizeof(*c));
	c->slots = slots;
	c->timeout = 1000000000;
	c->tries = 4;
	c->taken = calloc(ADDRS / 8, 1);
	if (!c->taken)
		die(EXIT_SYSTEM, "no memory");
}

void
crowd_close(struct crowd *c)
{
	free(c->taken);
	free(c->addr);
	free(c->exchange.v);
	free(c->offer.v);
	free(c->ack.v);
}

/* The MAC address of a client: locally administered, its number behind. */
static void
mac_of(const struct crowd *c, uint32_t serial, uint8_t mac[16])
{
	struct wr w = wr_open(mac, 6);

	memset(mac, 0, 16);
	wr_u16(&w, (uint16_t)(0x0200 | c->kind));
	wr_u32(&w, serial);
}

/* Writes what the client has to send in the step that it is in. */
static void
say(const struct crowd *c, const struct crowd_client *cl, struct wr *w)
{
	static const uint8_t wants[] = { DHCP_NETMASK, DHCP_ROUTER, DHCP_DNS, DHCP_DOMAIN, DHCP_TFTP_NAME,
		DHCP_BOOT_FILE };
	struct dhcp_msg m;
	uint8_t id[7] = { 1 };

	m.op = BOOTREQUEST;
	m.htype = 1;
	m.hlen = 6;
	m.hops = c->relay ? 1 : 0;
	m.xid = cl->xid;
	m.secs = 0;
	m.flags = c->relay ? 0 : DHCP_BROADCAST;
	m.ciaddr = m.yiaddr = m.siaddr = 0;
	m.giaddr = c->relay;
	mac_of(c, cl->serial, m.chaddr);
	m.sname[0] = m.file[0] = '\0';
	memcpy(id + 1, m.chaddr, 6);
	dhcp_begin(w, &m);
	dhcp_put_u8(w, DHCP_MESSAGE_TYPE, cl->step == CROWD_DISCOVERING ? DHCP_DISCOVER : DHCP_REQUEST);
	dhcp_put(w, DHCP_CLIENT_ID, id, sizeof(id));
	if (cl->step != CROWD_DISCOVERING)
		dhcp_put_u32(w, DHCP_REQUESTED_ADDR, cl->addr);
	if (cl->step == CROWD_REQUESTING)
		dhcp_put_u32(w, DHCP_SERVER_ID, cl->server);
	dhcp_put(w, DHCP_PARAMETERS, wants, sizeof(wants));
	dhcp_end(w);
}

static void
begin(struct crowd *c, uint32_t slot, enum crowd_step step, uint64_t now)
{
	struct crowd_client *cl = &c->client[slot];

	cl->step = step;
	cl->xid = ++c->exchanges_xid * CROWD_SLOTS + slot;
	cl->begun = cl->sent = now;
	cl->resent = 0;
}

void
crowd_begin(struct crowd *c, uint32_t slot, uint64_t now, struct wr *w)
{
	if (c->serials == c->addrs) {
		c->addrs = c->addrs ? c->addrs * 2 : 65536;
		c->addr = reallocarray(c->addr, c->addrs, sizeof(*c->addr));
		if (!c->addr)
			die(EXIT_SYSTEM, "no memory");
	}
	begin(c, slot, CROWD_DISCOVERING, now);
	c->client[slot].serial = c->serials;
	c->addr[c->serials++] = 0;
	say(c, &c->client[slot], w);
}

void
crowd_return(struct crowd *c, uint32_t slot, uint32_t serial, uint64_t now, struct wr *w)
{
	begin(c, slot, CROWD_RETURNING, now);
	c->client[slot].serial = serial;
	c->client[slot].addr = c->addr[serial];
	say(c, &c->client[slot], w);
}

static enum crowd_event
over(struct crowd_client *cl)
{
	cl->step = CROWD_IDLE;
	return CROWD_OVER;
}

static enum crowd_event
offered(struct crowd *c, struct crowd_client *cl, const struct dhcp_msg *m, uint64_t now, struct wr *w)
{
	if (!dhcp_get_addr(m, DHCP_SERVER_ID, &cl->server) || m->yiaddr == 0)
		return CROWD_NOTHING;
	figures_add(&c->offer, (now - cl->begun) / 1000);
	cl->addr = m->yiaddr;
	cl->step = CROWD_REQUESTING;
	cl->sent = now;
	cl->resent = 0;
	say(c, cl, w);
	return CROWD_ANSWER;
}

static enum crowd_event
acked(struct crowd *c, struct crowd_client *cl, const struct dhcp_msg *m, uint64_t now)
{
	uint32_t bit = m->yiaddr % ADDRS;

	if (m->yiaddr != cl->addr)
		c->other++;
	else if (c->taken[bit / 8] & 1 << bit % 8)
		c->twice++;
	c->taken[bit / 8] |= (uint8_t)(1 << bit % 8);
	c->addr[cl->serial] = m->yiaddr;
	c->done++;
	figures_add(&c->exchange, (now - cl->begun) / 1000);
	figures_add(&c->ack, (now - cl->sent) / 1000);
	return over(cl);
}

static enum crowd_event
returned(struct crowd *c, struct crowd_client *cl, const struct dhcp_msg *m)
{
	if (m->type == DHCP_ACK && m->yiaddr == cl->addr)
		c->returned++;
	else
		c->refused++;
	return over(cl);
}

static bool
is_for(const struct crowd *c, const struct crowd_client *cl, const struct dhcp_msg *m)
{
	uint8_t mac[16];

	mac_of(c, cl->serial, mac);
	return m->op == BOOTREPLY && m->xid == cl->xid && memcmp(m->chaddr, mac, 6) == 0;
}

enum crowd_event
crowd_reply(struct crowd *c, const uint8_t *bytes, size_t len, uint32_t *slot, struct wr *w)
{
	struct dhcp_msg m;
	struct crowd_client *cl;

	if (dhcp_parse(bytes, len, &m) != DHCP_OK || m.xid % CROWD_SLOTS >= c->slots)
		return CROWD_NOTHING;
	*slot = m.xid % CROWD_SLOTS;
	cl = &c->client[*slot];
	if (cl->step != CROWD_IDLE && is_for(c, cl, &m)) {
		if (cl->step == CROWD_DISCOVERING && m.type == DHCP_OFFER)
			return offered(c, cl, &m, c->now, w);
		if (cl->step == CROWD_REQUESTING && m.type == DHCP_ACK)
			return acked(c, cl, &m, c->now);
		if (cl->step == CROWD_RETURNING && (m.type == DHCP_ACK || m.type == DHCP_NAK))
			return returned(c, cl, &m);
		if (cl->step == CROWD_REQUESTING && m.type == DHCP_NAK) {
			c->naks++;
			return over(cl);
		}
	}
	c->late++;
	return CROWD_NOTHING;
}

enum crowd_event
crowd_tick(struct crowd *c, uint32_t slot, uint64_t now, struct wr *w)
{
	struct crowd_client *cl = &c->client[slot];

	if (cl->step == CROWD_IDLE || now - cl->sent < c->timeout)
		return CROWD_NOTHING;
	if (cl->resent == c->tries) {
		c->silent++;
		return over(cl);
	}
	cl->resent++;
	c->resends++;
	cl->sent = now;
	say(c, cl, w);
	return CROWD_ANSWER;
}

uint64_t
crowd_failures(const struct crowd *c)
{
	return c->silent + c->twice + c->other + c->refused + (c->lenient ? 0 : c->naks);
}
