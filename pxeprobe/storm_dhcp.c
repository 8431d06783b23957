/* A storm's DHCP: each machine gets its address and what to boot. */
#include "storm_private.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "dhcp.h"

#define MESSAGE 1500
#define STORM_NAKS 4 /* refused so often, it is the server's way */

static void
storm_send_dhcp(struct storm *s, struct storm_machine *m, const struct persona *p, const struct dhcp_build *msg,
    const struct frame_udp *to)
{
	uint8_t bytes[MESSAGE];
	struct frame_udp u = *to;

	u.len = dhcp_build(p, &m->id, msg, bytes, sizeof(bytes));
	u.data = bytes;
	memcpy(u.src_mac, m->id.mac, 6);
	if (u.len)
		lan_send(s->lan, &u);
}

static void
send_broadcast(struct storm *s, struct storm_machine *m, const struct dhcp_build *msg)
{
	uint32_t relay = m->id.giaddr;
	struct frame_udp u = { .src = relay,
		.dst = 0xffffffff,
		.sport = relay ? DHCP_PORT_SERVER : DHCP_PORT_CLIENT,
		.dport = DHCP_PORT_SERVER };

	storm_send_dhcp(s, m, storm_persona(s, m), msg, &u);
}

static void
enter_stage(struct storm *s, struct storm_machine *m, enum storm_stage stage)
{
	m->stage = stage;
	storm_answered(m);
	storm_dhcp_again(s, m);
}

/* A new DHCP round.  Answers find their machine by its xid. */
void
storm_discover(struct storm *s, struct storm_machine *m)
{
	m->generation++;
	m->xid = s->xid_base + (uint32_t)(m - s->machine) + m->generation * s->slots;
	storm_forget_offers(m);
	m->row_us = clock_us();
	enter_stage(s, m, STORM_OFFER);
}

void
storm_dhcp_again(struct storm *s, struct storm_machine *m)
{
	const struct persona *p = storm_persona(s, m);
	struct dhcp_build msg = { .xid = m->xid, .secs = (uint16_t)((clock_ms() - m->last_ms) / 1000) };
	struct frame_udp u = {
		.src = storm_address(m), .dst = m->choice.ask_server, .sport = p->binl_port, .dport = DHCP_PORT_BINL
	};

	switch (m->stage) {
	case STORM_OFFER:
		msg.type = p->bootp ? DHCP_BOOTP : DHCP_DISCOVER;
		send_broadcast(s, m, &msg);
		break;
	case STORM_ACK:
		msg.type = DHCP_REQUEST;
		msg.requested = m->offer[m->choice.lease].msg.yiaddr;
		msg.server_id = offer_server(&m->offer[m->choice.lease]);
		send_broadcast(s, m, &msg);
		break;
	case STORM_REPLY:
		msg.type = DHCP_REQUEST;
		msg.ciaddr = storm_address(m);
		msg.has_item = m->choice.has_item;
		msg.item = m->choice.item;
		if (p->rule == RULE_IPXE)
			msg.server_id = m->choice.ask_server;
		storm_send_dhcp(s, m, p, &msg, &u);
		break;
	default:
		break;
	}
	storm_wait(s, m);
}

void
storm_dhcp_late(struct storm *s, struct storm_machine *m)
{
	struct choice c;

	if (m->stage == STORM_ACK)
		storm_fail(s, m, FAULT_NO_ANSWER, "the REQUEST was not answered");
	else if (m->stage == STORM_REPLY)
		storm_fail(s, m, FAULT_PXECLIENT_WITHOUT_4011, "");
	else if (m->offers)
		storm_fail(s, m, offer_choose(storm_persona(s, m), m->offer, m->offers, &c), "");
	else
		storm_fail(s, m, FAULT_NO_ANSWER, "the DISCOVER was not answered");
}

void
storm_forget_offers(struct storm_machine *m)
{
	free(m->offer);
	m->offer = NULL;
	m->offers = 0;
}

/* The reply that counts names the boot file. */
static void
reply_names_file(struct storm *s, struct storm_machine *m, const struct dhcp_msg *msg)
{
	if (!offer_boot(storm_persona(s, m), msg, &m->boot)) {
		storm_fail(s, m, FAULT_FILE_MISSING, "the reply names no file");
		return;
	}
	storm_forget_offers(m);
	m->item++;
	m->stage = STORM_NEXT;
}

static void
leased(struct storm *s, struct storm_machine *m, const struct dhcp_msg *msg)
{
	struct lan_host h = { .addr = msg->yiaddr, .owner = m, .bare = !replay_needs_stack(&s->replay) };
	size_t i = 0;
	struct boot b;

	m->naks = 0;
	memcpy(h.mac, m->id.mac, 6);
	if (!dhcp_get_u32(msg, DHCP_NETMASK, &h.mask))
		h.mask = 0xffffff00;
	dhcp_get_addr(msg, DHCP_ROUTER, &h.router);
	/* A second round may lease another address; then the machine holds both. */
	while (i < m->leases && m->lease[i].addr != msg->yiaddr)
		i++;
	if (i == STORM_LEASES || lan_host_add(s->lan, &h) != 0) {
		storm_fail(s, m, FAULT_NAK, "this host's stack did not take the address");
		return;
	}
	if (i < m->leases)
		memmove(&m->lease[i], &m->lease[i + 1], (--m->leases - i) * sizeof(m->lease[0]));
	m->lease[m->leases++] = (struct storm_lease){
		.addr = msg->yiaddr, .server = offer_server(&m->offer[m->choice.lease]), .persona = storm_persona(s, m)
	};
	storm_row_done(s, m, storm_item(s, m)->row + 1, 0);
	if (m->choice.ask)
		enter_stage(s, m, STORM_REPLY);
	else if (m->choice.boot == m->choice.lease && offer_boot(storm_persona(s, m), msg, &b))
		reply_names_file(s, m, msg);
	else
		reply_names_file(s, m, &m->offer[m->choice.boot].msg);
}

static void
offered(struct storm *s, struct storm_machine *m, const struct dhcp_msg *msg, const struct frame_udp *u)
{
	const struct persona *p = storm_persona(s, m);
	struct offer *more;

	if (m->offers == STORM_OFFERS)
		return;
	more = reallocarray(m->offer, m->offers + 1, sizeof(*more));
	if (!more)
		return;
	m->offer = more;
	m->offer[m->offers++] = (struct offer){ .msg = *msg, .source = u->src, .sport = u->sport };
	if (offer_choose(p, m->offer, m->offers, &m->choice) != FAULT_NONE) {
		/* Another server may say the rest, as long as this firmware waits. */
		if (m->offers == 1) {
			m->due_ms = clock_ms() + p->gather_ms;
			m->sent = retransmit_dhcp(p)->tries;
		}
		return;
	}
	storm_row_done(s, m, storm_item(s, m)->row, 0);
	if (msg->type == DHCP_BOOTP)
		leased(s, m, &m->offer[m->choice.lease].msg);
	else
		enter_stage(s, m, STORM_ACK);
}

static void
release_lease(struct storm *s, struct storm_machine *m, const struct storm_lease *l)
{
	struct dhcp_build msg = { .type = DHCP_RELEASE, .xid = m->xid, .ciaddr = l->addr, .server_id = l->server };
	struct frame_udp u = { .src = l->addr, .dst = l->server, .sport = DHCP_PORT_CLIENT, .dport = DHCP_PORT_SERVER };

	if (!l->persona->bootp)
		storm_send_dhcp(s, m, l->persona, &msg, &u);
}

void
storm_release(struct storm *s, struct storm_machine *m)
{
	for (size_t i = 0; i < m->leases; i++)
		release_lease(s, m, &m->lease[i]);
}

/* The client asks anew (RFC 2131, 3.1, step 5; dhcp_rx_request in iPXE's dhcp.c): servers
 * that remember no offers, as dnsmasq, offer one address to two, and refuse it to the second. */
static void
refused(struct storm *s, struct storm_machine *m)
{
	if (m->naks++ == STORM_NAKS)
		storm_fail(s, m, FAULT_NAK, "");
	else
		storm_discover(s, m);
}

struct storm_machine *
storm_dhcp_input(struct storm *s, const struct frame_udp *u)
{
	struct dhcp_msg msg;
	struct storm_machine *m;

	if (dhcp_parse(u->data, u->len, &msg) != DHCP_OK || msg.cut || msg.op != BOOTREPLY)
		return NULL;
	m = &s->machine[(msg.xid - s->xid_base) % s->slots];
	if (msg.xid != m->xid || memcmp(msg.chaddr, m->id.mac, 6) != 0)
		return NULL;
	if (m->stage == STORM_OFFER && (msg.type == DHCP_OFFER || msg.type == DHCP_BOOTP)) {
		offered(s, m, &msg, u);
	} else if (m->stage == STORM_ACK && msg.type == DHCP_ACK && msg.yiaddr) {
		leased(s, m, &msg);
	} else if (m->stage == STORM_ACK && msg.type == DHCP_NAK) {
		refused(s, m);
	} else if (m->stage == STORM_LEAVING && msg.type == DHCP_ACK && msg.yiaddr) {
		/* It left while this was on its way. */
		struct storm_lease l = { .addr = msg.yiaddr, .server = u->src, .persona = storm_persona(s, m) };

		dhcp_get_addr(&msg, DHCP_SERVER_ID, &l.server);
		release_lease(s, m, &l);
	} else if (m->stage == STORM_REPLY && (msg.type == DHCP_ACK || msg.type == DHCP_OFFER)) {
		storm_row_done(s, m, storm_item(s, m)->row + 2, 0);
		reply_names_file(s, m, &msg);
	}
	return m;
}
