#include "match.h"

#include <stdio.h>
#include <string.h>

bool
match_glob(const char *pattern, const void *bytes, size_t len)
{
	const char *s = bytes, *end = s + len;
	const char *star = NULL, *from = NULL; /* behind the last '*', and the bytes behind what it stands for */

	while (s < end) {
		if (*pattern == '*') {
			star = ++pattern;
			from = s;
		} else if (*pattern && *pattern == *s) {
			pattern++;
			s++;
		} else if (star) {
			pattern = star;
			s = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

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
match_text(const struct rule_strings *s, const char *text)
{
	for (size_t i = 0; i < s->n; i++)
		if (*text && match_glob(s->item[i], text, strlen(text)))
			return true;
	return s->n == 0;
}

static bool
match_vendor(const char *pattern, const struct dhcp_msg *msg)
{
	size_t len;
	const uint8_t *v;

	if (!pattern)
		return true;
	v = dhcp_get(msg, DHCP_CLASS, &len);
	return v && match_glob(pattern, v, len);
}

/* RFC 3004 says a list of {length, data}; iPXE sends the bytes alone. */
static bool
match_user_class(const char *pattern, const struct dhcp_msg *msg)
{
	size_t len = 0;
	const uint8_t *v = dhcp_get(msg, DHCP_USER_CLASS, &len);
	struct rd r = rd_open(v, v ? len : 0);

	if (!pattern)
		return true;
	if (!v)
		return false;
	if (match_glob(pattern, v, len))
		return true;
	while (rd_left(&r) > 0) {
		uint8_t n = rd_u8(&r);
		const uint8_t *part = rd_take(&r, n);

		if (part && match_glob(pattern, part, n))
			return true;
	}
	return false;
}

/* As text, or as hexadecimal pairs when it is not text. */
static bool
match_circuit(const char *pattern, const struct dhcp_msg *msg)
{
	size_t len = 0, n;
	const uint8_t *info = dhcp_get(msg, DHCP_RELAY_INFO, &len);
	const uint8_t *id = info ? pxe_find_sub(info, len, 1, &n) : NULL;
	char hex[3 * 255 + 1] = "";

	if (!pattern)
		return true;
	if (!id)
		return false;
	for (size_t i = 0; i < n; i++)
		snprintf(hex + 3 * i, 4, "%02x:", id[i]);
	return match_glob(pattern, id, n) || (n > 0 && match_glob(pattern, hex, 3 * n - 1));
}

static bool
has_tag(const struct host *h, const char *tag)
{
	for (size_t i = 0; h && i < h->tag.n; i++)
		if (strcmp(h->tag.item[i], tag) == 0)
			return true;
	return false;
}

static bool
match_tag(const struct match *m, const struct client *c)
{
	for (size_t i = 0; i < m->tag.n; i++)
		if (has_tag(c->file, m->tag.item[i]) || has_tag(c->host, m->tag.item[i]))
			return true;
	return m->tag.n == 0;
}

bool
match_fits(const struct match *m, const struct client *c)
{
	if (m->clients && !(m->clients & 1u << c->pxe.client))
		return false;
	if (m->known && (m->known == RULE_KNOWN) != client_known(c))
		return false;
	if (m->has_net &&
	    (!c->subnet || c->subnet->prefix < m->prefix || (c->subnet->net & num_mask4(m->prefix)) != m->net))
		return false;
	return match_arch(m, c) && match_text(&m->mac, c->mac_text) && match_text(&m->uuid, c->uuid_text) &&
	    match_tag(m, c) && match_vendor(m->vendor, c->msg) && match_user_class(m->user_class, c->msg) &&
	    match_circuit(m->circuit_id, c->msg);
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
