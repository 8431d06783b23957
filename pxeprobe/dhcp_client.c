#include "dhcp_client.h"

#include <string.h>
#include <sys/random.h>

#include "check.h"
#include "clock.h"
#include "num.h"
#include "pxe.h"

#define DHCP_CLIENT_MESSAGE 1500
#define MORE_OFFERS_MS 500  /* after the choice is clear, for a second server to be seen */
#define FIRST_RETRY_MS 1000 /* then doubled; firmware starts at 1 (iPXE) to 4 s (EDK2) */
#define SECS_UNIT 1000

static void
say_offer(struct dhcp_client *d, const struct offer *o)
{
	enum offer_kind kind = offer_kind(o);
	char addr[NUM_IP4_TEXT], server[NUM_IP4_TEXT];
	struct boot b;
	struct step s;

	step_begin(&s, "offer");
	step_from(&s, o->source);
	s.ms = o->ms;
	s.timed = true;
	step_put(&s, "kind", offer_kind_text(kind));
	if (o->msg.yiaddr)
		step_put_addr(&s, "address", o->msg.yiaddr);
	step_put_addr(&s, "server", offer_server(o));
	step_put_addr(&s, "next-server", o->msg.siaddr);
	if (offer_boot(d->persona, &o->msg, &b) && b.name[0])
		step_put(&s, "file", b.name);
	num_ip4_text(o->msg.yiaddr, addr);
	num_ip4_text(o->msg.siaddr, server);
	if (o->late)
		step_put(&s, "late", "yes");
	step_detail(&s, "%s%s: %s, next server %s, file %s", o->late ? "late, " : "", offer_kind_text(kind),
	    o->msg.yiaddr ? addr : "no address", server, b.name[0] ? b.name : "none");
	report_step(d->report, &s);
}

/* 67 without its NUL, with another option behind it (EDK2 writes the NUL there). */
static bool
file67_open(const struct frame_udp *u)
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
		return last != 0 && !r.bad && code != DHCP_END && code != DHCP_PAD;
	}
	return false;
}

static void
take_offer(struct dhcp_client *d, const struct dhcp_msg *m, const struct frame_udp *u)
{
	struct offer *o;

	for (size_t i = 0; i < d->offers; i++)
		if (d->offer[i].source == u->src && d->offer[i].msg.yiaddr == m->yiaddr)
			return;
	if (d->offers == OFFER_MAX)
		return;
	o = &d->offer[d->offers++];
	*o = (struct offer){ .msg = *m,
		.source = u->src,
		.sport = u->sport,
		.ms = clock_ms() - d->asked_ms,
		.file67_open = file67_open(u),
		.late = d->chosen };
	say_offer(d, o);
}

static void
take_ack(struct dhcp_client *d, const struct dhcp_msg *m, const struct frame_udp *u)
{
	uint32_t id = 0;

	dhcp_get_addr(m, DHCP_SERVER_ID, &id);
	if (m->type == DHCP_NAK && id == d->server_id)
		d->refused = true;
	if (m->type != DHCP_ACK || id != d->server_id || !m->yiaddr)
		return;
	d->ack = *m;
	d->answered = true;
	d->answer_from = u->src;
}

static void
take_binl(struct dhcp_client *d, const struct dhcp_msg *m, const struct frame_udp *u)
{
	/* iPXE takes an OFFER too; an ACK is what PXE 2.1 asks for. */
	if (m->type != DHCP_ACK && m->type != DHCP_OFFER)
		return;
	d->last = *m;
	d->answered = true;
	d->answer_from = u->src;
	d->answer_port = u->sport;
}

static void
take_reply(struct dhcp_client *d, const struct dhcp_msg *m, const struct frame_udp *u)
{
	/* An answer to the DISCOVER counts whenever it comes. */
	if (m->xid == d->offer_xid && (m->type == DHCP_OFFER || m->type == DHCP_BOOTP))
		take_offer(d, m, u);
	else if (m->xid != d->xid)
		return;
	else if (d->waiting == DHCP_CLIENT_ACK)
		take_ack(d, m, u);
	else if (d->waiting == DHCP_CLIENT_BINL)
		take_binl(d, m, u);
}

static void
take(void *ctx, const struct frame_udp *u, unsigned vlan)
{
	struct dhcp_msg m;

	if (dhcp_parse(u->data, u->len, &m) != DHCP_OK || m.op != BOOTREPLY)
		return;
	for (struct dhcp_client *d = ctx; d; d = d->before) {
		if (memcmp(m.chaddr, d->id.mac, sizeof(d->id.mac)) != 0)
			continue;
		if (vlan && m.xid == d->xid)
			d->vlan = vlan;
		else if (!vlan)
			take_reply(d, &m, u);
	}
}

static int
send_message(struct dhcp_client *d, const struct dhcp_build *m, struct frame_udp *u)
{
	uint8_t bytes[DHCP_CLIENT_MESSAGE];

	u->len = dhcp_build(d->persona, &d->id, m, bytes, sizeof(bytes));
	u->data = bytes;
	memcpy(u->src_mac, d->id.mac, 6);
	return u->len ? net_send(d->net, u) : -1;
}

static int
broadcast(struct dhcp_client *d, const struct dhcp_build *m)
{
	struct frame_udp u = { .src = d->id.giaddr,
		.dst = 0xffffffff,
		.sport = d->id.giaddr ? DHCP_PORT_SERVER : DHCP_PORT_CLIENT,
		.dport = DHCP_PORT_SERVER };

	return send_message(d, m, &u);
}

static void
begin(struct dhcp_client *d, int waiting)
{
	if (getrandom(&d->xid, sizeof(d->xid), 0) < 0)
		d->xid = (uint32_t)clock_ms() * 2654435761u;
	d->waiting = waiting;
	d->sent_ms = clock_ms();
	d->answered = d->refused = false;
}

/* Until when offers are waited for: firmware waits its whole first interval,
 * which nobody needs once everything is there. */
static uint64_t
offers_until(const struct dhcp_client *d, uint64_t last)
{
	uint64_t gathered;

	if (d->offers == 0)
		return last;
	gathered = d->sent_ms + d->offer[0].ms + d->persona->gather_ms;
	if (offer_settled(d->persona, d->offer, d->offers))
		gathered = d->sent_ms + d->offer[d->offers - 1].ms + MORE_OFFERS_MS;
	return gathered < last ? gathered : last;
}

static void
say_sent(struct dhcp_client *d, const char *what, const char *detail)
{
	struct step s;
	char class[PERSONA_CLASS];

	step_begin(&s, what);
	if (persona_class(d->persona, class))
		step_put(&s, "class", class);
	if (d->persona->ipxe)
		step_put(&s, "user-class", "iPXE");
	step_detail(&s, "%s%s%s%s", detail, class[0] ? " as " : "", class, d->persona->ipxe ? ", iPXE" : "");
	report_step(d->report, &s);
}

static bool
gather_offers(struct dhcp_client *d)
{
	struct dhcp_build m = { .type = d->persona->bootp ? DHCP_BOOTP : DHCP_DISCOVER };
	uint64_t last, again = 0, retry = FIRST_RETRY_MS, now, until;

	begin(d, DHCP_CLIENT_OFFERS);
	m.xid = d->offer_xid = d->xid;
	d->asked_ms = d->sent_ms;
	say_sent(d, d->persona->bootp ? "bootp" : "discover", "asking for an address");
	last = d->sent_ms + d->patience_ms;
	while (!net_stopped(d->net) && (now = clock_ms()) < (until = offers_until(d, last))) {
		if (now >= again && d->offers == 0) {
			m.secs = (uint16_t)((now - d->sent_ms) / SECS_UNIT);
			if (broadcast(d, &m) != 0)
				return false;
			again = now + retry;
			retry *= 2;
		}
		net_wait(d->net, -1, 0, d->offers == 0 && again < until ? again : until);
	}
	return true;
}

static void
read_lease(struct dhcp_client *d)
{
	const struct dhcp_msg *m = &d->ack;
	size_t len;
	const uint8_t *dns = dhcp_get(m, DHCP_DNS, &len);
	struct rd r = rd_open(dns, dns ? len : 0);

	d->addr = m->yiaddr;
	if (!dhcp_get_u32(m, DHCP_NETMASK, &d->mask))
		d->mask = 0;
	if (!dhcp_get_addr(m, DHCP_ROUTER, &d->router))
		d->router = 0;
	for (d->dns_n = 0; d->dns_n < DHCP_CLIENT_DNS && rd_left(&r) >= 4; d->dns_n++)
		d->dns[d->dns_n] = rd_u32(&r);
	d->leased = true;
}

static void
say_lease(struct dhcp_client *d)
{
	char addr[NUM_IP4_TEXT], mask[NUM_IP4_TEXT], router[NUM_IP4_TEXT];
	struct step s;
	uint32_t seconds;

	step_begin(&s, d->persona->bootp ? "reply" : "ack");
	step_from(&s, d->answer_from);
	s.ms = clock_ms() - d->sent_ms;
	s.timed = true;
	step_put_addr(&s, "address", d->addr);
	step_put_addr(&s, "netmask", d->mask);
	step_put_addr(&s, "router", d->router);
	if (dhcp_get_u32(&d->ack, DHCP_LEASE_TIME, &seconds))
		step_put_num(&s, "lease", seconds);
	step_detail(&s, "address %s, netmask %s, router %s", num_ip4_text(d->addr, addr), num_ip4_text(d->mask, mask),
	    d->router ? num_ip4_text(d->router, router) : "none");
	report_step(d->report, &s);
}

/* Sends until it is answered or time is up. */
static bool
exchange(
    struct dhcp_client *d, const struct dhcp_build *m, int (*send)(struct dhcp_client *, const struct dhcp_build *))
{
	uint64_t last = d->sent_ms + d->patience_ms, again = 0, now;
	uint64_t retry = FIRST_RETRY_MS;

	while (!d->answered && !d->refused && !net_stopped(d->net) && (now = clock_ms()) < last) {
		if (now >= again) {
			if (send(d, m) != 0)
				return false;
			again = now + retry;
			retry *= 2;
		}
		net_wait(d->net, -1, 0, again < last ? again : last);
	}
	return d->answered;
}

static bool
request(struct dhcp_client *d)
{
	const struct offer *o = &d->offer[d->choice.lease];
	struct dhcp_build m = { .type = DHCP_REQUEST, .requested = o->msg.yiaddr };
	char server[NUM_IP4_TEXT];
	uint32_t xid = d->xid;

	if (d->persona->bootp || o->msg.type == DHCP_BOOTP) {
		d->ack = o->msg;
		d->answer_from = o->source;
		read_lease(d);
		return true;
	}
	d->server_id = offer_server(o);
	begin(d, DHCP_CLIENT_ACK);
	d->xid = m.xid = xid;
	m.server_id = d->server_id;
	if (exchange(d, &m, broadcast)) {
		read_lease(d);
		say_lease(d);
		return true;
	}
	num_ip4_text(d->server_id, server);
	if (d->refused)
		finding_add(d->findings, FAULT_NAK, "server %s", server);
	else
		finding_add(
		    d->findings, FAULT_NO_ANSWER, "%s offered an address, but did not answer the REQUEST", server);
	return false;
}

static int
ask_4011(struct dhcp_client *d, const struct dhcp_build *m)
{
	struct frame_udp u = {
		.src = d->addr, .dst = d->choice.ask_server, .sport = d->persona->binl_port, .dport = DHCP_PORT_BINL
	};

	return send_message(d, m, &u);
}

static void
say_reply(struct dhcp_client *d)
{
	struct boot b;
	struct step s;
	char server[NUM_IP4_TEXT];

	offer_boot(d->persona, &d->last, &b);
	step_begin(&s, "reply");
	step_from(&s, d->answer_from);
	s.ms = clock_ms() - d->sent_ms;
	s.timed = true;
	step_put_num(&s, "port", d->answer_port);
	step_put_addr(&s, "next-server", d->last.siaddr);
	step_put(&s, "file", b.name);
	step_detail(&s, "port %u: next server %s, file %s", d->answer_port, num_ip4_text(d->last.siaddr, server),
	    b.name[0] ? b.name : "none");
	report_step(d->report, &s);
}

/* The second question that PXEClient offers without a file lead to. */
static bool
ask(struct dhcp_client *d)
{
	struct dhcp_build m = {
		.type = DHCP_REQUEST, .ciaddr = d->addr, .has_item = d->choice.has_item, .item = d->choice.item
	};
	char server[NUM_IP4_TEXT];
	struct boot b;
	struct step s;

	begin(d, DHCP_CLIENT_BINL);
	m.xid = d->xid;
	if (d->persona->rule == RULE_IPXE && !m.has_item)
		m.server_id = d->choice.ask_server;
	num_ip4_text(d->choice.ask_server, server);
	step_begin(&s, "ask");
	step_put(&s, "to", server);
	step_put_num(&s, "port", DHCP_PORT_BINL);
	step_detail(&s, "asking %s port 4011 what to boot", server);
	report_step(d->report, &s);
	net_resolve(d->net, d->addr, d->choice.ask_server, clock_ms() + d->patience_ms / 2);
	if (exchange(d, &m, ask_4011)) {
		say_reply(d);
		return true;
	}
	/* iPXE gives up after a second or three and goes on with its lease. */
	if (d->persona->rule == RULE_IPXE && offer_boot(d->persona, &d->ack, &b)) {
		finding_warn(d->findings, FAULT_PXECLIENT_WITHOUT_4011, "server %s", server);
		d->choice.ask = false;
		d->choice.boot = d->choice.lease;
		return true;
	}
	finding_add(d->findings, FAULT_PXECLIENT_WITHOUT_4011, "server %s", server);
	return false;
}

static bool
become_host(struct dhcp_client *d)
{
	struct net_host h = { .addr = d->addr, .mask = d->mask ? d->mask : 0xffffff00, .router = d->router };

	memcpy(h.mac, d->id.mac, 6);
	return net_host_add(d->net, &h) == 0;
}

/* What the file is called, from the reply that counts. */
static bool
read_boot(struct dhcp_client *d)
{
	struct boot b;

	if (!d->choice.ask) {
		d->last = d->offer[d->choice.boot].msg;
		/* The ACK repeats it as a rule; where it does not, the offer counts. */
		if (d->choice.boot == d->choice.lease && offer_boot(d->persona, &d->ack, &b))
			d->last = d->ack;
	}
	return offer_boot(d->persona, &d->last, &d->boot);
}

/* Nobody has said what to boot in the time that this firmware waits: one who
 * says it later is heard by us alone. */
static enum fault
listen_on(struct dhcp_client *d, enum fault fault)
{
	uint64_t last = d->sent_ms + d->patience_ms;
	size_t in_time = d->offers;
	struct choice late;
	char from[NUM_IP4_TEXT];

	while (fault == FAULT_NO_BOOT_INFO && d->offers < OFFER_MAX && !net_stopped(d->net) && clock_ms() < last) {
		net_wait(d->net, -1, 0, last);
		if (d->offers == in_time || offer_choose(d->persona, d->offer, d->offers, &late) != FAULT_NONE)
			continue;
		num_ip4_text(d->offer[d->offers - 1].source, from);
		finding_fatal(d->findings, FAULT_TOO_SLOW,
		    "%s says what to boot %u ms after the request; %u ms after the first offer this client has gone on",
		    from, (unsigned)d->offer[d->offers - 1].ms, d->persona->gather_ms);
		return FAULT_TOO_SLOW;
	}
	return fault;
}

bool
dhcp_client_run(struct dhcp_client *d, const struct persona *p)
{
	enum fault fault;
	bool found;

	d->persona = p;
	d->offers = 0;
	d->leased = d->chosen = false;
	d->boot = (struct boot){ .name_from = "", .server_from = "" };
	net_on_dhcp(d->net, take, d);
	if (!gather_offers(d)) {
		finding_add(d->findings, FAULT_NO_ANSWER, "the request could not be sent");
		d->waiting = DHCP_CLIENT_IDLE;
		return false;
	}
	fault = listen_on(d, offer_choose(p, d->offer, d->offers, &d->choice));
	check_offers(p, d->offer, d->offers, &d->choice, d->findings);
	d->chosen = true;
	found = fault == FAULT_NONE && request(d) && become_host(d) && (!d->choice.ask || ask(d));
	d->waiting = DHCP_CLIENT_IDLE;
	if (fault == FAULT_NO_ANSWER && d->vlan)
		finding_add(d->findings, FAULT_NO_ANSWER,
		    "answers come with the tag of VLAN %u, which a machine drops: make that the port's untagged VLAN, or ask on an interface of that VLAN",
		    d->vlan);
	else if (fault == FAULT_NO_ANSWER && !d->offers && !net_interface(d->net)->linked)
		finding_add(d->findings, FAULT_NO_ANSWER, "%s has no link: no cable, or nobody at its other end",
		    net_interface(d->net)->name);
	else if (fault != FAULT_NONE && fault != FAULT_TOO_SLOW)
		check_unfit(p, d->offer, d->offers, fault, d->findings);
	if (!found)
		return false;
	found = read_boot(d);
	check_boot(p, &d->last, &d->boot, d->findings);
	check_lease(&d->ack, d->boot.server, d->findings);
	return found && !finding_error(d->findings);
}

void
dhcp_client_late(struct dhcp_client *d)
{
	if (d->offers > 0 && d->offer[d->offers - 1].late)
		check_late(d->persona, d->offer, d->offers, &d->choice, d->findings);
}

void
dhcp_client_release(struct dhcp_client *d)
{
	struct dhcp_build m = { .type = DHCP_RELEASE, .ciaddr = d->addr, .server_id = d->server_id };
	struct frame_udp u = {
		.src = d->addr, .dst = d->server_id, .sport = DHCP_PORT_CLIENT, .dport = DHCP_PORT_SERVER
	};
	char addr[NUM_IP4_TEXT];
	struct step s;

	if (!d->leased)
		return;
	if (!d->persona->bootp) {
		net_resolve(d->net, d->addr, d->server_id, clock_ms() + d->patience_ms / 4);
		begin(d, DHCP_CLIENT_IDLE);
		m.xid = d->xid;
		send_message(d, &m, &u);
		step_begin(&s, "release");
		step_put_addr(&s, "address", d->addr);
		step_detail(&s, "gave %s back", num_ip4_text(d->addr, addr));
		report_step(d->report, &s);
	}
	net_host_remove(d->net, d->addr);
	d->leased = false;
}
