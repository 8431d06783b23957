#include "match6.h"

#include <string.h>

#include "addr6.h"

static bool
match6_arch(const struct match *m, const struct client *c)
{
	for (size_t i = 0; i < m->archs; i++)
		for (size_t k = 0; k < c->archs; k++) {
			const struct rule_arch *want = &m->arch[i];
			const struct pxe_arch *has = pxe_arch(c->arch[k]);

			if (!want->name ? want->code == c->arch[k] : has && strcmp(has->name, want->name) == 0)
				return true;
		}
	return m->archs == 0;
}

static bool
match6_text(const struct patterns *p, const char *text)
{
	for (size_t i = 0; i < p->n; i++)
		if (*text && pattern_fits(&p->item[i], text, strlen(text)))
			return true;
	return p->n == 0;
}

static bool
match6_user_class(const struct pattern *p, const struct dhcp6_msg *msg)
{
	struct dhcp6_bytes v = dhcp6_find(msg->options, DHCP6_USER_CLASS), item;
	struct rd r = rd_open(v.at, v.len);

	if (!p)
		return true;
	while (dhcp6_next_item(&r, &item))
		if (pattern_fits(p, item.at, item.len))
			return true;
	return false;
}

/* ---- options ----------------------------------------------------------- */

static bool
value_fits(const struct rule_option *o, struct dhcp6_bytes v)
{
	for (size_t i = 0; i < o->n; i++)
		if (pattern_fits(&o->is[i], v.at, v.len))
			return true;
	return false;
}

/* The whole of an option, or what it is made of: items of a class, an identifier
 * behind its enterprise number. */
static bool
parts_fit(const struct rule_option *o, struct dhcp6_bytes v)
{
	struct rd r = rd_open(v.at, v.len);
	struct dhcp6_bytes item;

	if (value_fits(o, v))
		return true;
	if (o->code6 == DHCP6_VENDOR_CLASS || o->code6 == DHCP6_REMOTE_ID)
		rd_u32(&r);
	if (o->code6 == DHCP6_REMOTE_ID && !r.bad) {
		item.len = rd_left(&r);
		item.at = rd_take(&r, item.len);
		return value_fits(o, item);
	}
	while ((o->code6 == DHCP6_VENDOR_CLASS || o->code6 == DHCP6_USER_CLASS) && dhcp6_next_item(&r, &item))
		if (value_fits(o, item))
			return true;
	return false;
}

/* What relays add is looked for in their messages, the nearest to the client first. */
static bool
match6_option_fits(const struct rule_option *o, const struct client *c)
{
	const struct dhcp6_msg *msg = c->msg;
	struct dhcp6_bytes v;

	if (o->code6 == 0)
		return false;
	if (o->code6 == DHCP6_FQDN)
		return *c->name && value_fits(o, (struct dhcp6_bytes){ (const uint8_t *)c->name, strlen(c->name) });
	v = dhcp6_find(msg->options, o->code6);
	for (size_t i = msg->relays; !v.at && i-- > 0;)
		v = dhcp6_find(msg->relay[i].options, o->code6);
	return v.at && parts_fit(o, v);
}

static bool
match6_options(const struct match *m, const struct client *c)
{
	for (size_t i = 0; i < m->options; i++)
		if (match6_option_fits(&m->option[i], c) == m->option[i].negated)
			return false;
	return true;
}

/* ---- the rest ---------------------------------------------------------- */

static bool
match6_tag(const struct match *m, const struct client *c)
{
	for (size_t i = 0; i < m->tag.n; i++)
		if (hosts_tagged(&c->found, m->tag.item[i]))
			return true;
	return m->tag.n == 0;
}

static bool
match6_net(const struct match *m, const struct subnet6 *s)
{
	return !m->has_net6 || (s && s->prefix >= m->prefix6 && addr6_in(&s->net, &m->net6, m->prefix6));
}

/* Does a condition hold; is it the other way round that is wanted? */
static bool
match6_holds(const struct match *m, enum match_not key, bool is)
{
	return is != ((m->negated & key) != 0);
}

bool
match6_fits(const struct match *m, const struct client *c)
{
	if (m->clients && !(m->clients & 1u << c->kind))
		return false;
	if (m->known && (m->known == RULE_KNOWN) != hosts_known(&c->found))
		return false;
	/* iPXE says which features it has in DHCP's option 175 alone */
	return match6_holds(m, NOT_NET, match6_net(m, c->subnet)) && match6_holds(m, NOT_ARCH, match6_arch(m, c)) &&
	    match6_holds(m, NOT_MAC, match6_text(&m->mac, c->mac_text)) &&
	    match6_holds(m, NOT_UUID, match6_text(&m->uuid, c->uuid_text)) &&
	    match6_holds(m, NOT_TAG, match6_tag(m, c)) &&
	    match6_holds(m, NOT_USER_CLASS, match6_user_class(m->user_class, c->msg)) &&
	    match6_holds(m, NOT_IPXE, !m->ipxe) && match6_options(m, c);
}

const struct subnet6 *
match6_subnet(const struct rules *rules, const struct request *q, const struct client *c, bool any)
{
	for (size_t i = 0; i < rules->n[RULE_SUBNET6]; i++) {
		const struct rule *rule = rules_line(rules, RULE_SUBNET6, i);
		const struct subnet6 *s = rule->subnet6;

		if ((!s->netboot || any || client6_is_booting(c)) && request6_is_on_link(q, s) &&
		    match6_fits(rule->match, c))
			return s;
	}
	return NULL;
}
