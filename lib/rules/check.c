/* rules_finish: what only shows when all lines are there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check6.h"
#include "claims.h"
#include "dhcp.h"
#include "family.h"
#include "num.h"
#include "pxe.h"

/* By options only of DHCP. */
static struct rule_gate
line_gate(const struct match *m, enum rules_family family)
{
	struct rule_gate g = { .clients = m->clients ? (uint8_t)m->clients : 0xff };

	if (family != RULES_IP4)
		return g;
	if (m->user_class && !(m->negated & NOT_USER_CLASS))
		g.code = DHCP_USER_CLASS;
	if (m->ipxe && !(m->negated & NOT_IPXE))
		g.code = DHCP_IPXE;
	for (size_t i = 0; i < m->options; i++) {
		const struct rule_option *o = &m->option[i];
		const struct pattern *p = &o->is[0];

		if (o->negated)
			continue;
		g.code = o->code;
		g.exact = !o->sub && o->n == 1 && !p->fold && p->symbol[0] != PATTERN_ANY;
		g.first = g.exact ? (uint8_t)p->symbol[0] : 0;
		if (g.exact)
			break;
	}
	return g;
}

static bool
index_lines(struct rules *r)
{
	for (size_t i = 0; i < r->lines; i++)
		if (rules_is_for(&r->line[i], r->family))
			r->n[r->line[i].kind]++;
	for (size_t k = 0; k < RULE_KINDS; k++) {
		r->of[k] = r->n[k] ? calloc(r->n[k], sizeof(r->of[k][0])) : NULL;
		r->gate[k] = r->n[k] ? calloc(r->n[k], sizeof(r->gate[k][0])) : NULL;
		if (r->n[k] && (!r->of[k] || !r->gate[k]))
			return false;
		r->n[k] = 0;
	}
	for (size_t i = 0; i < r->lines; i++) {
		enum rule_kind k = r->line[i].kind;

		if (!rules_is_for(&r->line[i], r->family))
			continue;
		if (k == RULE_SUBNET)
			r->line[i].subnet->index = r->n[k];
		if (k == RULE_SUBNET6)
			r->line[i].subnet6->index = r->n[k];
		r->gate[k][r->n[k]] = line_gate(r->line[i].match, r->family);
		r->of[k][r->n[k]++] = i;
	}
	return true;
}

static bool
is_mate(const struct subnet *a, const struct subnet *b)
{
	return a->link && b->link && strcmp(a->link, b->link) == 0;
}

/* Gathers the subnets of each link. */
static bool
join_links(struct rules *r)
{
	for (size_t i = 0; i < r->n[RULE_SUBNET]; i++) {
		struct subnet *s = r->line[r->of[RULE_SUBNET][i]].subnet;

		if (!s->link)
			continue;
		s->mate = arena_alloc(&r->arena, r->n[RULE_SUBNET] * sizeof(s->mate[0]));
		if (!s->mate)
			return false;
		for (size_t k = 0; k < r->n[RULE_SUBNET]; k++)
			if (is_mate(s, rules_line(r, RULE_SUBNET, k)->subnet))
				s->mate[s->mates++] = rules_line(r, RULE_SUBNET, k)->subnet;
	}
	return true;
}

/* ---- one line beside the others ---------------------------------------- */

/* subnet= must contain some subnet line's network. */
static void
check_match_net(struct reader *r)
{
	const struct match *m = r->rule.match;
	char net[NUM_IP4_TEXT];

	if (!m->has_net)
		return;
	for (size_t i = 0; i < r->rules->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(r->rules, RULE_SUBNET, i)->subnet;

		if (s->prefix >= m->prefix && (s->net & num_mask4(m->prefix)) == m->net)
			return;
	}
	reader_refuse(r, "no subnet line lies within it");
	reader_report(r, false, "subnet", num_ip4_text(m->net, net));
}

/* The address must be one that a subnet line can give. */
static void
check_host_addr(struct reader *r, uint32_t addr)
{
	const struct subnet *s = rules_network(r->rules, addr);
	char text[NUM_IP4_TEXT];

	if (!s)
		reader_refuse(r, "no subnet line holds this address");
	else if (addr == s->net || addr == (s->net | ~num_mask4(s->prefix)))
		reader_refuse(r, "the network's own or broadcast address");
	else if (s->proxy)
		reader_refuse(r, "its subnet is a proxy one, which gives no addresses");
	else
		return;
	reader_report(r, false, "addr", num_ip4_text(addr, text));
}

/* The clients, of those that a boot line is for, that can load its file: 1 <<
 * enum pxe_client.  Over IPv6, everything is a URL, and firmware takes tftp://. */
static unsigned
boot_users(const struct rule *rule, enum rules_family family)
{
	const unsigned http = 1u << PXE_CLIENT_HTTP, ipxe = 1u << PXE_CLIENT_IPXE, other = 1u << PXE_CLIENT_OTHER;
	const struct boot_line *b = rule->boot;
	unsigned can = (1u << (PXE_CLIENT_BOOTP + 1)) - 1;

	if (family == RULES_IP6)
		can &= ~(1u << PXE_CLIENT_BOOTP);
	if (b->url && !(family == RULES_IP6 && b->tftp))
		can = ipxe | (b->http ? http : 0) | (match_names_machines(rule->match) ? other : 0);
	else
		can &= ~http;
	return rule->match->clients ? rule->match->clients & can : can;
}

/* Of either family that it is for and that has a subnet line. */
static bool
boot_has_users(const struct rules *rules, const struct rule *rule)
{
	for (unsigned f = 0; f < RULES_FAMILIES; f++)
		if (rules_is_for(rule, f) && (rules->nets[f] > 0 || f == rules->family) && boot_users(rule, f))
			return true;
	return false;
}

/* True if it matches everyone, apart from client=. */
static bool
matches_all(const struct match *m)
{
	return m->archs + m->mac.n + m->uuid.n + m->tag.n + m->options == 0 && !m->user_class && !m->ipxe &&
	    !m->has_net && !m->has_net6 && !m->known;
}

/* A line that lacks all of these has been reported. */
static bool
boot_is_whole(const struct boot_line *b)
{
	return b->file || rules_has_server(&b->server);
}

static void
check_boot_users(struct reader *r)
{
	const struct boot_line *b = r->rule.boot;

	if (!boot_is_whole(b) || boot_has_users(r->rules, &r->rule))
		return;
	if (!b->file)
		reader_refuse(r, "HTTP Boot clients need a URL (file=); no client is sent this");
	else if (r->rule.match->clients == 1u << PXE_CLIENT_HTTP)
		reader_refuse(
		    r, "HTTP Boot clients need a URL, as in http://{server}/ipxe.efi; no client is sent this");
	else if (r->rules->family == RULES_IP6)
		reader_refuse(r, "over IPv6, PXE clients take a plain name or tftp://; no client is sent this");
	else
		reader_refuse(r, "only iPXE and HTTP Boot clients take a URL; no client is sent this");
	reader_report(r, true, "file", b->file ? b->file : "");
}

/* A subnet line behind one for the same clients: of the two, only the first
 * counts when one of them is a proxy. */
static void
check_subnet_order(struct reader *r)
{
	const struct subnet *s = r->rule.subnet;
	char net[NUM_IP4_TEXT];

	for (size_t i = 0; i < s->index && s->prefix; i++) {
		const struct rule *first = rules_line(r->rules, RULE_SUBNET, i);

		if (first->subnet->prefix > s->prefix || !subnet_holds(first->subnet, s->net) ||
		    !matches_all(first->match) || first->match->clients || (!first->subnet->proxy && !s->proxy))
			continue;
		reader_refuse(r, "no client reaches this line: the subnet line at %s:%u matches all of them",
		    first->where.file, first->where.line);
		reader_report(r, true, "subnet", num_ip4_text(s->net, net));
		return;
	}
}

static bool
is_tag_set(const struct rules *rules, const char *tag)
{
	for (size_t i = 0; i < rules->n[RULE_HOST]; i++) {
		const struct rule_strings *set = &rules_line(rules, RULE_HOST, i)->host->tag;

		for (size_t k = 0; k < set->n; k++)
			if (strcmp(set->item[k], tag) == 0)
				return true;
	}
	return false;
}

/* A condition that no client can meet, or every one: an allow-list that was ported by
 * hand would be open, and nobody told.  Files in hosts directories come and go, and
 * have the tags and hosts of the main rules to go by. */
static void
check_match_hosts(struct reader *r)
{
	const struct match *m = r->rule.match;

	if (r->rules->n[RULE_HOSTS] > 0 || r->rules->n[RULE_SUBNET] + r->rules->n[RULE_SUBNET6] == 0)
		return;
	for (size_t i = 0; i < m->tag.n; i++) {
		if (is_tag_set(r->rules, m->tag.item[i]))
			continue;
		reader_refuse(r, "no host line sets this tag, so no machine has it%s",
		    strcmp(m->tag.item[i], "known") == 0 ? " (machines without a host line are host=unknown)" : "");
		reader_report(r, true, "tag", m->tag.item[i]);
	}
	if (m->known && r->rules->n[RULE_HOST] == 0) {
		reader_refuse(r, "there are no host lines, so every machine is unknown");
		reader_report(r, true, "host", m->known == RULE_KNOWN ? "known" : "unknown");
	}
}

/* Can a pattern match text of this shape, in which x stands for a hexadecimal digit?
 * at[i]: some way of matching what stands before leads to symbol i. */
static bool
can_be(const struct pattern *p, const char *shape)
{
	bool at[64] = { true }, next[64];

	if (p->symbols >= sizeof(at))
		return true; /* not looked at */
	for (;; shape++) {
		for (size_t i = 0; i < p->symbols; i++)
			at[i + 1] |= at[i] && p->symbol[i] == PATTERN_ANY;
		if (!*shape)
			return at[p->symbols];
		for (size_t i = 0; i <= p->symbols; i++) {
			uint16_t before = i > 0 ? p->symbol[i - 1] : PATTERN_ANY;

			next[i] = (i < p->symbols && at[i] && p->symbol[i] == PATTERN_ANY) ||
			    (i > 0 && at[i - 1] && before != PATTERN_ANY &&
			        (*shape == 'x' ? num_hex_digit((char)before) >= 0 : before == (uint8_t)*shape));
		}
		memcpy(at, next, sizeof(at));
	}
}

static void
check_patterns(struct reader *r, const char *key, const struct patterns *list, const char *shape)
{
	for (size_t i = 0; i < list->n; i++) {
		if (can_be(&list->item[i], shape))
			continue;
		reader_refuse(r, "no machine can match this: it is compared with %s, in digits like those", shape);
		reader_report(r, true, key, list->item[i].text);
	}
}

/* Two networks with common addresses: a client could get one in either, and two of
 * them the same.  (The same network twice is how clients are told apart.) */
static void
check_subnet_overlap(struct reader *r)
{
	const struct subnet *s = r->rule.subnet;
	char net[NUM_IP4_TEXT];

	for (size_t i = 0; i < s->index && s->prefix && s->ranges; i++) {
		const struct rule *first = rules_line(r->rules, RULE_SUBNET, i);
		const struct subnet *of = first->subnet;

		if (!of->ranges || of->prefix == 0 || of->prefix == s->prefix ||
		    !(subnet_holds(of, s->net) || subnet_holds(s, of->net)))
			continue;
		reader_refuse(r, "it overlaps the network of the subnet line at %s:%u; networks share no addresses",
		    first->where.file, first->where.line);
		reader_report(r, true, "subnet", num_ip4_text(s->net, net));
		return;
	}
}

/* Those of the other family are the other daemon's to check. */
static void
check_host_addrs(struct reader *r)
{
	const struct host *h = r->rule.host;

	if (r->rules->family == RULES_IP6)
		check6_host(r);
	for (size_t i = 0; r->rules->family == RULES_IP4 && i < h->addrs.n; i++)
		check_host_addr(r, h->addrs.addr[i]);
}

static void
check_line(struct reader *r)
{
	check_match_net(r);
	check6_match_net(r);
	check_match_hosts(r);
	if (r->rule.faulty) {
		if (r->rule.kind == RULE_HOST && !r->rule.host->own)
			check_host_addrs(r);
		return;
	}
	check_patterns(r, "mac", &r->rule.match->mac, "xx:xx:xx:xx:xx:xx");
	check_patterns(r, "uuid", &r->rule.match->uuid, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
	if (r->rule.kind == RULE_HOST) {
		if (!r->rule.host->own)
			check_host_addrs(r);
	} else if (r->rule.kind == RULE_BOOT) {
		check_boot_users(r);
	} else if (r->rule.kind == RULE_SUBNET) {
		check_subnet_order(r);
		check_subnet_overlap(r);
	} else if (r->rule.kind == RULE_SUBNET6) {
		check6_subnet(r);
	} else if (r->rule.kind == RULE_RA) {
		check6_ra(r);
	} else if (r->rule.kind == RULE_DENY && matches_all(r->rule.match) && !r->rule.match->clients) {
		reader_refuse(r, "it matches every client, so none is answered");
		reader_report(r, true, "deny", "");
	}
}

/* ---- all boot lines ---------------------------------------------------- */

/* Boot lines behind others that match everybody.  Lines put in front on
 * purpose leave many of these, so only the first is named. */
static void
check_boot_order(struct reader *r)
{
	const struct rule *last = NULL, *dead = NULL, *by = NULL;
	unsigned served = 0;
	char others[40] = "";
	size_t more = 0;

	for (size_t i = 0; i < r->rules->n[RULE_BOOT]; i++) {
		const struct rule *rule = rules_line(r->rules, RULE_BOOT, i);
		unsigned who = boot_is_whole(rule->boot) && !rule->faulty ? boot_users(rule, r->rules->family) : 0;

		if (who && !(who & ~served)) {
			more += dead != NULL;
			by = dead ? by : last;
			dead = dead ? dead : rule;
		} else if (who && matches_all(rule->match)) {
			/* one for iPXE may follow a plain line that sends iPXE */
			served |= rule->boot->ipxe && !rule->boot->chain && !match_names_ipxe(rule->match) ?
			    who & ~(1u << PXE_CLIENT_IPXE) :
			    who;
			last = rule;
		}
	}
	if (!dead)
		return;
	if (more)
		snprintf(others, sizeof(others), " (nor %zu more)", more);
	r->rule = *dead;
	reader_refuse(r,
	    "no client reaches this line%s: the boot lines up to %s:%u match all that could use it; "
	    "the first match wins",
	    others, by->where.file, by->where.line);
	reader_report(r, true, "file", dead->boot->file ? dead->boot->file : "");
}

/* A prompt without anything to choose. */
static void
check_prompts(struct reader *r)
{
	const struct rule *prompt = NULL;

	for (size_t i = 0; i < r->rules->n[RULE_MENU]; i++) {
		const struct rule *rule = rules_line(r->rules, RULE_MENU, i);

		if (rule->menu->item)
			return;
		prompt = prompt ? prompt : rule;
	}
	if (!prompt || !prompt->menu->prompt)
		return;
	r->rule = *prompt;
	reader_refuse(r, "there is no menu without a line with item=");
	reader_report(r, true, "prompt", prompt->menu->prompt);
}

void
rules_finish(struct rules *rules, struct diag *diag)
{
	struct reader r = { .rules = rules, .diag = diag };

	if (!index_lines(rules) || !join_links(rules) || !check6_join_links(rules)) {
		diag_no_memory(diag, "rules");
		return;
	}
	for (size_t i = 0; i < rules->lines; i++) {
		r.rule = rules->line[i];
		family_check_guess(&r);
		if (rules_is_for(&r.rule, rules->family))
			check_line(&r);
	}
	check_boot_order(&r);
	check_prompts(&r);
	claims_check(&r);
}
