#include "server.h"

#include <stdio.h>

#include "match.h"
#include "proxy.h"

#define SHORTEST_S 10 /* a lease shorter than this is not worth an answer */
#define FORMER_MOST 8 /* expired leases that are remembered per client */

const char *
server_result_text(enum server_result r)
{
	static const char *const text[SERVER_RESULTS] = {
		[SERVER_ANSWER] = "answered",
		[SERVER_RELEASED] = "released",
		[SERVER_DECLINED] = "declined",
		[SERVER_NOT_REQUEST] = "is a reply, not a request",
		[SERVER_NO_SUBNET] = "no subnet line fits its network and the client",
		[SERVER_DENIED] = "denied",
		[SERVER_OTHER_SERVER] = "talks to another server",
		[SERVER_NO_ADDRESS] = "no address is free: the ranges of its subnet are used up",
		[SERVER_ALL_REST] =
		    "no address is free: those left of the ranges rest, as somebody uses them (decline=)",
		[SERVER_HOST_RESTS] = "the address that is reserved for it rests, as somebody uses it",
		[SERVER_HOST_ELSEWHERE] = "the address that is reserved for it is in a subnet of another link",
		[SERVER_NO_RANGE] = "its subnet line has no range=, and no host line gives it an address",
		[SERVER_NO_HOST] = "no host line gives it an address (bootp=dynamic on a subnet line would)",
		[SERVER_FULL] = "max-leases= of its subnet line is reached",
		[SERVER_FLOOD] = "too many offers that nobody takes up (offers= on the subnet line)",
		[SERVER_NO_RECORD] = "no record of its lease (a subnet line may say authoritative)",
		[SERVER_NO_BOOT] = "no boot line fits",
		[SERVER_NOT_BOOTING] = "does not boot from the network",
		[SERVER_NO_KEY] = "has neither client identifier nor Ethernet address",
		[SERVER_BAD_MAC] = "its hardware address is a group address or 0",
		[SERVER_IGNORED] = "nothing to answer",
		[SERVER_WAITS] = "another server answers it first (share=, delay=)",
		[SERVER_ASKS_AGAIN] = "another server answers it, unless it asks again (share=)",
		[SERVER_PROBING] = "its address is probed with ARP first",
		[SERVER_NO_ROOM] = "options 61 and 82 alone make the reply longer than it accepts (option 57)",
		[SERVER_NOT_WRITTEN] = "its lease cannot be written",
		[SERVER_NO_MEMORY] = "out of memory",
	};

	return text[r];
}

/* ---- the states -------------------------------------------------------- */

static void
choose_boot(const struct query *k)
{
	boot_choose(
	    k->from->rules, k->c, k->out->self, k->out->yiaddr ? k->out->yiaddr : k->q->msg.ciaddr, &k->out->boot);
}

static enum server_result
say_address(struct query *k, enum dhcp_type type, uint32_t addr)
{
	const struct subnet *s = alloc_place(k, addr);
	uint32_t lease_s = s->lease_s;

	k->c->subnet = s;
	if (!alloc_keep(k, addr))
		return SERVER_NO_MEMORY;
	if (dhcp_get_u32(&k->q->msg, DHCP_LEASE_TIME, &lease_s)) {
		lease_s = lease_s < s->lease_min_s ? s->lease_min_s : lease_s;
		lease_s = lease_s > s->lease_max_s ? s->lease_max_s : lease_s;
	}
	/* soon its own server is asked again */
	if (subnet_is_others(s, addr) && addr != k->c->found.addr && lease_s > SHARE_STAND_IN_S)
		lease_s = SHARE_STAND_IN_S;
	k->out->self = request_self(k->q, s);
	k->out->type = type;
	k->out->yiaddr = addr;
	k->out->lease_s = type == DHCP_BOOTP ? 0 : lease_s;
	k->out->commit = type != DHCP_OFFER;
	k->out->expiry = type == DHCP_BOOTP ? LEASES_FOREVER : k->now + k->out->lease_s;
	choose_boot(k);
	return SERVER_ANSWER;
}

static enum server_result
say_nak(struct query *k, const char *why)
{
	k->out->type = DHCP_NAK;
	k->out->message = why;
	return SERVER_ANSWER;
}

static enum server_result
serve_discover(struct query *k)
{
	uint32_t addr;
	enum server_result r = alloc_choose(k, &addr);

	return r == SERVER_ANSWER ? say_address(k, DHCP_OFFER, addr) : r;
}

static struct lease *
own_lease(const struct query *k, uint32_t addr)
{
	struct lease *lease = addr ? leases_at(k->from->leases, addr) : NULL;

	return lease && lease_has_key(lease, alloc_key(k->c)) ? lease : NULL;
}

/* It may have the address.  One that it was not offered (or was before we were
 * started again) is a new one, and counts among the offers. */
static enum server_result
say_ack(struct query *k, uint32_t addr)
{
	if (!k->known && !quota_take(&k->from->leases->quotas, alloc_place(k, addr), k->now))
		return SERVER_FLOOD;
	return say_address(k, DHCP_ACK, addr);
}

/* Another server with share= gives the client this address: it is offered the same
 * here, too, should that server die.  One of our own part is lent for a while: nobody
 * else may get it meanwhile, and as with offers, forged messages do not use it up at
 * once. */
static void
remember_choice(struct query *k, const struct subnet *s, uint32_t addr)
{
	const struct lease *lease = leases_at(k->from->leases, addr);
	bool own = lease && lease_has_key(lease, alloc_key(k->c)), lent = !own && !subnet_is_others(s, addr);
	const struct lease_entry e = { .addr = addr,
		.key = alloc_key(k->c),
		.name = k->c->name,
		.mac = k->c->has_mac ? k->c->mac : NULL,
		.expiry = k->now + (lent && s->lease_s > SHARE_STAND_IN_S ? SHARE_STAND_IN_S : s->lease_s),
		.state = LEASE_BOUND,
		.sent_id = k->c->sent_id,
		.theirs = true };

	if (addr == k->c->found.addr)
		return;
	if (lease && !own && !lease->theirs && !lease_is_free(lease, k->now))
		return;
	if (lent && !quota_take(&k->from->leases->quotas, s, k->now))
		return;
	if (!leases_put(k->from->leases, &e))
		return;
	k->out->seen = addr;
	/* it has one address on a network */
	for (struct lease *l = leases_of(k->from->leases, e.key); l; l = leases_more(k->from->leases, l))
		if (l->addr != addr && l->state == LEASE_BOUND && l->expiry != LEASES_FOREVER &&
		    !lease_is_free(l, k->now) && subnet_link_holds(s, l->addr)) {
			leases_end(k->from->leases, l, k->now);
			k->out->superseded = l->addr;
		}
}

/* It answers an offer: ours, or another server's. */
static enum server_result
selecting(struct query *k, uint32_t addr)
{
	uint32_t chosen;
	struct lease *lease;
	const struct subnet *s;

	dhcp_get_addr(&k->q->msg, DHCP_SERVER_ID, &chosen);
	s = request_is_ours(k->q, chosen) ? NULL : alloc_place(k, addr);
	/* repeated: that server has died since its offer */
	if (s && s->share_n && (k->q->late || share_asked_s(k->shares, k->c, k->q->msg.xid, addr, k->now) > 0))
		k->out->named = chosen;
	if (k->out->named || request_is_ours(k->q, chosen))
		return alloc_may_have(k, addr) ? say_ack(k, addr) : say_nak(k, "address not available");
	for (lease = leases_of(k->from->leases, alloc_key(k->c)); lease; lease = leases_more(k->from->leases, lease))
		if (lease->state == LEASE_OFFERED)
			leases_end(k->from->leases, lease, k->now);
	if (s && s->share_n)
		remember_choice(k, s, addr);
	return SERVER_OTHER_SERVER;
}

/* True if there is a lease of this client on its network. */
static bool
has_record(const struct query *k)
{
	const struct lease *lease = leases_of(k->from->leases, alloc_key(k->c));

	for (; lease; lease = leases_more(k->from->leases, lease))
		if (lease->state == LEASE_BOUND && alloc_place(k, lease->addr))
			return true;
	return false;
}

static bool
on_a_subnet(const struct query *k, uint32_t addr, bool *authority)
{
	bool found = false;

	for (size_t i = 0; i < k->from->rules->n[RULE_SUBNET]; i++) {
		const struct rule *rule = rules_line(k->from->rules, RULE_SUBNET, i);

		if (!request_is_on_link(k->q, rule->subnet))
			continue;
		*authority |= rule->subnet->authoritative;
		found |= subnet_holds(rule->subnet, addr);
	}
	return found;
}

/* It believes that it has this address (RFC 2131, section 4.3.2).  `trusted`:
 * it wrote to us alone, so it had the lease from us. */
static enum server_result
confirm(struct query *k, uint32_t addr, bool trusted)
{
	const struct lease *lease = leases_at(k->from->leases, addr);
	const struct subnet *s = alloc_place(k, addr);
	uint32_t host = k->c->found.addr;
	bool authority = trusted, local = on_a_subnet(k, addr, &authority);
	/* the other server may have died since, with what it knew */
	bool shared = s && s->share_n;
	bool record = lease && lease->state == LEASE_BOUND && lease_has_key(lease, alloc_key(k->c));

	if (!local)
		return say_nak(k, "address is on another network");
	if (host && host != addr && alloc_may_have(k, host))
		return say_nak(k, "another address is reserved for this client");
	if (alloc_may_have(k, addr) && (record || addr == host || authority || shared))
		return say_ack(k, addr);
	if (record || authority || has_record(k))
		return say_nak(k, "address not available");
	if (lease && !lease_is_free(lease, k->now) && !lease_has_key(lease, alloc_key(k->c)))
		return say_nak(k, "address in use by another client");
	return SERVER_NO_RECORD;
}

static enum server_result
init_reboot(struct query *k, uint32_t addr)
{
	return confirm(k, addr, false);
}

/* For an address of another server's part we only stand in: in time the client asks
 * all servers (rebinding), and its own, when it is back, hears that and takes over. */
static enum server_result
renewing(struct query *k, uint32_t addr)
{
	const struct subnet *s = alloc_place(k, addr);

	if (s && subnet_is_others(s, addr) && addr != k->c->found.addr)
		return SERVER_ASKS_AGAIN;
	return confirm(k, addr, true);
}

static enum server_result
rebinding(struct query *k, uint32_t addr)
{
	return confirm(k, addr, false);
}

/* The four forms of REQUEST (RFC 2131, section 4.3.2, table 4). */
struct request_form {
	bool server_id, requested, ciaddr, unicast;
	enum server_result (*answer)(struct query *k, uint32_t addr);
};

/* Which of them it is, and for which address; NULL when it is none. */
static const struct request_form *
which_form(const struct query *k, uint32_t *addr)
{
	static const struct request_form forms[] = {
		{ true, true, false, false, selecting },
		{ false, true, false, false, init_reboot },
		{ false, false, true, true, renewing },
		{ false, false, true, false, rebinding },
	};
	const struct dhcp_msg *m = &k->q->msg;
	uint32_t id;
	bool server_id = dhcp_get_addr(m, DHCP_SERVER_ID, &id), requested, unicast;

	*addr = m->ciaddr;
	requested = dhcp_get_addr(m, DHCP_REQUESTED_ADDR, addr);
	/* a relay passes renewals on as it passes everything on */
	unicast = k->q->unicast && !m->giaddr && !requested;
	for (size_t i = 0; *addr && i < sizeof(forms) / sizeof(forms[0]); i++)
		if (server_id ? forms[i].server_id :
		                !forms[i].server_id && forms[i].requested == requested && forms[i].unicast == unicast)
			return &forms[i];
	return NULL;
}

static enum server_result
serve_request(struct query *k)
{
	uint32_t addr;
	const struct request_form *form = which_form(k, &addr);
	const struct lease *own;
	enum server_result r;

	if (!form)
		return SERVER_IGNORED;
	/* we offered it to this client, or it has it already */
	own = own_lease(k, addr);
	k->known = addr == k->c->found.addr || (own && !own->theirs);
	r = form->answer(k, addr);
	/* who has it already, as it renews, would answer our ARP itself */
	k->out->fresh = r == SERVER_ANSWER && k->out->type == DHCP_ACK && !k->known && !form->ciaddr;
	return r;
}

static enum server_result
serve_decline(struct query *k)
{
	uint32_t addr = 0, id;

	dhcp_get_addr(&k->q->msg, DHCP_REQUESTED_ADDR, &addr);
	/* with share= we may stand in for that server */
	if (dhcp_get_addr(&k->q->msg, DHCP_SERVER_ID, &id) && !request_is_ours(k->q, id) &&
	    !(k->c->subnet->share_n && own_lease(k, addr)))
		return SERVER_OTHER_SERVER;
	if (!own_lease(k, addr))
		return SERVER_NO_RECORD;
	if (!alloc_decline(k->from, addr, k->now))
		return SERVER_NO_MEMORY;
	k->out->yiaddr = addr;
	return SERVER_DECLINED;
}

static enum server_result
serve_release(struct query *k)
{
	struct lease *lease = own_lease(k, k->q->msg.ciaddr);
	uint32_t id;

	if (dhcp_get_addr(&k->q->msg, DHCP_SERVER_ID, &id) && !request_is_ours(k->q, id))
		return SERVER_OTHER_SERVER;
	if (!lease || lease->state != LEASE_BOUND || lease_is_free(lease, k->now))
		return SERVER_NO_RECORD;
	leases_end(k->from->leases, lease, k->now);
	/* for those who keep a DNS zone; few clients repeat it here */
	if (!*k->c->name)
		snprintf(k->c->name, sizeof(k->c->name), "%s", lease_name(lease));
	k->out->yiaddr = lease->addr;
	k->out->expiry = k->now;
	return SERVER_RELEASED;
}

/* It has an address from elsewhere and wants the options (section 4.3.5). */
static enum server_result
serve_inform(struct query *k)
{
	k->out->type = DHCP_ACK;
	choose_boot(k);
	return SERVER_ANSWER;
}

static enum server_result
serve_bootp(struct query *k)
{
	uint32_t addr = k->c->found.addr;
	enum server_result r;

	if (addr && alloc_may_have(k, addr))
		return say_address(k, DHCP_BOOTP, addr);
	if (!k->c->subnet->bootp_dynamic)
		return SERVER_NO_HOST;
	r = alloc_choose(k, &addr);
	return r == SERVER_ANSWER ? say_address(k, DHCP_BOOTP, addr) : r;
}

/* ---- the table --------------------------------------------------------- */

static enum server_result
serve(struct query *k)
{
	static enum server_result (*const state[])(struct query *) = {
		[DHCP_BOOTP] = serve_bootp,
		[DHCP_DISCOVER] = serve_discover,
		[DHCP_REQUEST] = serve_request,
		[DHCP_DECLINE] = serve_decline,
		[DHCP_RELEASE] = serve_release,
		[DHCP_INFORM] = serve_inform,
	};
	enum dhcp_type type = k->q->msg.type;

	if (type >= sizeof(state) / sizeof(state[0]) || !state[type])
		return SERVER_NOT_REQUEST; /* OFFER, ACK, NAK */
	if (k->c->key_len == 0 && type != DHCP_INFORM)
		return SERVER_NO_KEY;
	k->out->way = ANSWER_SERVER;
	return state[type](k);
}

/* The UUID and MAC address of a DISCOVER are remembered for the request on port
 * 4011, which may come without the latter. */
static void
learn_mac(struct uuids *u, struct client *c, int64_t now)
{
	uint8_t mac[6];

	if (!c->pxe.has_uuid)
		return;
	if (c->has_mac)
		uuids_learn(u, c->pxe.uuid, c->mac, now);
	else if (uuids_find(u, c->pxe.uuid, now, mac))
		client_set_mac(c, mac);
}

/* One client may not have the whole range rest: the first of its addresses is free
 * again when too many do. */
static void
limit_declines(struct declines *d, struct query *k)
{
	const struct client *c = k->c;
	const void *who = c->has_mac ? c->mac : c->key;
	uint32_t first = declines_add(d, who, c->has_mac ? sizeof(c->mac) : c->key_len, k->out->yiaddr);

	if (first && alloc_wake(k->from, first, false, k->now))
		k->out->superseded = first;
	k->out->resting = leases_resting(k->from->leases, k->now);
}

/* True if the client loads the file of a boot line after this answer, or after
 * that of the other server whose address it takes. */
static bool
boots_now(const struct answer *a, enum server_result r)
{
	if (!a->boot.rule || a->boot.rule->kind != RULE_BOOT || !client_is_booting(a->client))
		return false;
	if (r == SERVER_OTHER_SERVER)
		return a->way == ANSWER_PROXY;
	/* with ciaddr it booted long ago, and renews; not so on port 4011 */
	if (a->request->msg.ciaddr && a->way == ANSWER_SERVER)
		return false;
	return r == SERVER_ANSWER && (a->type == DHCP_ACK || a->type == DHCP_BOOTP);
}

/* A client that believes in an address of another server's part hears that server
 * first, unless it is we who gave it. */
static bool
is_others_claim(const struct query *k)
{
	uint32_t addr, id;
	const struct subnet *s;
	const struct lease *lease;

	if (dhcp_get_addr(&k->q->msg, DHCP_SERVER_ID, &id) || !which_form(k, &addr) || addr == k->c->found.addr)
		return false;
	if (k->q->unicast && !k->q->msg.giaddr)
		return false;
	s = alloc_place(k, addr);
	lease = own_lease(k, addr);
	return s && subnet_is_others(s, addr) && (!lease || lease->theirs || lease_is_free(lease, k->now));
}

/* How long a new client waits for other servers: not for the one of which it had its
 * last address, as far as we know or it says.  Whom we have never seen may be
 * known to a server that was here while we were not: it has answered in half the time,
 * and then the hash decides. */
static uint32_t
first_in_ms(const struct query *k, uint32_t delay_ms)
{
	const struct lease *lease = leases_of(k->from->leases, alloc_key(k->c)), *last = NULL;
	const struct subnet *s = NULL;
	uint32_t addr;

	for (; lease; lease = leases_more(k->from->leases, lease))
		if (lease->state == LEASE_BOUND && (!last || alloc_is_later(lease, last)) &&
		    alloc_place(k, lease->addr))
			last = lease;
	if (last || k->c->found.addr)
		return last && last->theirs ? delay_ms : 0;
	if (dhcp_get_addr(&k->q->msg, DHCP_REQUESTED_ADDR, &addr))
		s = alloc_place(k, addr);
	if (s && s->share_n)
		return subnet_is_others(s, addr) ? delay_ms : 0;
	return share_is_first(k->c->subnet, k->c) ? delay_ms / 2 : delay_ms;
}

/* What another server is to answer first, if it is there, waits so long. */
static uint32_t
must_wait_ms(const struct query *k)
{
	const struct subnet *s = k->c->subnet;
	enum dhcp_type type = k->q->msg.type;
	uint32_t delay_ms = s->delay_s * 1000;

	if (!s->delay_s || k->q->late || k->q->dport != DHCP_PORT_SERVER)
		return 0;
	/* that the other one is silent we see for ourselves: a client's secs prove nothing */
	if (type == DHCP_REQUEST)
		return s->share_n && is_others_claim(k) ? delay_ms : 0;
	if ((type != DHCP_DISCOVER && type != DHCP_BOOTP) || k->claims || share_has_waited(s, k->c))
		return 0;
	return s->share_n ? first_in_ms(k, delay_ms) : delay_ms;
}

/* A DISCOVER that asks for an address of another server's part, of which we know
 * nothing: that server knows whose it is, and answers; or the client asks again, and has
 * it from us.  Without that, two servers might give it away. */
static bool
asks_for_others(struct query *k, uint32_t *addr)
{
	const struct subnet *s = NULL;

	if (k->q->msg.type != DHCP_DISCOVER || !k->c->subnet->share_n || k->c->found.addr || has_record(k))
		return false;
	if (dhcp_get_addr(&k->q->msg, DHCP_REQUESTED_ADDR, addr))
		s = alloc_place(k, *addr);
	return s && subnet_is_others(s, *addr) && !own_lease(k, *addr);
}

static bool
is_on_link(const void *arg, uint32_t addr)
{
	const struct query *k = arg;

	for (size_t i = 0; i < k->from->rules->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(k->from->rules, RULE_SUBNET, i)->subnet;

		if (subnet_holds(s, addr) && request_is_on_link(k->q, s))
			return true;
	}
	return false;
}

enum server_result
server_answer(const struct server *s, const struct request *q, struct client *c, int64_t now, struct answer *out)
{
	struct query k = { .from = &s->alloc, .q = q, .c = c, .now = now, .out = out, .shares = s->shares };
	enum server_result r;
	struct hosts_who who;
	uint32_t addr;
	struct loops_who ipxe;
	bool is_ipxe;

	*out = (struct answer){ .request = q, .client = c, .rules = s->alloc.rules };
	if (q->msg.op != BOOTREQUEST)
		return SERVER_NOT_REQUEST;
	if (c->bad_mac)
		return SERVER_BAD_MAC;
	learn_mac(s->uuids, c, now);
	is_ipxe = client_ipxe(c, s->loops->seed, &ipxe);
	c->loops = is_ipxe && loops_is_back(s->loops, &ipxe, now);
	who = client_who(c);
	hosts_find(s->alloc.hosts, &who, &(struct hosts_link){ is_on_link, &k }, &c->found);
	c->subnet = NULL;
	c->subnet = match_subnet(s->alloc.rules, q, c);
	if (!c->subnet)
		return SERVER_NO_SUBNET;
	if (c->subnet->key_mac)
		client_bind_to_mac(c);
	out->self = request_self(q, c->subnet);
	k.settling = c->subnet->share_n && now < s->shares->settled;
	for (size_t i = 0; (i = match_next(s->alloc.rules, RULE_DENY, i, c)) < s->alloc.rules->n[RULE_DENY]; i++) {
		const struct rule *rule = rules_line(s->alloc.rules, RULE_DENY, i);

		if (match_fits(rule->match, c)) {
			out->boot.refused = rule;
			return SERVER_DENIED;
		}
	}
	k.claims = q->msg.type == DHCP_REQUEST;
	if (asks_for_others(&k, &addr)) {
		if (share_asked_s(s->shares, c, 0, addr, now) < c->subnet->delay_s)
			return SERVER_ASKS_AGAIN;
		k.claims = true;
	}
	out->wait_ms = must_wait_ms(&k);
	if (out->wait_ms)
		return SERVER_WAITS;
	if (q->dport == DHCP_PORT_BINL)
		r = proxy_binl(q, c, out);
	else
		r = c->subnet->proxy ? proxy_answer(q, c, out) : serve(&k);
	if (r == SERVER_DECLINED)
		limit_declines(s->declines, &k);
	if (is_ipxe && boots_now(out, r) && out->boot.rule->boot->ipxe)
		loops_sent(s->loops, &ipxe, now);
	return r;
}

const char *
server_lease_name(const struct lease *lease, const struct client *c)
{
	const char *name = hosts_name(&c->found);

	if (!name)
		name = c->name;
	return *name ? name : lease_name(lease);
}

/* A client has one address on a network: a new one supersedes the one before.
 * Only some former ones are remembered, or a client that takes address after
 * address would make each of its messages a long search. */
static void
supersede(const struct server *s, const struct lease *lease, struct answer *a)
{
	struct lease *other = leases_of(s->alloc.leases, alloc_key(a->client)), *next;
	int64_t now = a->expiry - a->lease_s;
	size_t former = 0;

	for (; other; other = next) {
		next = leases_more(s->alloc.leases, other);
		if (other == lease || other->state != LEASE_BOUND)
			continue;
		if (lease_is_free(other, now)) {
			if (++former > FORMER_MOST)
				leases_disown(s->alloc.leases, other);
		} else if (other->expiry != LEASES_FOREVER && subnet_link_holds(a->client->subnet, other->addr)) {
			leases_end(s->alloc.leases, other, now);
			a->superseded = other->addr;
		}
	}
}

const struct lease *
server_commit(const struct server *s, struct answer *a)
{
	struct lease *lease = leases_at(s->alloc.leases, a->yiaddr), *named;

	if (!lease || !lease_has_key(lease, alloc_key(a->client)))
		return NULL;
	if (lease->owes)
		quota_give(&s->alloc.leases->quotas, a->client->subnet);
	lease->owes = lease->theirs = false;
	lease->state = LEASE_BOUND;
	lease->expiry = a->expiry;
	if (a->type == DHCP_ACK)
		supersede(s, lease, a);
	named = leases_rename(s->alloc.leases, lease, server_lease_name(lease, a->client));
	return named ? named : lease;
}

bool
server_fall_back(const struct server *s, struct answer *a, int64_t now)
{
	const struct lease *lease = leases_at(s->alloc.leases, a->yiaddr);

	if (!lease || lease->state != LEASE_BOUND || !lease_has_key(lease, alloc_key(a->client)))
		return false;
	if (lease->expiry == LEASES_FOREVER)
		return a->type == DHCP_BOOTP;
	if (a->type == DHCP_BOOTP || lease->expiry - now < SHORTEST_S)
		return false;
	if (lease->expiry - now < a->lease_s)
		a->lease_s = (uint32_t)(lease->expiry - now);
	a->commit = false;
	return true;
}

bool
server_is_done(const struct answer *a, enum server_result r)
{
	return boots_now(a, r) && a->boot.rule->boot->once;
}
