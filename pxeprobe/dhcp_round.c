#include "dhcp_round.h"

#include <string.h>
#include <sys/random.h>

#include "dhcp_check.h"
#include "clock.h"
#include "num.h"

static uint32_t
random_xid(void)
{
	uint32_t xid;

	return getrandom(&xid, sizeof(xid), 0) == sizeof(xid) ? xid : (uint32_t)clock_ms() * 2654435761u;
}

static int
round_send(struct dhcp_round *r, struct dhcp_client_out *out)
{
	memcpy(out->udp.src_mac, r->id.mac, sizeof(r->id.mac));
	return out->udp.len ? lan_send(r->lan, &out->udp) : -1;
}

/* ---- steps of the report ---- */

static void
say_discover(struct dhcp_round *r)
{
	const struct persona *p = r->client.persona;
	struct step s;
	char class[PERSONA_CLASS];

	step_begin(&s, p->bootp ? "bootp" : "discover");
	if (persona_class(p, class))
		step_put(&s, "class", class);
	if (p->ipxe)
		step_put(&s, "user-class", "iPXE");
	step_detail(&s, "asking for an address%s%s%s", class[0] ? " as " : "", class, p->ipxe ? ", iPXE" : "");
	report_step(r->report, &s);
}

static void
say_offer(struct dhcp_round *r, const struct offer *o)
{
	const char *kind = offer_kind_text(offer_kind(o));
	char addr[NUM_IP4_TEXT], server[NUM_IP4_TEXT];
	struct boot b;
	struct step s;

	step_begin(&s, "offer");
	step_from(&s, o->source);
	s.ms = o->ms;
	s.timed = true;
	step_put(&s, "kind", kind);
	if (o->msg.yiaddr)
		step_put_addr(&s, "address", o->msg.yiaddr);
	step_put_addr(&s, "server", offer_server(o));
	step_put_addr(&s, "next-server", o->msg.siaddr);
	if (offer_boot(r->client.persona, &o->msg, &b) && b.name[0])
		step_put(&s, "file", b.name);
	if (o->late)
		step_put(&s, "late", "yes");
	step_detail(&s, "%s%s: %s, next server %s, file %s", o->late ? "late, " : "", kind,
	    o->msg.yiaddr ? num_ip4_text(o->msg.yiaddr, addr) : "no address", num_ip4_text(o->msg.siaddr, server),
	    b.name[0] ? b.name : "none");
	report_step(r->report, &s);
}

static void
say_ack(struct dhcp_round *r)
{
	const struct dhcp_client *c = &r->client;
	char addr[NUM_IP4_TEXT], mask[NUM_IP4_TEXT], router[NUM_IP4_TEXT];
	struct step s;
	uint32_t seconds;

	step_begin(&s, "ack");
	step_from(&s, c->answer_from);
	s.ms = clock_ms() - c->began_ms;
	s.timed = true;
	step_put_addr(&s, "address", c->addr);
	step_put_addr(&s, "netmask", c->mask);
	step_put_addr(&s, "router", c->router);
	if (dhcp_get_u32(&c->ack, DHCP_LEASE_TIME, &seconds))
		step_put_num(&s, "lease", seconds);
	step_detail(&s, "address %s, netmask %s, router %s", num_ip4_text(c->addr, addr), num_ip4_text(c->mask, mask),
	    c->router ? num_ip4_text(c->router, router) : "none");
	report_step(r->report, &s);
}

static void
say_reply(struct dhcp_round *r)
{
	const struct dhcp_client *c = &r->client;
	struct step s;
	char server[NUM_IP4_TEXT];

	step_begin(&s, "reply");
	step_from(&s, c->answer_from);
	s.ms = clock_ms() - c->began_ms;
	s.timed = true;
	step_put_num(&s, "port", c->answer_port);
	step_put_addr(&s, "next-server", c->last.siaddr);
	step_put(&s, "file", c->boot.name);
	step_detail(&s, "port %u: next server %s, file %s", c->answer_port, num_ip4_text(c->last.siaddr, server),
	    c->boot.name[0] ? c->boot.name : "none");
	report_step(r->report, &s);
}

/* ---- what is wrong ---- */

/* An answer went elsewhere: the reason when nothing else came. */
static void
explain_astray(struct dhcp_round *r)
{
	const struct dhcp_client *c = &r->client;
	char from[NUM_IP4_TEXT], to[NUM_IP4_TEXT];
	bool alone = c->result == DHCP_CLIENT_NO_REPLY || (c->id.giaddr && !c->offers);

	if (c->astray.from)
		(alone ? finding_add : finding_warn)(r->findings, FAULT_ASTRAY, "%s answers to %s port %u",
		    num_ip4_text(c->astray.from, from), num_ip4_text(c->astray.to, to), c->astray.port);
}

/* Adds what is wrong with the conversation, now over. */
static void
explain_round(struct dhcp_round *r)
{
	const struct dhcp_client *c = &r->client;
	const struct offer *latest = c->on_time ? &c->offer[c->on_time - 1] : NULL;
	const struct netif *ifc = lan_interface(r->lan);
	struct findings *f = r->findings;
	char text[NUM_IP4_TEXT];

	if (c->result == DHCP_CLIENT_UNSENT) {
		finding_add(f, FAULT_NO_ANSWER, "the request could not be sent");
		return;
	}
	if (c->result == DHCP_CLIENT_TOO_LATE)
		finding_fatal(f, FAULT_TOO_SLOW,
		    "%s says what to boot %u ms after the request; %u ms after the first offer this client has gone on",
		    num_ip4_text(latest->source, text), (unsigned)latest->ms, c->persona->gather_ms);
	dhcp_check_offers(c->persona, c->offer, c->on_time, &c->choice, f);
	if (c->result == DHCP_CLIENT_NO_REPLY)
		finding_add(f, FAULT_PXECLIENT_WITHOUT_4011, "server %s", num_ip4_text(c->choice.ask_server, text));
	else if (c->reply_missing)
		finding_warn(f, FAULT_PXECLIENT_WITHOUT_4011, "server %s", num_ip4_text(c->choice.ask_server, text));
	if (lan_bad_checksum(r->lan))
		(c->offers ? finding_warn : finding_add)(
		    f, FAULT_BAD_CHECKSUM, "from %s", num_ip4_text(lan_bad_checksum(r->lan), text));
	explain_astray(r);
	switch (c->result) {
	case DHCP_CLIENT_NO_CHOICE:
		if (c->fault == FAULT_NO_ANSWER && c->vlan)
			finding_add(f, FAULT_NO_ANSWER,
			    "answers carry the tag of VLAN %u, which a machine drops: make that the port's untagged VLAN, or ask on an interface of that VLAN",
			    c->vlan);
		else if (c->fault == FAULT_NO_ANSWER && !c->on_time && r->before)
			finding_add(f, FAULT_NO_ANSWER,
			    "%s asks again, and the server that answered the firmware does not answer it",
			    c->persona->ipxe ? "iPXE (option 77)" : "the loader");
		else if (c->fault == FAULT_NO_ANSWER && !c->on_time && !ifc->linked)
			finding_add(
			    f, FAULT_NO_ANSWER, "%s has no link: no cable, or nobody at its other end", ifc->name);
		else
			dhcp_check_unfit(c->persona, c->offer, c->on_time, c->fault, f);
		break;
	case DHCP_CLIENT_REFUSED:
		finding_add(f, FAULT_NAK, "server %s", num_ip4_text(c->server_id, text));
		break;
	case DHCP_CLIENT_NO_ACK:
		finding_add(f, FAULT_NO_ANSWER, "%s offered an address, but did not answer the REQUEST",
		    num_ip4_text(c->server_id, text));
		break;
	case DHCP_CLIENT_NAMED:
	case DHCP_CLIENT_UNNAMED:
		dhcp_check_boot(c->persona, &c->last, &c->boot, f);
		dhcp_check_lease(&c->ack, c->boot.server, f);
		break;
	default:
		break;
	}
}

/* ---- the wire ---- */

static void
round_take(void *ctx, const struct frame_udp *u, unsigned vlan)
{
	for (struct dhcp_round *r = ctx; r; r = r->before) {
		struct dhcp_client *c = &r->client;
		enum dhcp_client_heard heard = dhcp_client_input(c, u, vlan, clock_ms());

		if (heard == DHCP_CLIENT_HAS_OFFER)
			say_offer(r, &c->offer[c->offers - 1]);
		else if (heard == DHCP_CLIENT_HAS_ACK)
			say_ack(r);
		else if (heard == DHCP_CLIENT_HAS_REPLY)
			say_reply(r);
	}
}

bool
dhcp_round_run(struct dhcp_round *r, const struct persona *p)
{
	struct dhcp_client_want want = {
		.persona = p, .id = r->id, .patience_ms = r->patience_ms, .xid = random_xid(), .binl_xid = random_xid()
	};
	struct dhcp_client *c = &r->client;
	struct lan_host host;
	struct dhcp_client_out out;
	char server[NUM_IP4_TEXT];
	struct step s;

	dhcp_client_start(c, &want, clock_ms());
	lan_on_dhcp(r->lan, round_take, r);
	say_discover(r);
	while (!lan_stopped(r->lan)) {
		switch (dhcp_client_next(c, clock_ms(), &out)) {
		case DHCP_CLIENT_WAIT:
			lan_wait(r->lan, -1, 0, out.deadline_ms);
			break;
		case DHCP_CLIENT_SEND:
			if (round_send(r, &out) != 0)
				dhcp_client_unsent(c);
			break;
		case DHCP_CLIENT_BIND:
			host = (struct lan_host){
				.addr = c->addr, .mask = c->mask ? c->mask : 0xffffff00, .router = c->router
			};
			memcpy(host.mac, r->id.mac, sizeof(host.mac));
			if (lan_host_add(r->lan, &host) != 0)
				return false;
			break;
		case DHCP_CLIENT_RESOLVE:
			num_ip4_text(c->choice.ask_server, server);
			step_begin(&s, "ask");
			step_put(&s, "to", server);
			step_put_num(&s, "port", DHCP_PORT_BINL);
			step_detail(&s, "asking %s port 4011 what to boot", server);
			report_step(r->report, &s);
			lan_resolve(r->lan, c->addr, out.udp.dst, clock_ms() + r->patience_ms / 2);
			break;
		case DHCP_CLIENT_DONE:
			explain_round(r);
			return c->result == DHCP_CLIENT_NAMED && !finding_error(r->findings);
		}
	}
	return false;
}

void
dhcp_round_late(struct dhcp_round *r)
{
	const struct dhcp_client *c = &r->client;

	if (c->offers > 0 && c->offer[c->offers - 1].late)
		dhcp_check_late(c->persona, c->offer, c->offers, &c->choice, r->findings);
}

void
dhcp_round_release(struct dhcp_round *r)
{
	struct dhcp_client *c = &r->client;
	struct dhcp_client_out out;
	char addr[NUM_IP4_TEXT];
	struct step s;

	if (!c->leased)
		return;
	if (dhcp_client_release(c, random_xid(), &out)) {
		lan_resolve(r->lan, c->addr, c->server_id, clock_ms() + r->patience_ms / 4);
		round_send(r, &out);
		step_begin(&s, "release");
		step_put_addr(&s, "address", c->addr);
		step_detail(&s, "gave %s back", num_ip4_text(c->addr, addr));
		report_step(r->report, &s);
	}
	lan_host_remove(r->lan, c->addr);
	c->leased = false;
}
