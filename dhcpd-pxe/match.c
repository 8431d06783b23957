#include "match.h"

#include <stdio.h>
#include <string.h>

bool
match_glob(const char *pattern, const void *bytes, size_t len)
{
	const char *s = bytes, *end = s + len;
	const char *star = NULL, *from = NULL; /* where the last '*' stood, and what it took */

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
arch_fits(const struct rule_arch *a, const struct client *c)
{
	for (size_t i = 0; i < c->pxe.archs; i++) {
		const struct pxe_arch *code = pxe_arch(c->pxe.arch[i]);

		if (!a->name ? a->code == c->pxe.arch[i] : code && strcmp(code->name, a->name) == 0)
			return true;
	}
	return false;
}

static bool
some_arch_fits(const struct match *m, const struct client *c)
{
	for (size_t i = 0; i < m->archs; i++)
		if (arch_fits(&m->arch[i], c))
			return true;
	return m->archs == 0;
}

static bool
some_text_fits(const struct rule_strings *s, const char *text)
{
	for (size_t i = 0; i < s->n; i++)
		if (*text && match_glob(s->item[i], text, strlen(text)))
			return true;
	return s->n == 0;
}

static bool
option_fits(const char *pattern, const struct dhcp_msg *msg, uint8_t code)
{
	size_t len;
	const uint8_t *v;

	if (!pattern)
		return true;
	v = dhcp_get(msg, code, &len);
	return v && match_glob(pattern, v, len);
}

/* RFC 3004 says a list of {length, data}; iPXE sends the bytes alone. */
static bool
user_class_fits(const char *pattern, const struct dhcp_msg *msg)
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

/* As text, or as the hexadecimal pairs of what is no text. */
static bool
circuit_fits(const char *pattern, const struct dhcp_msg *msg)
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
some_tag_fits(const struct match *m, const struct client *c)
{
	for (size_t i = 0; i < m->tag.n; i++)
		if (has_tag(c->file, m->tag.item[i]) || has_tag(c->host, m->tag.item[i]))
			return true;
	return m->tag.n == 0;
}

static bool
subnet_fits(const struct match *m, const struct subnet *s)
{
	if (!m->has_net)
		return true;
	return s && s->prefix >= m->prefix && (s->net & num_mask4(m->prefix)) == m->net;
}

bool
match_fits(const struct match *m, const struct client *c)
{
	if (m->clients && !(m->clients & 1u << c->pxe.client))
		return false;
	if (m->known && (m->known == RULE_KNOWN) != client_known(c))
		return false;
	return some_arch_fits(m, c) && some_text_fits(&m->mac, c->mac_text) && some_text_fits(&m->uuid, c->uuid_text) &&
	    option_fits(m->vendor, c->msg, DHCP_CLASS) && user_class_fits(m->user_class, c->msg) &&
	    subnet_fits(m, c->subnet) && some_tag_fits(m, c) && circuit_fits(m->circuit_id, c->msg);
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
