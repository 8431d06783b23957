/* The keys that say which clients a line is for. */
#include <string.h>

#include "keys.h"
#include "num.h"
#include "pxe.h"

static bool
set_client(struct reader *r, const char *value)
{
	struct rule_strings part;

	if (!keys_split(r, value, &part))
		return false;
	for (size_t i = 0; i < part.n; i++) {
		enum pxe_client c;

		if (!pxe_client_parse(part.item[i], &c))
			return reader_refuse(r, "no such client; there are pxe, http, ipxe, bootp, other");
		r->rule.match->clients |= 1u << c;
	}
	return true;
}

/* Decimal, or hexadecimal as in 0x10. */
static bool
read_code(const char *s, uint16_t *out)
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
set_arch(struct reader *r, const char *value)
{
	struct match *m = r->rule.match;
	struct rule_strings part;

	if (!keys_split(r, value, &part))
		return false;
	m->arch = arena_alloc(&r->rules->arena, part.n * sizeof(m->arch[0]));
	if (!m->arch)
		return reader_refuse(r, "out of memory");
	for (size_t i = 0; i < part.n; i++) {
		if (read_code(part.item[i], &m->arch[i].code))
			m->arch[i].name = NULL;
		else if (pxe_arch_known(part.item[i]))
			m->arch[i].name = part.item[i];
		else
			return reader_refuse(r,
			    "no such architecture \"%s\"; dhcpd-pxe.rules(5) "
			    "lists them (bios, efi-x64, efi-ia32, efi-arm64 ...), numbers are decimal, or as in 0x10",
			    part.item[i]);
		m->archs = i + 1;
	}
	return true;
}

/* Letters that a pattern of hexadecimal digits may have. */
static bool
only(const struct rule_strings *s, const char *letters)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->item[i][strspn(s->item[i], letters)])
			return false;
	return true;
}

static bool
set_mac(struct reader *r, const char *value)
{
	struct match *m = r->rule.match;

	if (!keys_lower(r, value, true, &m->mac))
		return false;
	if (!only(&m->mac, "0123456789abcdef:*"))
		return reader_refuse(r, "no MAC address: 52:54:00:12:34:56, or with * as in 52:54:00:*");
	for (size_t i = 0; i < m->mac.n; i++) {
		uint8_t mac[6];

		if (!strchr(m->mac.item[i], '*') && !num_mac(m->mac.item[i], mac))
			return reader_refuse(r, "no MAC address: six pairs of hexadecimal digits, or a *");
	}
	return true;
}

static bool
set_uuid(struct reader *r, const char *value)
{
	struct match *m = r->rule.match;

	if (!keys_lower(r, value, false, &m->uuid))
		return false;
	if (!only(&m->uuid, "0123456789abcdef-*"))
		return reader_refuse(r, "no UUID: hexadecimal digits, '-' and '*'");
	for (size_t i = 0; i < m->uuid.n; i++) {
		uint8_t uuid[16];

		if (!strchr(m->uuid.item[i], '*') && !num_uuid(m->uuid.item[i], uuid))
			return reader_refuse(r, "no UUID: 8-4-4-4-12 hexadecimal digits, or a *");
	}
	return true;
}

static bool
set_vendor(struct reader *r, const char *value)
{
	return keys_copy(r, value, &r->rule.match->vendor);
}

static bool
set_user_class(struct reader *r, const char *value)
{
	return keys_copy(r, value, &r->rule.match->user_class);
}

static bool
set_circuit_id(struct reader *r, const char *value)
{
	return keys_copy(r, value, &r->rule.match->circuit_id);
}

static bool
set_subnet(struct reader *r, const char *value)
{
	struct match *m = r->rule.match;

	if (!num_net4(value, &m->net, &m->prefix))
		return reader_refuse(r, "no network: it looks like 10.0.0.0/24");
	m->has_net = true;
	return true;
}

static bool
set_tag(struct reader *r, const char *value)
{
	return keys_split(r, value, &r->rule.match->tag);
}

static bool
set_host(struct reader *r, const char *value)
{
	if (strcmp(value, "known") == 0)
		r->rule.match->known = RULE_KNOWN;
	else if (strcmp(value, "unknown") == 0)
		r->rule.match->known = RULE_UNKNOWN;
	else
		return reader_refuse(r, "known or unknown");
	return true;
}

#define ANY (KEYS_ON(RULE_BOOT) | KEYS_ON(RULE_OPTION) | KEYS_ON(RULE_DENY) | KEYS_ON(RULE_SUBNET) | KEYS_ON(RULE_MENU))

const struct key keys_match[] = {
	{ "client", ANY, set_client },
	{ "arch", ANY, set_arch },
	{ "mac", ANY, set_mac },
	{ "uuid", ANY, set_uuid },
	{ "vendor", ANY, set_vendor },
	{ "user-class", ANY, set_user_class },
	{ "subnet", ANY & ~KEYS_ON(RULE_SUBNET), set_subnet },
	{ "tag", ANY, set_tag },
	{ "host", ANY, set_host },
	{ "circuit-id", ANY, set_circuit_id },
	{ NULL, 0, NULL },
};
