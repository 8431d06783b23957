#include "dhcp6_round.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "addr6.h"
#include "clock.h"
#include "lan6.h"
#include "url.h"

#define RA_WAIT_MS 4000  /* RTR_SOLICITATION_INTERVAL (RFC 4861, 10) */
#define RA_AGAIN_MS 1000 /* sooner than firmware: one may be lost */
#define STACK_WAIT_MS 3000
#define RELEASE_MS 1000 /* REL_TIMEOUT (RFC 8415, 7.6) */
#define RELEASES 6      /* that EDK2 sends in 43 s, when nobody answers */

static uint32_t
random_number(void)
{
	uint32_t n;

	return getrandom(&n, sizeof(n), 0) == sizeof(n) ? n : (uint32_t)clock_ms() * 2654435761u;
}

static void
put_addr6(struct step *s, const char *key, const struct in6_addr *addr)
{
	char text[INET6_ADDRSTRLEN];

	step_put(s, key, addr6_text(addr, text));
}

/* ---- routers ------------------------------------------------------------ */

static void
say_router(struct dhcp6_round *r, const struct ip6_ra *ra, uint64_t ms)
{
	char prefix[INET6_ADDRSTRLEN + 8] = "", net[INET6_ADDRSTRLEN];
	struct step s;

	if (ra->prefixes)
		snprintf(prefix, sizeof(prefix), "%s/%u", addr6_text(&ra->prefix[0].net, net), ra->prefix[0].len);
	step_begin(&s, "router");
	addr6_text(&ra->from, s.from);
	s.ms = ms;
	s.timed = true;
	step_put_num(&s, "managed", ra->managed);
	step_put_num(&s, "other", ra->other);
	step_put_num(&s, "lifetime", ra->lifetime_s);
	if (*prefix)
		step_put(&s, "prefix", prefix);
	step_detail(&s, "router: addresses %s DHCPv6 (M=%d O=%d), prefix %s, %s", ra->managed ? "from" : "not from",
	    ra->managed, ra->other, *prefix ? prefix : "none",
	    ra->lifetime_s ? "a default router" : "no default router");
	report_step(r->report, &s);
}

static const struct ip6_ra *
first_router(const struct dhcp6_round *r)
{
	const struct ip6_ra *ra;

	return lan6_routers(lan_six(r->lan), &ra) ? ra : NULL;
}

/* The one that says M, if any does. */
static const struct ip6_ra *
managed_router(const struct dhcp6_round *r)
{
	const struct ip6_ra *ra;
	size_t n = lan6_routers(lan_six(r->lan), &ra);

	for (size_t i = 0; i < n; i++)
		if (ra[i].managed)
			return &ra[i];
	return NULL;
}

/* Solicits routers until one is heard. */
static void
find_routers(struct dhcp6_round *r)
{
	struct lan6 *l = lan_six(r->lan);
	const struct ip6_ra *ra;
	uint64_t begun = clock_ms(), until = begun + RA_WAIT_MS, again = 0, now;

	while (lan6_routers(l, &ra) == 0 && !lan_stopped(r->lan) && (now = clock_ms()) < until) {
		if (now >= again) {
			lan6_solicit(l);
			again = now + RA_AGAIN_MS;
		}
		lan_wait(r->lan, -1, 0, again < until ? again : until);
	}
	for (size_t i = 0, n = lan6_routers(l, &ra); i < n; i++)
		say_router(r, &ra[i], clock_ms() - begun);
}

/* ---- steps of the report ------------------------------------------------- */

static void
say_asking(struct dhcp6_round *r, const struct dhcp6_client *c)
{
	const bool info = c->want.ask == DHCP6_CLIENT_INFO, stack = c->want.ask == DHCP6_CLIENT_STACK;
	char class[PERSONA_CLASS];
	struct step s;

	persona_class(c->want.persona, class);
	step_begin(&s, info ? "information-request" : "solicit");
	step_put(&s, "by", stack ? "stack" : "boot");
	if (!stack)
		step_put(&s, "class", class);
	if (c->want.persona->ipxe)
		step_put(&s, "user-class", "iPXE");
	if (stack)
		step_detail(&s, "its IP stack asks for an address, and does not say that it boots");
	else
		step_detail(&s, "asking %s as %s%s", info ? "what to boot" : "for an address", class,
		    c->want.persona->ipxe ? ", iPXE" : "");
	report_step(r->report, &s);
}

static void
say_answer(struct dhcp6_round *r, const char *what, const struct dhcp6_answer *a)
{
	char addr[INET6_ADDRSTRLEN];
	struct step s;

	step_begin(&s, what);
	addr6_text(&a->from, s.from);
	s.ms = a->ms;
	s.timed = true;
	if (a->has_addr)
		put_addr6(&s, "address", &a->addr);
	if (a->url[0])
		step_put(&s, "url", a->url);
	if (a->dns_n)
		put_addr6(&s, "dns", &a->dns[0]);
	if (a->status)
		step_put_num(&s, "status", a->status);
	step_detail(&s, "%s%s, %s%s%s", strcmp(what, "reply") == 0 ? "address " : "",
	    a->has_addr ? addr6_text(&a->addr, addr) : "no address", a->url[0] ? "URL " : "no URL", a->url,
	    a->status ? ", refused" : "");
	report_step(r->report, &s);
}

/* ---- the wire ------------------------------------------------------------ */

static void
round6_hear(struct dhcp6_round *r, struct dhcp6_client *c, const struct ip6_udp *u)
{
	enum dhcp6_client_heard heard = dhcp6_client_input(c, u, clock_ms());

	if (heard == DHCP6_CLIENT_HAS_OFFER)
		say_answer(r, "advertise", &c->offer[c->offers - 1]);
	else if (heard == DHCP6_CLIENT_HAS_REPLY)
		say_answer(r, "reply", &c->reply);
}

static void
round6_take(void *ctx, const struct ip6_udp *u)
{
	struct dhcp6_round *r = ctx;

	if (r->releasing && dhcp6_client_is_released(r->releasing, r->release_xid, u))
		r->released = true;
	round6_hear(r, &r->stack, u);
	round6_hear(r, &r->client, u);
}

static void
converse(struct dhcp6_round *r, struct dhcp6_client *c)
{
	struct dhcp6_client_out out;

	say_asking(r, c);
	while (!lan_stopped(r->lan))
		switch (dhcp6_client_next(c, clock_ms(), &out)) {
		case DHCP6_CLIENT_WAIT:
			lan_wait(r->lan, -1, 0, out.deadline_ms);
			break;
		case DHCP6_CLIENT_SEND:
			if (lan6_send_dhcp(lan_six(r->lan), out.bytes, out.len) != 0)
				dhcp6_client_unsent(c);
			break;
		case DHCP6_CLIENT_DONE:
			return;
		}
}

/* Sends RELEASE until it is answered, or as often as firmware does, while the patience
 * lasts. */
static void
give_back(struct dhcp6_round *r, struct dhcp6_client *c)
{
	uint64_t begun = clock_ms(), last = begun + r->patience_ms, again = begun, wait = RELEASE_MS, now;
	struct dhcp6_client_out out;
	char addr[INET6_ADDRSTRLEN], from[INET6_ADDRSTRLEN];
	unsigned sent = 0;
	struct step s;

	r->releasing = c;
	r->release_xid = random_number() & 0xffffff;
	r->released = false;
	while (!r->released && !lan_stopped(r->lan) && (now = clock_ms()) < last && sent <= RELEASES) {
		if (now >= again) {
			dhcp6_client_release(c, r->release_xid, &out);
			lan6_send_dhcp(lan_six(r->lan), out.bytes, out.len);
			sent++;
			again = now + wait;
			wait *= 2;
		}
		lan_wait(r->lan, -1, 0, again < last ? again : last);
	}
	step_begin(&s, "release");
	addr6_text(&c->reply.from, s.from);
	s.ms = clock_ms() - begun;
	s.timed = true;
	put_addr6(&s, "address", &c->reply.addr);
	step_put_num(&s, "answered", r->released);
	step_detail(&s, "gave %s back%s", addr6_text(&c->reply.addr, addr), r->released ? "" : ", unanswered");
	report_step(r->report, &s);
	if (!r->released && !lan_stopped(r->lan))
		finding_add(r->findings, FAULT_RELEASE_UNANSWERED, "server %s", addr6_text(&c->reply.from, from));
	r->releasing = NULL;
	c->leased = false;
}

/* ---- what is wrong ------------------------------------------------------- */

#define SENDER 128 /* an address, and a remark */

/* Who has sent a packet with a wrong checksum; false if nobody has. */
static bool
find_bad_sum(const struct dhcp6_round *r, char out[SENDER])
{
	const struct in6_addr *bad;
	char text[INET6_ADDRSTRLEN];
	bool zero;

	bad = lan6_bad_sum(lan_six(r->lan), &zero);
	if (bad)
		snprintf(out, SENDER, "from %s%s", addr6_text(bad, text),
		    zero ? ": it is 0, which IPv6 does not allow" : "");
	return bad != NULL;
}

static void
explain_silence(struct dhcp6_round *r)
{
	const struct ip6_ra *managed = managed_router(r), *router = first_router(r);
	char text[INET6_ADDRSTRLEN], sender[SENDER];

	if (find_bad_sum(r, sender))
		finding_add(r->findings, FAULT_BAD_CHECKSUM, "%s", sender);
	else if (managed)
		finding_add(r->findings, FAULT_DHCP6_SILENT, "router %s", addr6_text(&managed->from, text));
	else if (router)
		finding_add(r->findings, FAULT_RA_STATELESS, "router %s", addr6_text(&router->from, text));
	else
		finding_add(r->findings, FAULT_NO_ANSWER, "over IPv6");
}

/* Answers came, and this persona boots by none of them. */
static void
explain_unfit(struct dhcp6_round *r, const struct dhcp6_client *c)
{
	const struct persona *p = c->want.persona;
	const struct ip6_ra *router = first_router(r);
	const struct dhcp6_answer *no_addr = NULL, *plain = NULL;
	char text[INET6_ADDRSTRLEN];
	bool named = false;

	for (size_t i = 0; i < c->offers; i++) {
		const struct dhcp6_answer *a = &c->offer[i];

		addr6_text(&a->from, text);
		if (!a->has_addr)
			no_addr = a;
		else if (!a->url[0])
			plain = a;
		else if (a->has_params && p->dhcp6->refuses_params)
			finding_fatal(r->findings, FAULT_PARAM_IN_REPLY, "server %s", text);
		else
			finding_fatal(r->findings, FAULT_NO_CLASS_IN_REPLY, "server %s", text);
		named = named || (a->has_addr && a->url[0]);
	}
	if (named)
		return;
	if (plain)
		finding_add(r->findings, FAULT_NO_BOOT_INFO, "%s names no boot file URL (option 59)",
		    addr6_text(&plain->from, text));
	else if (router && !managed_router(r))
		finding_add(
		    r->findings, FAULT_RA_STATELESS, "%s answers without an address", addr6_text(&no_addr->from, text));
	else
		finding_add(r->findings, FAULT_NO_ADDRESS, "server %s%s", addr6_text(&no_addr->from, text),
		    no_addr->status ? ", which says that it has none left" : "");
}

/* Is the address in some prefix of this link, when routers tell of any? */
static void
check_prefix(struct dhcp6_round *r, const struct in6_addr *addr)
{
	const struct ip6_ra *ra;
	size_t n = lan6_routers(lan_six(r->lan), &ra), told = 0;
	char text[INET6_ADDRSTRLEN], net[INET6_ADDRSTRLEN] = "";

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ra[i].prefixes; k++, told++) {
			if (addr6_in(addr, &ra[i].prefix[k].net, ra[i].prefix[k].len))
				return;
			addr6_text(&ra[i].prefix[k].net, net);
		}
	if (told)
		finding_add(r->findings, FAULT_WRONG_PREFIX, "%s; the router says %s", addr6_text(addr, text), net);
}

/* The URL that it was told, for this persona. */
static void
check_url(struct dhcp6_round *r, const struct persona *p, const struct dhcp6_answer *a)
{
	const bool tftp = strncmp(a->url, "tftp://", 7) == 0, http = strncmp(a->url, "http", 4) == 0;

	if (a->url_nul)
		finding_add(r->findings, FAULT_URL_NUL, "%s", a->url);
	if (p->rule == RULE_EDK2_PXE ? !tftp : p->rule == RULE_EDK2_HTTP ? !http : !tftp && !http)
		finding_add(r->findings, FAULT_URI_UNFIT, "%s", a->url);
	else if (url_needs_dns(a->url) && !a->dns_n)
		finding_add(r->findings, FAULT_URI_NEEDS_DNS, "%s, and no DNS server (option 23)", a->url);
}

static void
check_reply(struct dhcp6_round *r, const struct persona *p)
{
	const struct dhcp6_answer *a = &r->client.reply;
	char text[INET6_ADDRSTRLEN], sender[SENDER];

	if (find_bad_sum(r, sender))
		finding_warn(r->findings, FAULT_BAD_CHECKSUM, "%s", sender);
	if (!first_router(r))
		finding_warn(r->findings, FAULT_NO_RA, "on %s", lan_interface(r->lan)->name);
	if (a->has_addr)
		check_prefix(r, &a->addr);
	if (!dhcp6_client_fits(p, a))
		finding_add(r->findings,
		    !a->url[0]                                    ? FAULT_NO_BOOT_INFO :
		        a->has_params && p->dhcp6->refuses_params ? FAULT_PARAM_IN_REPLY :
		                                                    FAULT_NO_CLASS_IN_REPLY,
		    "the REPLY of %s%s", addr6_text(&a->from, text),
		    p->dhcp6->gather_ms ? "" : ", whose ADVERTISE was the first: it waits for no other");
	else
		check_url(r, p, a);
}

static void
explain_round6(struct dhcp6_round *r, const struct persona *p)
{
	const struct dhcp6_client *c = &r->client;
	const struct dhcp6_answer *asked = &c->offer[c->chosen];
	char text[INET6_ADDRSTRLEN];

	switch (c->result) {
	case DHCP6_CLIENT_GOT:
		check_reply(r, p);
		break;
	case DHCP6_CLIENT_UNSENT:
		finding_add(r->findings, FAULT_NO_ANSWER, "the request could not be sent");
		break;
	case DHCP6_CLIENT_SILENT:
		explain_silence(r);
		break;
	case DHCP6_CLIENT_UNFIT:
		explain_unfit(r, c);
		break;
	case DHCP6_CLIENT_NO_REPLY:
		finding_add(r->findings, FAULT_NO_ANSWER, "%s offered an address, but did not answer the REQUEST",
		    addr6_text(&asked->from, text));
		break;
	case DHCP6_CLIENT_REFUSED:
		finding_add(
		    r->findings, FAULT_NAK, "server %s, status %u", addr6_text(&c->reply.from, text), c->reply.status);
		break;
	}
}

/* ---- one round ----------------------------------------------------------- */

static void
begin(struct dhcp6_round *r, struct dhcp6_client *c, const struct persona *p, enum dhcp6_client_ask ask)
{
	struct dhcp6_client_want want = { .persona = p,
		.id = r->id,
		.ask = ask,
		/* EDK2 makes them of the MAC address, one for each use */
		.iaid = (uint32_t)r->id.mac[3] << 16 | (uint32_t)r->id.mac[4] << 8 | r->id.mac[5],
		.patience_ms = r->patience_ms,
		.xid = random_number() };

	if (ask == DHCP6_CLIENT_STACK) {
		want.iaid ^= 0x01000000;
		want.patience_ms = r->patience_ms < STACK_WAIT_MS ? r->patience_ms : STACK_WAIT_MS;
	}
	dhcp6_client_start(c, &want, clock_ms());
	converse(r, c);
}

/* The address that a prefix for SLAAC and the MAC address make (RFC 4862, 5.5.3). */
static bool
slaac_address(const struct dhcp6_round *r, struct in6_addr *out)
{
	const struct in6_addr local = ip6_link_local(r->id.mac);
	const struct ip6_ra *ra;
	size_t n = lan6_routers(lan_six(r->lan), &ra);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ra[i].prefixes; k++) {
			if (!ra[i].prefix[k].slaac || ra[i].prefix[k].len != 64)
				continue;
			*out = ra[i].prefix[k].net;
			memcpy(out->s6_addr + 8, local.s6_addr + 8, 8);
			return true;
		}
	return false;
}

/* iPXE asks as routers say: nobody without one; with O alone for information. */
static bool
run_by_router(struct dhcp6_round *r, const struct persona *p)
{
	const struct ip6_ra *router = first_router(r);
	char text[INET6_ADDRSTRLEN];

	if (!router) {
		finding_fatal(r->findings, FAULT_NO_RA, "on %s", lan_interface(r->lan)->name);
		return false;
	}
	if (managed_router(r)) {
		begin(r, &r->client, p, DHCP6_CLIENT_BOOT);
		r->addr = r->client.reply.addr;
		return true;
	}
	if (!router->other || !slaac_address(r, &r->addr)) {
		finding_add(
		    r->findings, FAULT_RA_STATELESS, "router %s: iPXE does not ask", addr6_text(&router->from, text));
		return false;
	}
	begin(r, &r->client, p, DHCP6_CLIENT_INFO);
	return true;
}

static bool
run_by_itself(struct dhcp6_round *r, const struct persona *p)
{
	if (p->dhcp6->stack && managed_router(r))
		begin(r, &r->stack, p, DHCP6_CLIENT_STACK);
	begin(r, &r->client, p, DHCP6_CLIENT_BOOT);
	if (r->stack.leased)
		give_back(r, &r->stack);
	r->addr = r->client.reply.addr;
	return true;
}

bool
dhcp6_round_run(struct dhcp6_round *r, const struct persona *p)
{
	struct lan6 *l = lan_six(r->lan);

	r->persona = *p;
	p = &r->persona;
	r->stack.state = r->client.state = DHCP6_CLIENT_ENDED;
	if (!r->again)
		lan6_start(l, r->id.mac);
	lan6_on_dhcp(l, round6_take, r);
	if (!r->again)
		find_routers(r);
	if (!(p->dhcp6->by_router ? run_by_router(r, p) : run_by_itself(r, p)) || lan_stopped(r->lan))
		return false;
	explain_round6(r, p);
	if (r->client.result != DHCP6_CLIENT_GOT || finding_error(r->findings))
		return false;
	r->url = r->client.reply.url;
	return lan6_bind(l, &r->addr) == 0;
}

void
dhcp6_round_release(struct dhcp6_round *r)
{
	lan6_on_dhcp(lan_six(r->lan), round6_take, r);
	if (r->client.leased)
		give_back(r, &r->client);
	if (r->stack.leased)
		give_back(r, &r->stack);
	lan6_bind(lan_six(r->lan), NULL);
	lan6_on_dhcp(lan_six(r->lan), NULL, NULL);
}
