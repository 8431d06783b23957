/* The keys that say what a host, boot, menu or option line does. */
#include <string.h>

#include "dhcp.h"
#include "keys.h"
#include "num.h"
#include "ipxe.h"
#include "template.h"

/* ---- host -------------------------------------------------------------- */

static bool
set_host_mac(struct reader *r, const char *value)
{
	struct host *h = r->rule.host;
	struct rule_strings part;

	if (!keys_split(r, value, &part))
		return false;
	h->mac = arena_alloc(&r->rules->arena, part.n * sizeof(h->mac[0]));
	if (!h->mac)
		return reader_refuse(r, "out of memory");
	for (size_t i = 0; i < part.n; i++) {
		if (!num_mac(part.item[i], h->mac[i]))
			return reader_refuse(
			    r, "\"%s\" is no MAC address: six pairs of hexadecimal digits", part.item[i]);
		h->macs = i + 1;
	}
	return true;
}

static bool
set_host_uuid(struct reader *r, const char *value)
{
	struct host *h = r->rule.host;

	if (!num_uuid(value, h->uuid))
		return reader_refuse(r, "no UUID: 8-4-4-4-12 hexadecimal digits");
	h->has_uuid = true;
	return true;
}

static bool
set_host_id(struct reader *r, const char *value)
{
	uint8_t id[255];
	int len = num_hex(value, id, sizeof(id));

	if (len < 2)
		return reader_refuse(r, "no client identifier: at least two pairs of hexadecimal digits");
	r->rule.host->id = (const uint8_t *)arena_copy(&r->rules->arena, id, (size_t)len);
	r->rule.host->id_len = (size_t)len;
	return r->rule.host->id || reader_refuse(r, "out of memory");
}

static bool
set_host_addr(struct reader *r, const char *value)
{
	if (!num_ip4(value, &r->rule.host->addr) || r->rule.host->addr == 0)
		return reader_refuse(r, "no IPv4 address");
	return true;
}

static bool
set_host_name(struct reader *r, const char *value)
{
	if (!keys_is_name(value, true))
		return reader_refuse(r, "no host name: letters, digits, '-' and '.'");
	return keys_copy(r, value, &r->rule.host->name);
}

static bool
set_host_tag(struct reader *r, const char *value)
{
	return keys_split(r, value, &r->rule.host->tag);
}

/* ---- boot and menu ----------------------------------------------------- */

static bool
set_file(struct reader *r, const char *value)
{
	char bad[64];
	const char *file;
	bool url = strstr(value, "://") != NULL;

	if (!keys_copy(r, value, &file))
		return false;
	if (!template_check(value, bad, sizeof(bad)))
		return reader_refuse(r,
		    "no such template %s; there are {server} {mac} {mac-} {uuid} "
		    "{arch} {ip} {host} {serial}",
		    bad);
	if (strlen(value) > 254)
		return reader_refuse(r, "longer than option 67 can be (254 bytes)");
	if (r->rule.kind == RULE_MENU) {
		r->rule.menu->file = file;
		r->rule.menu->url = url;
		return true;
	}
	r->rule.boot->file = file;
	r->rule.boot->url = url;
	r->rule.boot->http = strncasecmp(value, "http://", 7) == 0 || strncasecmp(value, "https://", 8) == 0;
	r->rule.boot->ipxe = ipxe_binary(value);
	return true;
}

static bool
set_server(struct reader *r, const char *value)
{
	uint32_t addr;

	if (!num_ip4(value, &addr) || addr == 0)
		return reader_refuse(r, "no IPv4 address");
	if (r->rule.kind == RULE_MENU)
		r->rule.menu->server = addr;
	else
		r->rule.boot->server = addr;
	return true;
}

static bool
set_delay(struct reader *r, const char *value)
{
	if (!num_seconds(value, &r->rule.boot->delay_s) || r->rule.boot->delay_s > 10)
		return reader_refuse(r, "no time of at most 10 s: a client gives up after that");
	return true;
}

static bool
set_prompt(struct reader *r, const char *value)
{
	if (strlen(value) > 80)
		return reader_refuse(r, "longer than 80 bytes: a menu has 250 in all");
	return keys_copy(r, value, &r->rule.menu->prompt);
}

static bool
set_item(struct reader *r, const char *value)
{
	if (strlen(value) > 80)
		return reader_refuse(r, "longer than 80 bytes: a menu has 250 in all");
	return keys_copy(r, value, &r->rule.menu->item);
}

static bool
set_timeout(struct reader *r, const char *value)
{
	uint32_t s;

	if (!num_seconds(value, &s) || s > 255)
		return reader_refuse(r, "0 to 254 seconds; 255 waits for ever");
	r->rule.menu->timeout_s = (uint8_t)s;
	return true;
}

/* ---- option ------------------------------------------------------------ */

static bool
set_text(struct reader *r, const char *value)
{
	return keys_option_value(r, OPTION_TEXT, value);
}

static bool
set_ip(struct reader *r, const char *value)
{
	return keys_option_value(r, OPTION_IP, value);
}

static bool
set_u8(struct reader *r, const char *value)
{
	return keys_option_value(r, OPTION_U8, value);
}

static bool
set_u16(struct reader *r, const char *value)
{
	return keys_option_value(r, OPTION_U16, value);
}

static bool
set_u32(struct reader *r, const char *value)
{
	return keys_option_value(r, OPTION_U32, value);
}

static bool
set_hex(struct reader *r, const char *value)
{
	return keys_option_value(r, OPTION_HEX, value);
}

const struct key keys_line[] = {
	{ "mac", KEYS_ON(RULE_HOST), set_host_mac },
	{ "uuid", KEYS_ON(RULE_HOST), set_host_uuid },
	{ "client-id", KEYS_ON(RULE_HOST), set_host_id },
	{ "addr", KEYS_ON(RULE_HOST), set_host_addr },
	{ "name", KEYS_ON(RULE_HOST), set_host_name },
	{ "tag", KEYS_ON(RULE_HOST), set_host_tag },
	{ "file", KEYS_ON(RULE_BOOT) | KEYS_ON(RULE_MENU), set_file },
	{ "server", KEYS_ON(RULE_BOOT) | KEYS_ON(RULE_MENU), set_server },
	{ "delay", KEYS_ON(RULE_BOOT), set_delay },
	{ "prompt", KEYS_ON(RULE_MENU), set_prompt },
	{ "item", KEYS_ON(RULE_MENU), set_item },
	{ "timeout", KEYS_ON(RULE_MENU), set_timeout },
	{ "text", KEYS_ON(RULE_OPTION), set_text },
	{ "ip", KEYS_ON(RULE_OPTION), set_ip },
	{ "u8", KEYS_ON(RULE_OPTION), set_u8 },
	{ "u16", KEYS_ON(RULE_OPTION), set_u16 },
	{ "u32", KEYS_ON(RULE_OPTION), set_u32 },
	{ "hex", KEYS_ON(RULE_OPTION), set_hex },
	{ NULL, 0, NULL },
};
