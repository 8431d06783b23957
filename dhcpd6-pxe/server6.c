#include "server6.h"

#include <string.h>

#include "addr6.h"
#include "match6.h"

const char *
server6_result_text(enum server_result r)
{
	static const char *const text[SERVER_RESULTS] = {
		[SERVER_ANSWER] = "answered",
		[SERVER_NOT_REQUEST] = "it is no client's message",
		[SERVER_UNICAST] = "it was sent to this server alone",
		[SERVER_BAD_IDS] = "it has too few or too many identifiers",
		[SERVER_NO_KEY] = "neither a usable DUID nor a MAC address",
		[SERVER_NO_SUBNET] = "no subnet line is for its link",
		[SERVER_NOT_BOOTING] = "it does not boot, and the subnet line says netboot",
		[SERVER_DENIED] = "denied",
		[SERVER_OTHER_SERVER] = "it chose another server",
		[SERVER_NO_RECORD] = "we do not know its lease",
		[SERVER_NO_BOOT] = "no boot line fits, and the subnet line says netboot",
		[SERVER_NO_ADDRESS] = "no address is free",
		[SERVER_NO_ROOM] = "its reply would be too long",
		[SERVER_NOT_WRITTEN] = "its lease could not be written",
		[SERVER_NO_MEMORY] = "out of memory",
	};

	return text[r];
}

const char *
server6_lease_name(const struct client *c)
{
	const char *name = hosts_name(&c->found);

	return name ? name : c->name;
}

/* ---- identity associations ---------------------------------------------- */

/* Calls `each` for every one of the message; false when it says so. */
static bool
each_ia(const struct query *k, bool (*each)(const struct query *, struct answer_ia *, const struct dhcp6_ia *))
{
	struct dhcp6_bytes options = k->q->msg.options;
	struct rd r = rd_open(options.at, options.len);
	struct dhcp6_opt o;

	while (dhcp6_next(&r, &o) && k->out->ias < ANSWER_IAS) {
		struct answer_ia *to = &k->out->ia[k->out->ias];
		struct dhcp6_ia ia;

		if (o.code == DHCP6_IA_TA && o.value.len >= 4) { /* without times (RFC 8415, 21.5) */
			struct rd v = rd_open(o.value.at, o.value.len);

			ia = (struct dhcp6_ia){ .iaid = rd_u32(&v) };
		} else if ((o.code != DHCP6_IA_NA && o.code != DHCP6_IA_PD) || !dhcp6_read_ia(o.value, &ia)) {
			continue;
		}
		*to = (struct answer_ia){ .code = o.code, .iaid = ia.iaid };
		k->out->ias++;
		if (!each(k, to, &ia))
			return false;
	}
	return true;
}

/* Which kinds we never give. */
static bool
refuse_ia(struct answer_ia *to)
{
	if (to->code == DHCP6_IA_NA)
		return false;
	to->status = to->code == DHCP6_IA_PD ? DHCP6_NO_PREFIX : DHCP6_NO_ADDRS;
	to->why = to->code == DHCP6_IA_PD ? "no prefixes here" : "no temporary addresses here";
	return true;
}

static bool
next_addr(struct rd *r, struct dhcp6_iaaddr *out)
{
	struct dhcp6_opt o;

	while (dhcp6_next(r, &o))
		if (o.code == DHCP6_IAADDR && dhcp6_read_iaaddr(o.value, out))
			return true;
	return false;
}

static struct rd
addrs_of(const struct dhcp6_ia *ia)
{
	return rd_open(ia->options.at, ia->options.len);
}

/* All that the client names but the one that it has: it must not use them any more
 * (RFC 8415, 18.3.4). */
static void
take_away_others(struct answer_ia *to, const struct dhcp6_ia *ia)
{
	struct rd r = addrs_of(ia);
	struct dhcp6_iaaddr a;

	while (to->gones < ANSWER_GONE && next_addr(&r, &a))
		if (!to->given || addr6_cmp(&a.addr, &to->addr) != 0)
			to->gone[to->gones++] = a.addr;
}

static void
give(const struct query *k, struct answer_ia *to, const struct in6_addr *addr)
{
	to->given = true;
	to->addr = *addr;
	k->out->commit |= k->out->type == DHCP6_REPLY;
}

/* False when out of memory. */
static bool
offer_ia(const struct query *k, struct answer_ia *to, const struct dhcp6_ia *ia)
{
	struct rd r = addrs_of(ia);
	struct dhcp6_iaaddr wish;
	bool has_wish = next_addr(&r, &wish);
	struct alloc_choice choice;

	if (refuse_ia(to))
		return true;
	if (!alloc6_choose(k, to->iaid, has_wish ? &wish.addr : NULL, &choice)) {
		to->status = DHCP6_NO_ADDRS;
		to->why = choice.why;
		return true;
	}
	give(k, to, &choice.addr);
	return alloc6_keep(k, to->iaid, &choice, k->out->type == DHCP6_REPLY);
}

/* An address of another link shows that the client has moved (RFC 8415, 18.3.2). */
static bool
request_ia(const struct query *k, struct answer_ia *to, const struct dhcp6_ia *ia)
{
	struct rd r = addrs_of(ia);
	struct dhcp6_iaaddr a;

	while (to->code == DHCP6_IA_NA && next_addr(&r, &a))
		if (!subnet6_link_holds(k->c->subnet, &a.addr)) {
			to->status = DHCP6_NOT_ON_LINK;
			to->why = "not an address of this link";
			return true;
		}
	return offer_ia(k, to, ia);
}

/* RENEW and REBIND: the lease that it has goes on; one of ours that we have lost is
 * made anew, where the address is nobody's. */
static bool
extend_ia(const struct query *k, struct answer_ia *to, const struct dhcp6_ia *ia)
{
	const struct lease *lease;
	struct rd r = addrs_of(ia);
	struct dhcp6_iaaddr a;

	if (refuse_ia(to))
		return true;
	while (!to->given && next_addr(&r, &a)) {
		/* not a second one beside that which it has */
		if (alloc6_may_have(k, to->iaid, &a.addr) &&
		    (alloc6_lease(k, to->iaid, &a.addr) || !alloc6_lease(k, to->iaid, NULL)))
			give(k, to, &a.addr);
	}
	lease = to->given ? NULL : alloc6_lease(k, to->iaid, NULL);
	if (lease && alloc6_may_have(k, to->iaid, &lease->addr))
		give(k, to, &lease->addr);
	if (to->given) {
		take_away_others(to, ia);
		return alloc6_keep(k, to->iaid, &(struct alloc_choice){ .addr = to->addr }, true);
	}
	r = addrs_of(ia);
	while (next_addr(&r, &a))
		if (!subnet6_link_holds(k->c->subnet, &a.addr) || leases6_at(k->from->leases, &a.addr)) {
			take_away_others(to, ia);
			return true;
		}
	to->status = DHCP6_NO_BINDING;
	to->why = "no such lease";
	return true;
}

static void
note_end(const struct query *k, const struct in6_addr *addr)
{
	if (k->out->ends < sizeof(k->out->ended) / sizeof(k->out->ended[0]))
		k->out->ended[k->out->ends++] = *addr;
}

static bool
release_ia(const struct query *k, struct answer_ia *to, const struct dhcp6_ia *ia)
{
	struct rd r = addrs_of(ia);
	struct dhcp6_iaaddr a;
	bool known = to->code == DHCP6_IA_NA && alloc6_lease(k, to->iaid, NULL);

	while (to->code == DHCP6_IA_NA && next_addr(&r, &a)) {
		struct lease *lease = alloc6_lease(k, to->iaid, &a.addr);

		if (!lease)
			continue;
		known = true;
		leases6_end(k->from->leases, lease, k->now);
		note_end(k, &a.addr);
	}
	if (known) {
		k->out->ias--; /* nothing is said of what was released (RFC 8415, 18.3.7) */
	} else {
		to->status = DHCP6_NO_BINDING;
		to->why = "no such lease";
	}
	return true;
}

static bool
decline_ia(const struct query *k, struct answer_ia *to, const struct dhcp6_ia *ia)
{
	struct rd r = addrs_of(ia);
	struct dhcp6_iaaddr a;
	bool known = to->code == DHCP6_IA_NA && alloc6_lease(k, to->iaid, NULL);

	while (to->code == DHCP6_IA_NA && next_addr(&r, &a)) {
		if (!alloc6_lease(k, to->iaid, &a.addr))
			continue;
		known = true;
		if (!alloc6_decline(k, &a.addr))
			return false;
		note_end(k, &a.addr);
	}
	if (known) {
		k->out->ias--;
	} else {
		to->status = DHCP6_NO_BINDING;
		to->why = "no such lease";
	}
	return true;
}

/* ---- message types ------------------------------------------------------- */

static bool
has_some(const struct answer *a)
{
	for (size_t i = 0; i < a->ias; i++)
		if (a->ia[i].given)
			return true;
	return false;
}

/* With what configures the client, and what it boots. */
static void
configure(const struct query *k)
{
	struct boot_view view = { .client = k->c, .server = k->out->self, .ip = answer6_addr(k->out) };

	k->out->configures = true;
	boot6_choose(k->from->rules, &view, &k->out->boot);
}

static enum server_result
on_solicit(const struct query *k)
{
	/* beside another server the client is to have the choice */
	k->out->rapid = !k->c->subnet->netboot && dhcp6_has(k->q->msg.options, DHCP6_RAPID_COMMIT);
	k->out->type = k->out->rapid ? DHCP6_REPLY : DHCP6_ADVERTISE;
	if (!each_ia(k, offer_ia))
		return SERVER_NO_MEMORY;
	if (k->out->rapid && !has_some(k->out)) { /* a REPLY would end its search for a server that has one */
		k->out->rapid = false;
		k->out->type = DHCP6_ADVERTISE;
	}
	configure(k);
	if (k->c->subnet->netboot && !has_some(k->out))
		return SERVER_NO_ADDRESS;
	if (k->c->subnet->netboot && !k->out->boot.rule)
		return SERVER_NO_BOOT;
	return SERVER_ANSWER;
}

static enum server_result
on_request(const struct query *k)
{
	if (!each_ia(k, request_ia))
		return SERVER_NO_MEMORY;
	configure(k);
	return SERVER_ANSWER;
}

static enum server_result
on_renew(const struct query *k)
{
	if (!each_ia(k, extend_ia))
		return SERVER_NO_MEMORY;
	configure(k);
	return SERVER_ANSWER;
}

/* To all servers: where we know nothing of the lease, another one may (RFC 8415,
 * 18.3.5). */
static enum server_result
on_rebind(const struct query *k)
{
	enum server_result rc = on_renew(k);

	/* that no address is right there is for a server of the whole link to say */
	if (rc == SERVER_ANSWER && k->c->subnet->netboot && !has_some(k->out))
		return SERVER_NO_RECORD;
	for (size_t i = 0; rc == SERVER_ANSWER && i < k->out->ias; i++)
		if (k->out->ia[i].code == DHCP6_IA_NA && k->out->ia[i].status != DHCP6_NO_BINDING)
			return rc;
	return rc == SERVER_ANSWER ? SERVER_NO_RECORD : rc;
}

static bool
confirm_ia(const struct query *k, struct answer_ia *to, const struct dhcp6_ia *ia)
{
	struct rd r = addrs_of(ia);
	struct dhcp6_iaaddr a;

	k->out->ias--; /* a status for all of them is the answer */
	while (to->code == DHCP6_IA_NA && next_addr(&r, &a)) {
		if (subnet6_link_holds(k->c->subnet, &a.addr)) {
			k->out->message = k->out->message ? k->out->message : "all are of this link";
		} else {
			k->out->status = DHCP6_NOT_ON_LINK;
			k->out->message = "not all are of this link";
			return false;
		}
	}
	return true;
}

static enum server_result
on_confirm(const struct query *k)
{
	each_ia(k, confirm_ia);
	/* of leases that others gave, they speak */
	return !k->out->message || k->c->subnet->netboot ? SERVER_NO_RECORD : SERVER_ANSWER;
}

/* Answered always: EDK2 repeats it for 43 s before it starts what it has loaded. */
static enum server_result
on_release(const struct query *k)
{
	k->out->message = "released";
	return each_ia(k, release_ia) ? SERVER_ANSWER : SERVER_NO_MEMORY;
}

static enum server_result
on_decline(const struct query *k)
{
	k->out->message = "declined";
	return each_ia(k, decline_ia) ? SERVER_ANSWER : SERVER_NO_MEMORY;
}

static enum server_result
on_information_request(const struct query *k)
{
	configure(k);
	return k->c->subnet->netboot && !k->out->boot.rule ? SERVER_NO_BOOT : SERVER_ANSWER;
}

/* What a message must, and must not, have (RFC 8415, 16). */
enum needs { CLIENT = 1, SERVER = 2, NO_SERVER = 4, NO_IA = 8, ANY_SUBNET = 16 };

static const struct type {
	enum server_result (*act)(const struct query *k);
	unsigned needs;
} types[] = {
	[DHCP6_SOLICIT] = { on_solicit, CLIENT | NO_SERVER },
	[DHCP6_REQUEST] = { on_request, CLIENT | SERVER | ANY_SUBNET },
	[DHCP6_CONFIRM] = { on_confirm, CLIENT | NO_SERVER | ANY_SUBNET },
	[DHCP6_RENEW] = { on_renew, CLIENT | SERVER | ANY_SUBNET },
	[DHCP6_REBIND] = { on_rebind, CLIENT | NO_SERVER | ANY_SUBNET },
	[DHCP6_RELEASE] = { on_release, CLIENT | SERVER | ANY_SUBNET },
	[DHCP6_DECLINE] = { on_decline, CLIENT | SERVER | ANY_SUBNET },
	[DHCP6_INFORMATION_REQUEST] = { on_information_request, NO_IA },
};

/* NULL: of a server, or of nobody that we know. */
static const struct type *
server6_type_of(const struct dhcp6_msg *msg)
{
	for (size_t i = 0; i < msg->relays; i++)
		if (msg->relay[i].replies)
			return NULL;
	if ((size_t)msg->type >= sizeof(types) / sizeof(types[0]) || !types[msg->type].act)
		return NULL;
	return &types[msg->type];
}

static enum server_result
check_ids(const struct server *s, const struct query *k, const struct type *t)
{
	struct dhcp6_bytes options = k->q->msg.options, id = dhcp6_find(options, DHCP6_SERVER_ID);

	if (request6_is_unicast(k->q) && !(t->needs & SERVER))
		return SERVER_UNICAST;
	if ((t->needs & CLIENT && !dhcp6_has(options, DHCP6_CLIENT_ID)) || (t->needs & NO_SERVER && id.at) ||
	    (t->needs & SERVER && !id.at))
		return SERVER_BAD_IDS;
	if (t->needs & NO_IA &&
	    (dhcp6_has(options, DHCP6_IA_NA) || dhcp6_has(options, DHCP6_IA_TA) || dhcp6_has(options, DHCP6_IA_PD)))
		return SERVER_BAD_IDS;
	if (id.at && (id.len != s->duid.len || memcmp(id.at, s->duid.at, id.len) != 0))
		return SERVER_OTHER_SERVER;
	return t->needs & CLIENT && k->c->key_len == 0 ? SERVER_NO_KEY : SERVER_ANSWER;
}

static bool
is_denied(const struct query *k)
{
	const struct rules *rules = k->from->rules;

	for (size_t i = 0; i < rules->n[RULE_DENY]; i++)
		if (match6_fits(rules_line(rules, RULE_DENY, i)->match, k->c)) {
			k->out->boot.refused = rules_line(rules, RULE_DENY, i);
			return true;
		}
	return false;
}

/* Is it an address of the client's link? */
static bool
is_there(const void *arg, const struct in6_addr *addr)
{
	const struct query *k = arg;
	const struct rules *rules = k->from->rules;

	for (size_t i = 0; i < rules->n[RULE_SUBNET6]; i++) {
		const struct subnet6 *s = rules_line(rules, RULE_SUBNET6, i)->subnet6;

		if (subnet6_holds(s, addr) && request6_is_on_link(k->q, s))
			return true;
	}
	return false;
}

/* Who and where it is. */
static enum server_result
server_place(const struct query *k, const struct type *t)
{
	const struct rules *rules = k->from->rules;
	const struct hosts_who who = client6_ids(k->c);

	hosts_find6(k->from->hosts, &who, &(struct hosts_link6){ is_there, k }, &k->c->found);
	k->c->subnet = match6_subnet(rules, k->q, k->c, t->needs & ANY_SUBNET);
	if (!k->c->subnet)
		return match6_subnet(rules, k->q, k->c, true) ? SERVER_NOT_BOOTING : SERVER_NO_SUBNET;
	k->out->self = request6_self(k->q, k->c->subnet);
	k->out->lease_s = k->c->subnet->lease_s;
	k->out->expiry = k->now + k->c->subnet->lease_s;
	return is_denied(k) ? SERVER_DENIED : SERVER_ANSWER;
}

enum server_result
server6_answer(const struct server *s, const struct request *q, struct client *c, int64_t now, struct answer *out)
{
	const struct query k = { &s->alloc, q, c, now, out };
	const struct type *t = server6_type_of(&q->msg);
	struct loops_who ipxe;
	bool is_ipxe = client6_ipxe(c, s->loops->seed, &ipxe);
	enum server_result rc;

	*out = (struct answer){ .request = q, .client = c, .rules = s->alloc.rules, .type = DHCP6_REPLY };
	if (!t)
		return SERVER_NOT_REQUEST;
	c->loops = is_ipxe && loops_is_back(s->loops, &ipxe, now);
	rc = check_ids(s, &k, t);
	if (rc == SERVER_ANSWER)
		rc = server_place(&k, t);
	if (rc != SERVER_ANSWER)
		return rc;
	if (request6_is_unicast(q) && t->needs & SERVER) {
		out->status = DHCP6_USE_MULTICAST;
		out->message = "to all servers, please";
		return SERVER_ANSWER;
	}
	rc = t->act(&k);
	if (is_ipxe && rc == SERVER_ANSWER && answer6_boots(out) && out->boot.rule && out->boot.rule->boot->ipxe)
		loops_sent(s->loops, &ipxe, now);
	return rc;
}

/* ---- on disk ------------------------------------------------------------- */

/* What else this IA had on that link is over. */
static void
end_others(const struct server *s, struct answer *a, const struct answer_ia *ia, int64_t now)
{
	const struct query k = { .out = a };
	struct lease *lease = leases6_of(s->alloc.leases, alloc6_key(a->client, ia->iaid));

	for (; lease; lease = leases6_more(lease)) {
		if (addr6_cmp(&lease->addr, &ia->addr) == 0 || lease->state != LEASE_BOUND ||
		    lease6_is_free(lease, now))
			continue;
		leases6_end(s->alloc.leases, lease, now);
		note_end(&k, &lease->addr);
	}
}

bool
server6_commit(const struct server *s, struct answer *a, int64_t now)
{
	const struct client *c = a->client;

	for (size_t i = 0; i < a->ias; i++) {
		const struct answer_ia *ia = &a->ia[i];
		const struct lease *had;
		bool owed;

		if (!ia->given)
			continue;
		had = leases6_at(s->alloc.leases, &ia->addr);
		owed = had && had->owes;
		if (!had || !lease6_has_key(had, alloc6_key(c, ia->iaid)) ||
		    !leases6_put(s->alloc.leases,
		        &(struct lease_entry){ .addr = ia->addr,
		            .key = alloc6_key(c, ia->iaid),
		            .name = server6_lease_name(c),
		            .mac = c->has_mac ? c->mac : NULL,
		            .expiry = a->expiry,
		            .state = LEASE_BOUND }))
			return false;
		if (owed)
			quota6_give(s->alloc.quotas, c->subnet);
		end_others(s, a, ia, now);
	}
	return true;
}
