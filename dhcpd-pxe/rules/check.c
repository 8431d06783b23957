/* What only shows when all lines are there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"
#include "pxe.h"
#include "reader.h"

static bool
index_lines(struct rules *r)
{
	for (size_t i = 0; i < r->lines; i++)
		r->n[r->line[i].kind]++;
	for (size_t k = 0; k < RULE_KINDS; k++) {
		r->of[k] = r->n[k] ? calloc(r->n[k], sizeof(r->of[k][0])) : NULL;
		if (r->n[k] && !r->of[k])
			return false;
		r->n[k] = 0;
	}
	for (size_t i = 0; i < r->lines; i++) {
		enum rule_kind k = r->line[i].kind;

		if (k == RULE_SUBNET)
			r->line[i].subnet->index = r->n[k];
		r->of[k][r->n[k]++] = i;
	}
	return true;
}

/* Is some subnet line's network within this one? */
static bool
has_subnet(const struct rules *r, uint32_t net, uint8_t prefix)
{
	for (size_t i = 0; i < r->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(r, RULE_SUBNET, i)->subnet;

		if (s->prefix >= prefix && (s->net & num_mask4(prefix)) == net)
			return true;
	}
	return false;
}

static const struct subnet *
subnet_of(const struct rules *r, uint32_t addr)
{
	for (size_t i = 0; i < r->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(r, RULE_SUBNET, i)->subnet;

		if (s->prefix && subnet_holds(s, addr))
			return s;
	}
	return NULL;
}

static void
check_match_net(struct reader *r)
{
	const struct match *m = r->rule.match;
	char net[NUM_IP4_TEXT];

	if (!m->has_net || has_subnet(r->rules, m->net, m->prefix))
		return;
	reader_refuse(r, "no subnet line lies within it");
	reader_fault(r, false, "subnet", num_ip4_text(m->net, net));
}

static void
check_host(struct reader *r)
{
	const struct host *h = r->rule.host;
	const struct subnet *s = subnet_of(r->rules, h->addr);
	char text[NUM_IP4_TEXT];

	if (!h->addr || h->own)
		return;
	num_ip4_text(h->addr, text);
	if (!s)
		reader_refuse(r, "no subnet line holds this address");
	else if (h->addr == s->net || h->addr == (s->net | ~num_mask4(s->prefix)))
		reader_refuse(r, "the network's own or broadcast address");
	else if (s->proxy)
		reader_refuse(r, "its subnet is a proxy one, which gives no addresses");
	else
		return;
	reader_fault(r, false, "addr", text);
}

/* iPXE shows a menu where no boot line fits it. */
static bool
may_have_menu(const struct rules *r, enum pxe_client client)
{
	for (size_t i = 0; i < r->n[RULE_MENU]; i++) {
		const struct rule *rule = rules_line(r, RULE_MENU, i);

		if (rule->menu->item && (!rule->match->clients || rule->match->clients & 1u << client))
			return true;
	}
	return false;
}

/* Will a client that is iPXE already find something to boot, once another
 * line has made it iPXE? */
static void
check_ipxe(struct reader *r)
{
	const unsigned ipxe = 1u << PXE_CLIENT_IPXE;
	const struct rule *chain = NULL;
	bool served = may_have_menu(r->rules, PXE_CLIENT_IPXE);

	for (size_t i = 0; i < r->rules->n[RULE_BOOT]; i++) {
		const struct rule *rule = rules_line(r->rules, RULE_BOOT, i);
		unsigned clients = rule->match->clients;

		if (!rule->boot->file)
			continue;
		r->rule = *rule;
		if (rule->boot->ipxe && clients == ipxe) {
			reader_refuse(r, "this sends iPXE to iPXE, which would load itself for ever; it is never sent");
			reader_fault(r, true, "file", rule->boot->file);
		}
		if (rule->boot->ipxe && !chain && clients != ipxe)
			chain = rule;
		served |= !rule->boot->ipxe && (clients == 0 || (clients & ipxe));
	}
	if (!chain || served || r->rules->n[RULE_HOSTS] > 0)
		return;
	r->rule = *chain;
	reader_refuse(r,
	    "this is iPXE, which then asks again and finds nothing to boot: "
	    "add a line such as `boot client=ipxe file=http://{server}/boot.ipxe'");
	reader_fault(r, true, "file", chain->boot->file);
}

/* Whom a boot line's file is of use to, of those that the line is for: 1 <<
 * enum pxe_client. */
static unsigned
users(const struct rule *rule)
{
	const unsigned http = 1u << PXE_CLIENT_HTTP, ipxe = 1u << PXE_CLIENT_IPXE;
	const struct boot_line *b = rule->boot;
	unsigned can = (1u << (PXE_CLIENT_BOOTP + 1)) - 1;

	can &= b->url ? ipxe | (b->http ? http : 0) : ~http;
	if (b->ipxe)
		can &= ~ipxe;
	return rule->match->clients ? rule->match->clients & can : can;
}

/* But for client=, it asks for nothing. */
static bool
fits_all(const struct match *m)
{
	return m->archs + m->mac.n + m->uuid.n + m->tag.n == 0 && !m->vendor && !m->user_class && !m->circuit_id &&
	    !m->has_net && !m->known;
}

/* A line that no client can use is a slip of the pen. */
static void
check_boot(struct reader *r)
{
	const struct boot_line *b = r->rule.boot;

	if (!b->file || b->ipxe || users(&r->rule)) /* iPXE for iPXE is another matter */
		return;
	if (r->rule.match->clients == 1u << PXE_CLIENT_HTTP)
		reader_refuse(
		    r, "HTTP Boot clients need a URL, as in http://{server}/ipxe.efi; this is sent to nobody");
	else
		reader_refuse(r, "only iPXE and HTTP Boot clients take a URL; this is sent to nobody");
	reader_fault(r, true, "file", b->file);
}

/* One that stands behind lines that fit everybody is another; the first of
 * them is named, as those that are put in front on purpose leave many. */
static void
check_boot_order(struct reader *r)
{
	const struct rule *last = NULL, *dead = NULL, *by = NULL;
	unsigned served = 0;
	char others[40] = "";
	size_t more = 0;

	for (size_t i = 0; i < r->rules->n[RULE_BOOT]; i++) {
		const struct rule *rule = rules_line(r->rules, RULE_BOOT, i);
		unsigned who = rule->boot->file ? users(rule) : 0;

		if (who && !(who & ~served)) {
			more += dead != NULL;
			by = dead ? by : last;
			dead = dead ? dead : rule;
		} else if (who && fits_all(rule->match)) {
			served |= who;
			last = rule;
		}
	}
	if (!dead)
		return;
	if (more)
		snprintf(others, sizeof(others), " (nor to %zu more)", more);
	r->rule = *dead;
	reader_refuse(r,
	    "no client gets so far%s: the boot lines up to %s:%u fit all that could use it; "
	    "the first that fits wins",
	    others, by->where.file, by->where.line);
	reader_fault(r, true, "file", dead->boot->file);
}

/* One network that is a proxy one and is not, for the same clients. */
static void
check_subnet_order(struct reader *r, size_t at)
{
	const struct subnet *s = r->rule.subnet;
	char net[NUM_IP4_TEXT];

	for (size_t i = 0; i < at; i++) {
		const struct rule *first = rules_line(r->rules, RULE_SUBNET, i);

		if (first->subnet->prefix > s->prefix || !subnet_holds(first->subnet, s->net) ||
		    !fits_all(first->match) || first->match->clients || (!first->subnet->proxy && !s->proxy))
			continue;
		reader_refuse(r, "no client gets so far: the subnet line at %s:%u fits all of them", first->where.file,
		    first->where.line);
		reader_fault(r, true, "subnet", num_ip4_text(s->net, net));
		return;
	}
}

static void
check_line(struct reader *r)
{
	check_match_net(r);
	if (r->rule.kind == RULE_HOST) {
		check_host(r);
	} else if (r->rule.kind == RULE_BOOT) {
		check_boot(r);
	} else if (r->rule.kind == RULE_SUBNET && r->rule.subnet->prefix) {
		check_subnet_order(r, r->rule.subnet->index);
	} else if (r->rule.kind == RULE_DENY && fits_all(r->rule.match) && !r->rule.match->clients) {
		reader_refuse(r, "it says nothing of whom, and so nobody is answered");
		reader_fault(r, true, "deny", "");
	}
}

void
rules_finish(struct rules *rules, struct diag *diag)
{
	struct reader r = { .rules = rules, .diag = diag };

	if (!index_lines(rules)) {
		diag_add(diag, false, "rules: out of memory");
		return;
	}
	for (size_t i = 0; i < rules->lines; i++) {
		r.rule = rules->line[i];
		check_line(&r);
	}
	check_boot_order(&r);
	reader_check_twice(&r);
	check_ipxe(&r);
}
