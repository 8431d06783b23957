/* Values of option lines. */
#include <string.h>

#include "dhcp.h"
#include "option_types.h"
#include "keys.h"
#include "num.h"
#include "template.h"

const char *const rules_value_key[] = {
	[OPTION_TEXT] = "text",
	[OPTION_IP] = "ip",
	[OPTION_U8] = "u8",
	[OPTION_U16] = "u16",
	[OPTION_U32] = "u32",
	[OPTION_HEX] = "hex",
};

static bool
keep_bytes(struct reader *r, struct option_line *o, const uint8_t *bytes, size_t len)
{
	if (len == 0)
		return reader_refuse(r, "more than fits a reply");
	o->bytes = (const uint8_t *)arena_copy(&r->rules->arena, bytes, len);
	o->len = len;
	return o->bytes || reader_refuse(r, "out of memory");
}

/* RFC 3397: a list of domain names as on the wire, without compression. */
static bool
search_value(struct reader *r, struct option_line *o, const char *value)
{
	struct rule_strings part;
	uint8_t bytes[1024];
	struct wr w = wr_open(bytes, sizeof(bytes));

	if (!keys_split(r, value, &part))
		return false;
	for (size_t i = 0; i < part.n; i++) {
		if (!keys_is_name(part.item[i], true))
			return reader_refuse(r, "\"%s\" is no domain name", part.item[i]);
		dhcp_write_name(&w, part.item[i]);
	}
	return keep_bytes(r, o, bytes, w.full ? 0 : wr_len(&w));
}

/* RFC 3442: as many bytes of each network as its mask covers, then the router. */
static bool
routes_value(struct reader *r, struct option_line *o, const char *value)
{
	struct rule_strings part;
	uint8_t bytes[1024], prefix;
	struct wr w = wr_open(bytes, sizeof(bytes));
	uint32_t net, router;

	if (!keys_split(r, value, &part))
		return false;
	for (size_t i = 0; i < part.n; i += 2) {
		if (!num_net4(part.item[i], &net, &prefix))
			return reader_refuse(r, "\"%s\" is no network such as 10.0.0.0/8", part.item[i]);
		if (i + 1 == part.n || !num_ip4(part.item[i + 1], &router))
			return reader_refuse(r, "each network is followed by its router: 0.0.0.0/0,10.0.0.1");
		wr_u8(&w, prefix);
		for (int bit = 0; bit < prefix; bit += 8)
			wr_u8(&w, (uint8_t)(net >> (24 - bit)));
		wr_u32(&w, router);
	}
	return keep_bytes(r, o, bytes, w.full ? 0 : wr_len(&w));
}

static bool
text_value(struct reader *r, struct option_line *o, const char *value)
{
	char bad[64];

	if (!template_check(value, bad, sizeof(bad)))
		return reader_refuse(r, "no such template %s", bad);
	o->text = arena_str(&r->rules->arena, value);
	if (!o->text)
		return reader_refuse(r, "out of memory");
	if (o->code == DHCP_SEARCH)
		return search_value(r, o, value);
	return o->code == DHCP_ROUTES || o->code == DHCP_MS_ROUTES ? routes_value(r, o, value) : true;
}

static bool
hex_value(struct reader *r, struct option_line *o, const char *value)
{
	uint8_t bytes[1024];
	int len = num_hex(value, bytes, sizeof(bytes));

	if (len < 0)
		return reader_refuse(r, "no run of pairs of hexadecimal digits");
	o->bytes = (const uint8_t *)arena_copy(&r->rules->arena, bytes, (size_t)len);
	o->len = (size_t)len;
	return o->bytes || reader_refuse(r, "out of memory");
}

static bool
addr_value(struct reader *r, struct option_line *o, const char *value)
{
	struct rule_addrs list;
	uint8_t *bytes;
	struct wr w;

	if (!keys_addrs(r, value, &list))
		return false;
	bytes = arena_alloc(&r->rules->arena, list.n * 4);
	if (!bytes)
		return reader_refuse(r, "out of memory");
	w = wr_open(bytes, list.n * 4);
	for (size_t i = 0; i < list.n; i++)
		wr_u32(&w, list.addr[i]);
	o->bytes = bytes;
	o->len = list.n * 4;
	return true;
}

static bool
number_value(struct reader *r, struct option_line *o, const char *value)
{
	size_t size = o->value == OPTION_U8 ? 1 : o->value == OPTION_U16 ? 2 : 4;
	struct rule_strings part;
	uint8_t *bytes;
	struct wr w;

	if (!keys_split(r, value, &part))
		return false;
	bytes = arena_alloc(&r->rules->arena, part.n * size);
	if (!bytes)
		return reader_refuse(r, "out of memory");
	w = wr_open(bytes, part.n * size);
	for (size_t i = 0; i < part.n; i++) {
		uint64_t n;

		if (!num_uint(part.item[i], 0, size == 4 ? UINT32_MAX : (1u << size * 8) - 1, &n))
			return reader_refuse(r, "no number of %zu bits", size * 8);
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
read_value(struct reader *r, struct option_line *o, const char *value)
{
	switch (o->value) {
	case OPTION_TEXT:
		return text_value(r, o, value);
	case OPTION_IP:
		return addr_value(r, o, value);
	case OPTION_HEX:
		return hex_value(r, o, value);
	default:
		return number_value(r, o, value);
	}
}

/* hex= is for who must send just these bytes, to a client that wants them
 * wrong, say: they are sent, but a slip of the pen should show. */
static bool
check_bytes(struct reader *r, const struct option_line *o, const char *value, const char *should)
{
	if (o->value != OPTION_HEX)
		return reader_refuse(r, "%s", should);
	reader_refuse(r, "%s; these bytes are sent as they are", should);
	reader_fault(r, true, rules_value_key[o->value], value);
	return true;
}

bool
keys_option_value(struct reader *r, enum option_value kind, const char *value)
{
	struct option_line *o = r->rule.option;
	const struct form *f = o->code ? form_of(o->code, o->sub) : NULL;
	char should[FORM_WHY];

	if (o->text || o->bytes)
		return reader_refuse(r, "the option has a value already");
	o->value = kind;
	if (f)
		form_text(f, o->code, o->sub, should);
	if (f && !form_takes(f, kind))
		return reader_refuse(r, "%s", should);
	if (!read_value(r, o, value))
		return false;
	return !f || form_fits(f, o) || check_bytes(r, o, value, should);
}
