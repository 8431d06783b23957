/* The keys that say which clients a line is for. */
#include <ctype.h>
#include <string.h>

#include "keys.h"
#include "num.h"
#include "pxe.h"

static bool
key_client(struct reader *r, const struct key *k, const char *value)
{
	struct rule_strings part;

	(void)k;
	if (!reader_split(r, value, &part))
		return false;
	for (size_t i = 0; i < part.n; i++) {
		enum pxe_client c;

		if (!pxe_client_parse(part.item[i], &c))
			return reader_refuse(r, "no such client; the clients are pxe, http, ipxe, bootp, other");
		r->rule.match->clients |= 1u << c;
	}
	return true;
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
	if (!reader_split(r, value, &part))
		return false;
	m->arch = arena_alloc(&r->rules->arena, part.n * sizeof(m->arch[0]));
	if (!m->arch)
		return reader_refuse(r, "out of memory");
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

/* A list in lower case, with '-' as ':' when `colons`. */
static bool
key_lower(struct reader *r, const char *value, bool colons, struct rule_strings *out)
{
	if (!reader_split(r, value, out))
		return false;
	for (size_t i = 0; i < out->n; i++) {
		char *s = arena_str(&r->rules->arena, out->item[i]);

		if (!s)
			return reader_refuse(r, "out of memory");
		out->item[i] = s;
		for (; *s; s++)
			*s = colons && *s == '-' ? ':' : (char)tolower((unsigned char)*s);
	}
	return true;
}

static bool
made_of(const struct rule_strings *s, const char *letters)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->item[i][strspn(s->item[i], letters)])
			return false;
	return true;
}

static bool
key_mac(struct reader *r, const struct key *k, const char *value)
{
	struct rule_strings *list = &r->rule.match->mac;
	uint8_t mac[6];

	(void)k;
	if (!key_lower(r, value, true, list))
		return false;
	if (!made_of(list, "0123456789abcdef:*"))
		return reader_refuse(r, "not a MAC address such as 52:54:00:12:34:56, or a pattern as in 52:54:00:*");
	for (size_t i = 0; i < list->n; i++)
		if (!strchr(list->item[i], '*') && !num_mac(list->item[i], mac))
			return reader_refuse(r, "not a MAC address: six pairs of hexadecimal digits, or a *");
	return true;
}

static bool
key_uuid(struct reader *r, const struct key *k, const char *value)
{
	struct rule_strings *list = &r->rule.match->uuid;
	uint8_t uuid[16];

	(void)k;
	if (!key_lower(r, value, false, list))
		return false;
	if (!made_of(list, "0123456789abcdef-*"))
		return reader_refuse(r, "not a UUID: hexadecimal digits, '-' and '*'");
	for (size_t i = 0; i < list->n; i++)
		if (!strchr(list->item[i], '*') && !num_uuid(list->item[i], uuid))
			return reader_refuse(r, "not a UUID: 8-4-4-4-12 hexadecimal digits, or a *");
	return true;
}

/* A pattern for the bytes of an option; k->arg says where it goes. */
static bool
key_bytes(struct reader *r, const struct key *k, const char *value)
{
	void *out = (char *)r->rule.match + k->arg;

	return reader_copy(r, value, out);
}

static bool
key_net(struct reader *r, const struct key *k, const char *value)
{
	struct match *m = r->rule.match;

	(void)k;
	m->has_net = num_net4(value, &m->net, &m->prefix);
	return m->has_net || reader_refuse(r, "not a network such as 10.0.0.0/24");
}

static bool
key_tag(struct reader *r, const struct key *k, const char *value)
{
	(void)k;
	return reader_split(r, value, &r->rule.match->tag);
}

static bool
key_known(struct reader *r, const struct key *k, const char *value)
{
	(void)k;
	if (strcmp(value, "known") == 0)
		r->rule.match->known = RULE_KNOWN;
	else if (strcmp(value, "unknown") == 0)
		r->rule.match->known = RULE_UNKNOWN;
	else
		return reader_refuse(r, "either known or unknown");
	return true;
}

#define ANY (KEYS_ON(RULE_BOOT) | KEYS_ON(RULE_OPTION) | KEYS_ON(RULE_DENY) | KEYS_ON(RULE_SUBNET) | KEYS_ON(RULE_MENU))
#define FIELD(member) offsetof(struct match, member)

const struct key keys_match[] = {
	{ "client", ANY, key_client, 0 },
	{ "arch", ANY, key_arch, 0 },
	{ "mac", ANY, key_mac, 0 },
	{ "uuid", ANY, key_uuid, 0 },
	{ "vendor", ANY, key_bytes, FIELD(vendor) },
	{ "user-class", ANY, key_bytes, FIELD(user_class) },
	{ "subnet", ANY & ~KEYS_ON(RULE_SUBNET), key_net, 0 },
	{ "tag", ANY, key_tag, 0 },
	{ "host", ANY, key_known, 0 },
	{ "circuit-id", ANY, key_bytes, FIELD(circuit_id) },
	{ NULL, 0, NULL, 0 },
};
