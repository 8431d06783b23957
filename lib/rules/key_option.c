/* The keys of option lines: an option's value. */
#include <string.h>

#include "addr6.h"
#include "dhcp.h"
#include "keys.h"
#include "num.h"
#include "option_types.h"

#define BYTES_MAX 1024 /* of one value */

static bool
is6(const struct reader *r)
{
	return r->rule.kind == RULE_OPTION6;
}

static const struct option_type *
option_type_of(const struct reader *r)
{
	const struct option_line *o = r->rule.option;

	if (o->code == 0)
		return NULL;
	return is6(r) ? option6_type(o->code) : option_type((uint8_t)o->code, o->sub);
}

/* Keeps the bytes that were written; they are too many when `w` is full. */
static bool
option_keep(struct reader *r, const uint8_t *bytes, const struct wr *w)
{
	struct option_line *o = r->rule.option;

	if (w->full)
		return reader_refuse(r, "too long for a reply");
	o->len = wr_len(w);
	o->bytes = (const uint8_t *)arena_copy(&r->rules->arena, bytes, o->len);
	return o->bytes || reader_no_memory(r);
}

/* RFC 3397: domain names as on the wire, without compression. */
static bool
option_domains(struct reader *r, const char *value)
{
	struct rule_strings part;
	uint8_t bytes[BYTES_MAX];
	struct wr w = wr_open(bytes, sizeof(bytes));

	if (!reader_split(r, value, &part))
		return false;
	for (size_t i = 0; i < part.n; i++) {
		if (!reader_is_domain(part.item[i]))
			return reader_refuse(r, "\"%s\" is not a domain name", part.item[i]);
		dhcp_write_name(&w, part.item[i]);
	}
	return option_keep(r, bytes, &w);
}

/* RFC 3442: as many bytes of each network as its mask covers, then the router. */
static bool
option_routes(struct reader *r, const char *value)
{
	struct rule_strings part;
	uint8_t bytes[BYTES_MAX], prefix;
	struct wr w = wr_open(bytes, sizeof(bytes));
	uint32_t net, router;

	if (!reader_split(r, value, &part))
		return false;
	for (size_t i = 0; i < part.n; i += 2) {
		if (!num_net4(part.item[i], &net, &prefix))
			return reader_refuse(r, "\"%s\" is not a network such as 10.0.0.0/8", part.item[i]);
		if (i + 1 == part.n || !num_ip4(part.item[i + 1], &router))
			return reader_refuse(r, "each network is followed by its router, as in 0.0.0.0/0,10.0.0.1");
		wr_u8(&w, prefix);
		for (int bit = 0; bit < prefix; bit += 8)
			wr_u8(&w, (uint8_t)(net >> (24 - bit)));
		wr_u32(&w, router);
	}
	return option_keep(r, bytes, &w);
}

static bool
option_set_text(struct reader *r, const struct option_type *type, const char *value)
{
	struct option_line *o = r->rule.option;
	char bad[64];

	if (!template_check(value, bad, sizeof(bad)))
		return reader_refuse(r, "no such template %s", bad);
	o->text = arena_str(&r->rules->arena, value);
	if (!o->text)
		return reader_no_memory(r);
	if (type && type->kind == TYPE_NAMES)
		return option_domains(r, value);
	return type && type->kind == TYPE_ROUTES ? option_routes(r, value) : true;
}

static bool
option_set_hex(struct reader *r, const char *value)
{
	struct option_line *o = r->rule.option;
	uint8_t bytes[BYTES_MAX];
	int len = num_hex(value, bytes, sizeof(bytes));

	if (len < 0)
		return reader_refuse(r, "not pairs of hexadecimal digits");
	o->bytes = (const uint8_t *)arena_copy(&r->rules->arena, bytes, (size_t)len);
	o->len = (size_t)len;
	return o->bytes || reader_no_memory(r);
}

/* Addresses, or numbers of one size. */
static bool
option_set_numbers(struct reader *r, const char *value)
{
	struct option_line *o = r->rule.option;
	size_t size = o->value == OPTION_U8 ? 1 : o->value == OPTION_U16 ? 2 : 4;
	struct rule_strings part;
	uint8_t *bytes;
	struct wr w;

	if (!reader_split(r, value, &part))
		return false;
	bytes = arena_alloc(&r->rules->arena, part.n * size);
	if (!bytes)
		return reader_no_memory(r);
	w = wr_open(bytes, part.n * size);
	for (size_t i = 0; i < part.n; i++) {
		uint64_t n = 0;
		uint32_t addr;

		if (o->value == OPTION_IP) {
			if (!num_ip4(part.item[i], &addr))
				return reader_refuse(r, "\"%s\" is not an IPv4 address", part.item[i]);
			n = addr;
		} else if (!num_uint(part.item[i], 0, size == 4 ? UINT32_MAX : (1u << size * 8) - 1, &n)) {
			return reader_refuse(r, "not a number of %zu bits", size * 8);
		}
		if (size == 4)
			wr_u32(&w, (uint32_t)n);
		else if (size == 2)
			wr_u16(&w, (uint16_t)n);
		else
			wr_u8(&w, (uint8_t)n);
	}
	o->bytes = bytes;
	o->len = part.n * size;
	return true;
}

static bool
option_set_addrs6(struct reader *r, const char *value)
{
	struct option_line *o = r->rule.option;
	struct rule_strings part;
	struct in6_addr *addr;

	if (!reader_split(r, value, &part))
		return false;
	addr = arena_alloc(&r->rules->arena, part.n * sizeof(*addr));
	if (!addr)
		return reader_no_memory(r);
	for (size_t i = 0; i < part.n; i++)
		if (!addr6_parse(part.item[i], &addr[i]))
			return reader_refuse(r, "\"%s\" is not an IPv6 address", part.item[i]);
	o->bytes = (const uint8_t *)addr;
	o->len = part.n * sizeof(*addr);
	return true;
}

/* Addresses some of which are only known when a client is answered. */
static bool
option_set_addr_templates(struct reader *r, const char *value)
{
	struct rule_strings part;
	struct in6_addr addr6;
	uint32_t addr;

	if (!reader_split(r, value, &part))
		return false;
	for (size_t i = 0; i < part.n; i++)
		if (strcmp(part.item[i], "{server}") != 0 &&
		    !(is6(r) ? addr6_parse(part.item[i], &addr6) : num_ip4(part.item[i], &addr)))
			return reader_refuse(
			    r, "\"%s\" is neither an %s address nor {server}", part.item[i], is6(r) ? "IPv6" : "IPv4");
	r->rule.option->text = arena_str(&r->rules->arena, value);
	return r->rule.option->text || reader_no_memory(r);
}

static bool
option_when(struct reader *r, const struct key *k, const char *value)
{
	(void)k;
	r->rule.option->asked = strcmp(value, "asked") == 0;
	return r->rule.option->asked || strcmp(value, "always") == 0 || reader_refuse(r, "either asked or always");
}

/* k->arg is the enum option_value. */
static bool
option_set(struct reader *r, const struct key *k, const char *value)
{
	struct option_line *o = r->rule.option;
	const struct option_type *type = option_type_of(r);
	char should[OPTION_TYPE_MAX];
	bool good;

	if (o->text || o->bytes)
		return reader_refuse(r, "the option has a value already");
	o->value = (enum option_value)k->arg;
	if (type) {
		option_type_describe(type, o->code, o->sub, should);
		if (!option_type_takes(type, o->value))
			return reader_refuse(r, "%s", should);
	}
	if (o->value == OPTION_TEXT)
		good = option_set_text(r, type, value);
	else if (o->value == OPTION_HEX)
		good = option_set_hex(r, value);
	else if (o->value == OPTION_IP && strchr(value, '{'))
		good = option_set_addr_templates(r, value);
	else if (o->value == OPTION_IP && is6(r))
		good = option_set_addrs6(r, value);
	else
		good = option_set_numbers(r, value);
	if (!good || !type || option_type_fits(type, o))
		return good;
	if (o->value != OPTION_HEX)
		return reader_refuse(r, "%s", should);
	/* hex= sends exactly these bytes, for clients that need an ill-formed value; a slip should show all the same */
	reader_refuse(r, "%s; these bytes are sent unchanged", should);
	reader_report(r, true, k->name, value);
	return true;
}

#define OPTIONS (KEYS_ON(RULE_OPTION) | KEYS_ON(RULE_OPTION6))

const struct key keys_option[] = {
	{ "text", OPTIONS, option_set, OPTION_TEXT, false },
	{ "ip", OPTIONS, option_set, OPTION_IP, false },
	{ "u8", OPTIONS, option_set, OPTION_U8, false },
	{ "u16", OPTIONS, option_set, OPTION_U16, false },
	{ "u32", OPTIONS, option_set, OPTION_U32, false },
	{ "hex", OPTIONS, option_set, OPTION_HEX, false },
	{ "when", OPTIONS, option_when, 0, false },
	{ NULL, 0, NULL, 0, false },
};
