/* The keys that say which clients a line is for. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "addr6.h"
#include "dhcp.h"
#include "ipxe.h"
#include "keys.h"
#include "num.h"
#include "pxe.h"

/* Passes over a '!' in front of the value, and notes it as `bit`. */
static const char *
key_not(struct reader *r, const char *value, enum match_not bit)
{
	if (*value != '!')
		return value;
	r->rule.match->negated |= bit;
	return value + 1;
}

static bool
key_client(struct reader *r, const struct key *k, const char *value)
{
	const unsigned all = (1u << (PXE_CLIENT_BOOTP + 1)) - 1;
	struct match *m = r->rule.match;
	struct rule_strings part;

	(void)k;
	if (!reader_split(r, value + (*value == '!'), &part))
		return false;
	for (size_t i = 0; i < part.n; i++) {
		enum pxe_client c;

		if (!pxe_client_parse(part.item[i], &c))
			return reader_refuse(r, "no such client; the clients are pxe, http, ipxe, bootp, other");
		m->clients |= 1u << c;
	}
	if (*value == '!')
		m->clients = all & ~m->clients;
	return m->clients != 0 || reader_refuse(r, "no client is left");
}

/* Decimal, or hexadecimal as in 0x10. */
static bool
key_arch_code(const char *s, uint16_t *out)
{
	uint64_t code = 0;

	if (strncasecmp(s, "0x", 2) != 0) {
		if (!num_uint(s, 0, 65535, &code))
			return false;
	} else {
		size_t digits = strlen(s += 2);

		if (digits < 1 || digits > 4)
			return false;
		for (; *s; s++) {
			int digit = num_hex_digit(*s);

			if (digit < 0)
				return false;
			code = code << 4 | (unsigned)digit;
		}
	}
	*out = (uint16_t)code;
	return true;
}

static bool
key_arch(struct reader *r, const struct key *k, const char *value)
{
	struct match *m = r->rule.match;
	struct rule_strings part;

	(void)k;
	m->arch = reader_list(r, key_not(r, value, NOT_ARCH), sizeof(m->arch[0]), &part);
	if (!m->arch)
		return false;
	for (size_t i = 0; i < part.n; i++) {
		if (key_arch_code(part.item[i], &m->arch[i].code))
			m->arch[i].name = NULL;
		else if (pxe_arch_known(part.item[i]))
			m->arch[i].name = part.item[i];
		else
			return reader_refuse(r,
			    "no such architecture \"%s\"; dhcpd-pxe.rules(5) lists them "
			    "(bios, efi-x64, efi-ia32, efi-arm64 ...); numbers are decimal, or as in 0x10",
			    part.item[i]);
		m->archs = i + 1;
	}
	return true;
}

/* A list of patterns in lower case, with '-' as ':' when `colons`. */
static bool
key_lower(struct reader *r, const char *value, bool colons, struct patterns *out)
{
	struct arena *a = &r->rules->arena;
	struct rule_strings part;

	out->item = reader_list(r, value, sizeof(out->item[0]), &part);
	if (!out->item)
		return false;
	for (out->n = 0; out->n < part.n; out->n++) {
		char *s = arena_str(a, part.item[out->n]);

		for (char *c = s; c && *c; c++)
			*c = colons && *c == '-' ? ':' : (char)tolower((unsigned char)*c);
		if (!s || !pattern_text(a, s, &out->item[out->n]))
			return reader_no_memory(r);
	}
	return true;
}

static bool
made_of(const struct patterns *list, const char *letters)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->item[i].text[strspn(list->item[i].text, letters)])
			return false;
	return true;
}

static bool
key_mac(struct reader *r, const struct key *k, const char *value)
{
	struct patterns *list = &r->rule.match->mac;
	uint8_t mac[6];

	(void)k;
	if (!key_lower(r, key_not(r, value, NOT_MAC), true, list))
		return false;
	if (!made_of(list, "0123456789abcdef:*"))
		return reader_refuse(r, "not a MAC address such as 52:54:00:12:34:56, or a pattern as in 52:54:00:*");
	for (size_t i = 0; i < list->n; i++)
		if (!strchr(list->item[i].text, '*') && !num_mac(list->item[i].text, mac))
			return reader_refuse(r, "not a MAC address: six pairs of hexadecimal digits, or a *");
	return true;
}

static bool
key_uuid(struct reader *r, const struct key *k, const char *value)
{
	struct patterns *list = &r->rule.match->uuid;
	uint8_t uuid[16];

	(void)k;
	if (!key_lower(r, key_not(r, value, NOT_UUID), false, list))
		return false;
	if (!made_of(list, "0123456789abcdef-*"))
		return reader_refuse(r, "not a UUID: hexadecimal digits, '-' and '*'");
	for (size_t i = 0; i < list->n; i++)
		if (!strchr(list->item[i].text, '*') && !num_uuid(list->item[i].text, uuid))
			return reader_refuse(r, "not a UUID: 8-4-4-4-12 hexadecimal digits, or a *");
	return true;
}

static bool
key_user_class(struct reader *r, const struct key *k, const char *value)
{
	struct arena *a = &r->rules->arena;
	struct pattern *p = arena_alloc(a, sizeof(*p));

	(void)k;
	value = key_not(r, value, NOT_USER_CLASS);
	if (!*value)
		return reader_refuse(r, "empty");
	if (!p || !pattern_text(a, value, p))
		return reader_no_memory(r);
	r->rule.match->user_class = p;
	return true;
}

/* ---- options ----------------------------------------------------------- */

/* Room for one more condition; NULL: refused. */
static struct rule_option *
option_more(struct reader *r, const char *key)
{
	struct match *m = r->rule.match;
	struct rule_option *all = arena_alloc(&r->rules->arena, (m->options + 1) * sizeof(all[0]));

	if (!all) {
		reader_no_memory(r);
		return NULL;
	}
	if (m->options)
		memcpy(all, m->option, m->options * sizeof(all[0]));
	m->option = all;
	all[m->options].key = key;
	return &all[m->options++];
}

enum option_form { FORM_TEXT, FORM_HEX, FORM_EITHER, FORM_NAME };

static bool
option_pattern(struct reader *r, struct rule_option *o, enum option_form form, const char *value)
{
	struct arena *a = &r->rules->arena;

	if (!*value)
		return reader_refuse(r, "empty");
	if (form != FORM_HEX && !pattern_text(a, value, &o->is[o->n++]))
		return reader_no_memory(r);
	o->is[0].fold = form == FORM_NAME; /* RFC 4343 */
	o->hex = form == FORM_HEX;
	if (form == FORM_EITHER && pattern_hex(a, value, &o->is[o->n]))
		o->n++;
	if (form == FORM_HEX && !pattern_hex(a, value, &o->is[o->n++]))
		return reader_refuse(r, "not pairs of hexadecimal digits, or a *");
	return true;
}

/* The keys for one option each. */
static const struct {
	uint8_t code, sub;
	uint16_t code6; /* vendor class, interface-id, remote-id, client FQDN */
	enum option_form form;
} named_option[] = {
	{ DHCP_CLASS, 0, 16, FORM_TEXT },
	{ DHCP_RELAY_INFO, 1, 18, FORM_EITHER },
	{ DHCP_RELAY_INFO, 2, 37, FORM_EITHER },
	{ DHCP_HOSTNAME, 0, 39, FORM_NAME },
};

static bool
key_named_option(struct reader *r, const struct key *k, const char *value)
{
	struct rule_option *o = option_more(r, k->name);

	if (!o)
		return false;
	o->code = named_option[k->arg].code;
	o->sub = named_option[k->arg].sub;
	o->code6 = named_option[k->arg].code6;
	o->negated = *value == '!';
	return option_pattern(r, o, named_option[k->arg].form, value + o->negated);
}

/* The code in front of the pattern, DHCP's or DHCPv6's. */
static bool
option_code(struct rule_option *o, bool six, const char *value, const char *colon)
{
	uint64_t code, sub = 0;
	char number[16], *dot = number;

	snprintf(number, sizeof(number), "%.*s", colon && colon > value ? (int)(colon - value) : 0, value);
	if (six) {
		if (!num_uint(number, 1, 65535, &code))
			return false;
		o->code6 = (uint16_t)code;
		return true;
	}
	strsep(&dot, ".");
	if (!num_uint(number, 1, 254, &code) || (dot && !num_uint(dot, 1, 254, &sub)))
		return false;
	o->code = (uint8_t)code;
	o->sub = (uint8_t)sub;
	return true;
}

/* CODE:PATTERN or CODE.SUB:PATTERN, the pattern text or hex:PAIRS; k->arg: of DHCPv6
 * for certain. */
static bool
key_option(struct reader *r, const struct key *k, const char *value)
{
	bool six = k->arg || r->six;
	struct rule_option *o = option_more(r, six ? "opt6" : "opt");
	const char *colon = strchr(value, ':');

	if (!o)
		return false;
	o->negated = *value == '!';
	value += o->negated;
	if (!colon || !option_code(o, six, value, colon))
		return reader_refuse(r, "not an option and what it must be, as in %s",
		    six ? "16:hex:00:00:01:57:*" : "60:PXEClient* or 82.2:hex:00:01:*");
	if (strncmp(colon + 1, "hex:", 4) == 0)
		return option_pattern(r, o, FORM_HEX, colon + 5);
	return option_pattern(r, o, FORM_TEXT, colon + 1);
}

static bool
key_ipxe(struct reader *r, const struct key *k, const char *value)
{
	struct rule_strings part;

	(void)k;
	if (!reader_split(r, key_not(r, value, NOT_IPXE), &part))
		return false;
	for (size_t i = 0; i < part.n; i++) {
		uint8_t code = ipxe_feature(part.item[i]);

		if (!code)
			return reader_refuse(r,
			    "iPXE has no feature \"%s\"; they are http, https, menu, bzimage, efi, nfs ... "
			    "(dhcpd-pxe.rules(5)), or their numbers, 16 to 79",
			    part.item[i]);
		r->rule.match->ipxe |= 1ull << (code - IPXE_FEATURES);
	}
	return true;
}

/* ---- the rest ---------------------------------------------------------- */

static bool
key_net(struct reader *r, const struct key *k, const char *value)
{
	struct match *m = r->rule.match;

	(void)k;
	value = key_not(r, value, NOT_NET);
	if (strchr(value, ':')) {
		m->has_net6 = addr6_parse_net(value, &m->net6, &m->prefix6);
		return m->has_net6 || reader_refuse(r, "not a network such as fd00:77::/64");
	}
	m->has_net = num_net4(value, &m->net, &m->prefix);
	return m->has_net || reader_refuse(r, "not a network such as 10.0.0.0/24");
}

static bool
key_tag(struct reader *r, const struct key *k, const char *value)
{
	(void)k;
	return reader_split(r, key_not(r, value, NOT_TAG), &r->rule.match->tag);
}

static bool
key_known(struct reader *r, const struct key *k, const char *value)
{
	bool negated = *value == '!';

	(void)k;
	value += negated;
	if (strcmp(value, "known") != 0 && strcmp(value, "unknown") != 0)
		return reader_refuse(r, "either known or unknown");
	r->rule.match->known = (strcmp(value, "known") == 0) != negated ? RULE_KNOWN : RULE_UNKNOWN;
	return true;
}

#define ANY4 \
	(KEYS_ON(RULE_BOOT) | KEYS_ON(RULE_OPTION) | KEYS_ON(RULE_DENY) | KEYS_ON(RULE_SUBNET) | KEYS_ON(RULE_MENU))
#define ANY6 (KEYS_ON(RULE_BOOT) | KEYS_ON(RULE_OPTION6) | KEYS_ON(RULE_DENY) | KEYS_ON(RULE_SUBNET6))
#define ANY (ANY4 | ANY6)

const struct key keys_match[] = {
	{ "client", ANY, key_client, 0, false },
	{ "arch", ANY, key_arch, 0, false },
	{ "mac", ANY, key_mac, 0, false },
	{ "uuid", ANY, key_uuid, 0, false },
	{ "vendor", ANY, key_named_option, 0, false },
	{ "user-class", ANY, key_user_class, 0, false },
	{ "ipxe", ANY4, key_ipxe, 0, false },
	{ "subnet", ANY & ~(KEYS_ON(RULE_SUBNET) | KEYS_ON(RULE_SUBNET6)), key_net, 0, false },
	{ "tag", ANY, key_tag, 0, false },
	{ "host", ANY, key_known, 0, false },
	{ "circuit-id", ANY, key_named_option, 1, false },
	{ "remote-id", ANY, key_named_option, 2, false },
	{ "name", ANY, key_named_option, 3, false },
	{ "opt", ANY, key_option, 0, true },
	{ "opt6", ANY6, key_option, 1, true },
	{ NULL, 0, NULL, 0, false },
};
