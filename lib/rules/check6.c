#include "check6.h"

#include <string.h>

#include "addr6.h"

bool
check6_join_links(struct rules *r)
{
	for (size_t i = 0; i < r->n[RULE_SUBNET6]; i++) {
		struct subnet6 *s = r->line[r->of[RULE_SUBNET6][i]].subnet6;

		if (!s->link)
			continue;
		s->mate = arena_alloc(&r->arena, r->n[RULE_SUBNET6] * sizeof(s->mate[0]));
		if (!s->mate)
			return false;
		for (size_t k = 0; k < r->n[RULE_SUBNET6]; k++) {
			const struct subnet6 *other = rules_line(r, RULE_SUBNET6, k)->subnet6;

			if (other->link && strcmp(other->link, s->link) == 0)
				s->mate[s->mates++] = other;
		}
	}
	return true;
}

/* subnet= must contain some subnet line's network. */
void
check6_match_net(struct reader *r)
{
	const struct match *m = r->rule.match;
	char net[INET6_ADDRSTRLEN];

	if (!m->has_net6)
		return;
	for (size_t i = 0; i < r->rules->n[RULE_SUBNET6]; i++) {
		const struct subnet6 *s = rules_line(r->rules, RULE_SUBNET6, i)->subnet6;

		if (s->prefix >= m->prefix6 && addr6_in(&s->net, &m->net6, m->prefix6))
			return;
	}
	reader_refuse(r, "no subnet line lies within it");
	reader_report(r, false, "subnet", addr6_text(&m->net6, net));
}

void
check6_host(struct reader *r)
{
	const struct rule_addrs6 *addrs = &r->rule.host->addrs6;
	char text[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < addrs->n; i++) {
		const struct subnet6 *s = rules_network6(r->rules, &addrs->addr[i]);

		if (!s)
			reader_refuse(r, "no subnet line holds this address");
		else if (addr6_cmp(&addrs->addr[i], &s->net) == 0 && s->prefix < 127)
			reader_refuse(r, "the anycast address of the network's routers (RFC 4291, 2.6.1)");
		else
			continue;
		reader_report(r, false, "addr", addr6_text(&addrs->addr[i], text));
	}
}

/* Two networks with common addresses, as check.c says of IPv4's. */
void
check6_subnet(struct reader *r)
{
	const struct subnet6 *s = r->rule.subnet6;
	char net[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < s->index && s->prefix && s->ranges; i++) {
		const struct rule *first = rules_line(r->rules, RULE_SUBNET6, i);
		const struct subnet6 *of = first->subnet6;

		if (!of->ranges || of->prefix == 0 || of->prefix == s->prefix ||
		    !(subnet6_holds(of, &s->net) || subnet6_holds(s, &of->net)))
			continue;
		reader_refuse(r, "it overlaps the network of the subnet line at %s:%u; networks share no addresses",
		    first->where.file, first->where.line);
		reader_report(r, true, "subnet", addr6_text(&s->net, net));
		return;
	}
}

/* The same prefix twice; one that tells machines to ask for addresses that nobody gives. */
void
check6_ra(struct reader *r)
{
	const struct ra_line *ra = r->rule.ra;
	char net[INET6_ADDRSTRLEN] = "";
	bool served = ra->none;

	if (!ra->none)
		addr6_text(&ra->net, net);
	for (size_t i = 0; i < r->rules->n[RULE_RA]; i++) {
		const struct rule *first = rules_line(r->rules, RULE_RA, i);

		if (first->ra == ra)
			break;
		if (first->ra->none != ra->none || first->ra->prefix != ra->prefix ||
		    addr6_cmp(&first->ra->net, &ra->net) != 0)
			continue;
		reader_refuse(r, "already given at %s:%u", first->where.file, first->where.line);
		reader_report(r, false, ra->none ? "ra" : "prefix", ra->none ? "none" : net);
	}
	for (size_t i = 0; i < r->rules->n[RULE_SUBNET6] && !served; i++) {
		const struct subnet6 *s = rules_line(r->rules, RULE_SUBNET6, i)->subnet6;

		served = addr6_in(&s->net, &ra->net, ra->prefix) || subnet6_holds(s, &ra->net);
	}
	if (served)
		return;
	reader_refuse(r, "machines are told to ask for an address, and no subnet line is for this prefix");
	reader_report(r, true, "prefix", net);
}
