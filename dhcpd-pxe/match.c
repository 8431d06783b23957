#include "match.h"

#include <string.h>

#include "ipxe.h"

static bool
match_arch(const struct match *m, const struct client *c)
{
	for (size_t i = 0; i < m->archs; i++)
		for (size_t k = 0; k < c->pxe.archs; k++) {
			const struct rule_arch *want = &m->arch[i];
			const struct pxe_arch *has = pxe_arch(c->pxe.arch[k]);

			if (!want->name ? want->code == c->pxe.arch[k] : has && strcmp(has->name, want->name) == 0)
				return true;
		}
	return m->archs == 0;
}

static bool
match_text(const struct patterns *p, const char *text)
{
	for (size_t i = 0; i < p->n; i++)
		if (*text && pattern_fits(&p->item[i], text, strlen(text)))
			return true;
	return p->n == 0;
}

/* RFC 3004 says a list of {length, data}; iPXE sends the bytes alone. */
static bool
match_user_class(const struct pattern *p, const struct dhcp_msg *msg)
{
	size_t len = 0;
	const uint8_t *v = dhcp_get(msg, DHCP_USER_CLASS, &len);
	struct rd r = rd_open(v, v ? len : 0);

	if (!p)
		return true;
	if (!v)
		return false;
	if (pattern_fits(p, v, len))
		return true;
	while (rd_left(&r) > 0) {
		uint8_t n = rd_u8(&r);
		const uint8_t *part = rd_take(&r, n);

		if (part && pattern_fits(p, part, n))
			return true;
	}
	return false;
}

/* Some clients end text with a NUL, which is no part of it (RFC 2132, section 2). */
static bool
option_fits(const struct rule_option *o, const struct dhcp_msg *msg)
{
	size_t len = 0, text;
	const uint8_t *v = dhcp_get(msg, o->code, &len);

	if (v && o->sub)
		v = pxe_find_sub(v, len, o->sub, &len);
	if (!v)
		return false;
	for (text = len; text > 0 && v[text - 1] == '\0'; text--)
		;
	for (size_t i = 0; i < o->n; i++)
		if (pattern_fits(&o->is[i], v, len) || (text < len && pattern_fits(&o->is[i], v, text)))
			return true;
	return false;
}

static bool
match_options(const struct match *m, const struct dhcp_msg *msg)
{
	for (size_t i = 0; i < m->options; i++)
		if (option_fits(&m->option[i], msg) == m->option[i].negated)
			return false;
	return true;
}

static bool
match_tag(const struct match *m, const struct client *c)
{
	for (size_t i = 0; i < m->tag.n; i++)
		if (hosts_tagged(&c->found, m->tag.item[i]))
			return true;
	return m->tag.n == 0;
}

static bool
match_net(const struct match *m, const struct subnet *s)
{
	return !m->has_net || (s && s->prefix >= m->prefix && (s->net & num_mask4(m->prefix)) == m->net);
}

/* Does a condition hold; is it the other way round that is wanted? */
static bool
holds(const struct match *m, enum match_not key, bool is)
{
	return is != ((m->negated & key) != 0);
}

bool
match_fits(const struct match *m, const struct client *c)
{
	if (m->clients && !(m->clients & 1u << c->pxe.client))
		return false;
	if (m->known && (m->known == RULE_KNOWN) != hosts_known(&c->found))
		return false;
	return holds(m, NOT_NET, match_net(m, c->subnet)) && holds(m, NOT_ARCH, match_arch(m, c)) &&
	    holds(m, NOT_MAC, match_text(&m->mac, c->mac_text)) &&
	    holds(m, NOT_UUID, match_text(&m->uuid, c->uuid_text)) && holds(m, NOT_TAG, match_tag(m, c)) &&
	    holds(m, NOT_USER_CLASS, match_user_class(m->user_class, c->msg)) &&
	    holds(m, NOT_IPXE, !m->ipxe || !(m->ipxe & ~ipxe_features(c->msg))) && match_options(m, c->msg);
}

size_t
match_next(const struct rules *rules, enum rule_kind kind, size_t i, const struct client *c)
{
	const struct rule_gate *gate = rules->gate[kind];
	const struct dhcp_msg *msg = c->msg;
	const unsigned client = 1u << c->pxe.client;
	const size_t n = rules->n[kind];

	for (; i < n; i++) {
		const struct dhcp_span *s = &msg->option[gate[i].code];

		if (!(gate[i].clients & client))
			continue;
		if (!gate[i].code || (s->at && (!gate[i].exact || msg->store[s->at] == gate[i].first)))
			break;
	}
	return i;
}

bool
match_serves(const struct rule *rule, const struct request *q, const struct client *c)
{
	return request_is_on_link(q, rule->subnet) && match_fits(rule->match, c);
}

const struct subnet *
match_subnet(const struct rules *rules, const struct request *q, const struct client *c)
{
	for (size_t i = 0; i < rules->n[RULE_SUBNET]; i++) {
		const struct rule *rule = rules_line(rules, RULE_SUBNET, i);

		if (match_serves(rule, q, c))
			return rule->subnet;
	}
	return NULL;
}
