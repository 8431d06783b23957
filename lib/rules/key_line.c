/* The keys that say what a host, boot or menu line does. */
#include <string.h>

#include "addr6.h"
#include "ipxe.h"
#include "keys.h"
#include "num.h"

/* ---- host -------------------------------------------------------------- */

static bool
host_mac(struct reader *r, const struct key *k, const char *value)
{
	struct host *h = r->rule.host;
	struct rule_strings part;

	(void)k;
	h->mac = reader_list(r, value, sizeof(h->mac[0]), &part);
	if (!h->mac)
		return false;
	for (size_t i = 0; i < part.n; i++) {
		if (!num_mac(part.item[i], h->mac[i]))
			return reader_refuse(
			    r, "\"%s\" is not a MAC address: six pairs of hexadecimal digits", part.item[i]);
		h->macs = i + 1;
	}
	return true;
}

static bool
host_uuid(struct reader *r, const struct key *k, const char *value)
{
	(void)k;
	r->rule.host->has_uuid = num_uuid(value, r->rule.host->uuid);
	return r->rule.host->has_uuid || reader_refuse(r, "not a UUID: 8-4-4-4-12 hexadecimal digits");
}

static bool
host_client_id(struct reader *r, const struct key *k, const char *value)
{
	struct host *h = r->rule.host;
	uint8_t id[255];
	int len = num_hex(value, id, sizeof(id));

	(void)k;
	if (len < 2)
		return reader_refuse(r, "not a client identifier: at least two pairs of hexadecimal digits");
	h->id = (const uint8_t *)arena_copy(&r->rules->arena, id, (size_t)len);
	h->id_len = (size_t)len;
	return h->id || reader_no_memory(r);
}

static bool
host_duid(struct reader *r, const struct key *k, const char *value)
{
	struct host *h = r->rule.host;
	uint8_t duid[MACHINEID_DUID_MAX];
	int len = num_hex(value, duid, sizeof(duid));

	(void)k;
	if (len < 3)
		return reader_refuse(r, "not a DUID: 3 to %d pairs of hexadecimal digits", MACHINEID_DUID_MAX);
	h->duid = (const uint8_t *)arena_copy(&r->rules->arena, duid, (size_t)len);
	h->duid_len = (size_t)len;
	return h->duid || reader_no_memory(r);
}

/* Of both families, in any order. */
static bool
host_addr(struct reader *r, const struct key *k, const char *value)
{
	struct host *h = r->rule.host;
	struct arena *a = &r->rules->arena;
	struct rule_strings part;

	(void)k;
	if (!reader_split(r, value, &part))
		return false;
	h->addrs.addr = arena_alloc(a, part.n * sizeof(h->addrs.addr[0]));
	h->addrs6.addr = arena_alloc(a, part.n * sizeof(h->addrs6.addr[0]));
	if (!h->addrs.addr || !h->addrs6.addr)
		return reader_no_memory(r);
	for (size_t i = 0; i < part.n; i++) {
		const char *text = part.item[i];
		uint32_t *addr = &h->addrs.addr[h->addrs.n];
		struct in6_addr *addr6 = &h->addrs6.addr[h->addrs6.n];

		if (num_ip4(text, addr) ? *addr == 0 : addr6_parse(text, addr6) && !addr6_can_be_given(addr6))
			return reader_refuse(r, "not an address that a machine can have");
		if (num_ip4(text, addr))
			h->addrs.n++;
		else if (addr6_parse(text, addr6))
			h->addrs6.n++;
		else
			return reader_refuse(
			    r, "\"%s\" is not an %s address", text, strchr(text, ':') ? "IPv6" : "IPv4");
	}
	return true;
}

static bool
host_name(struct reader *r, const struct key *k, const char *value)
{
	(void)k;
	if (!reader_is_domain(value))
		return reader_refuse(r, "not a host name: letters, digits, '-' and '.'");
	return reader_copy(r, value, &r->rule.host->name);
}

static bool
host_tag(struct reader *r, const struct key *k, const char *value)
{
	(void)k;
	return reader_split(r, value, &r->rule.host->tag);
}

/* ---- boot and menu ----------------------------------------------------- */

static bool
boot_or_menu_file(struct reader *r, const struct key *k, const char *value)
{
	char bad[64];
	const char *file;
	bool url = strstr(value, "://") != NULL;

	(void)k;
	if (!reader_copy(r, value, &file))
		return false;
	if (!template_check(value, bad, sizeof(bad)))
		return reader_refuse(r,
		    "no such template %s; the templates are {server} {mac} {mac-} {uuid} "
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
	r->rule.boot->tftp = strncasecmp(value, "tftp://", 7) == 0;
	r->rule.boot->ipxe = ipxe_binary(value);
	return true;
}

/* A host name; 10.0.0.300 is an address that was mistyped. */
static bool
is_name(const char *s)
{
	const char *dot = strrchr(s, '.'), *last = dot ? dot + 1 : s;

	return reader_is_domain(s) && last[strspn(last, "0123456789")] != '\0';
}

/* Telephones take a URL as their server. */
static bool
is_url(const char *s)
{
	const char *at = strstr(s, "://");

	if (!at || at == s || !at[3])
		return false;
	for (const char *p = s; *p; p++)
		if (*p <= ' ' || *p > '~')
			return false;
	return true;
}

/* An address, or one of each family with a comma between them. */
static bool
server_addrs(const char *value, struct boot_server *out)
{
	for (bool more = true; more;) {
		char one[INET6_ADDRSTRLEN];
		size_t len = strcspn(value, ",");

		if (len >= sizeof(one))
			return false;
		memcpy(one, value, len);
		one[len] = '\0';
		if (!out->has_addr6 && addr6_parse(one, &out->addr6))
			out->has_addr6 = true;
		else if (out->addr || !num_ip4(one, &out->addr))
			return false;
		more = value[len] == ',';
		value += len + more;
	}
	return true;
}

/* Those that were given are such as a server can have. */
static bool
server_addrs_are_good(const struct boot_server *s)
{
	return s->has_addr6 ? addr6_can_be_given(&s->addr6) : s->addr != 0;
}

static bool
boot_or_menu_server(struct reader *r, const struct key *k, const char *value)
{
	struct boot_server *server = r->rule.kind == RULE_MENU ? &r->rule.menu->server : &r->rule.boot->server;
	struct boot_server given = { 0 };

	(void)k;
	if (server_addrs(value, &given)) {
		if (r->rule.kind == RULE_MENU && given.has_addr6)
			return reader_refuse(r, "menus are shown by clients of IPv4 only");
		*server = given;
		return server_addrs_are_good(server) || reader_refuse(r, "not an address that a server can have");
	}
	if (strlen(value) > 255)
		return reader_refuse(r, "longer than option 66 can be (255 bytes)");
	if (!is_name(value) && !is_url(value))
		return reader_refuse(r, "neither an address, nor a name such as boot.example.net, nor a URL");
	return reader_copy(r, value, &server->name);
}

static bool
boot_delay(struct reader *r, const struct key *k, const char *value)
{
	(void)k;
	if (!num_seconds(value, &r->rule.boot->delay_s) || r->rule.boot->delay_s > 10)
		return reader_refuse(r, "not a time of at most 10 s: clients give up after that");
	return true;
}

/* prompt= and item=; k->arg says where it goes. */
static bool
menu_text(struct reader *r, const struct key *k, const char *value)
{
	void *out = (char *)r->rule.menu + k->arg;

	if (strlen(value) > 80)
		return reader_refuse(r, "longer than 80 bytes: a whole menu has 250");
	return reader_copy(r, value, out);
}

static bool
menu_timeout(struct reader *r, const struct key *k, const char *value)
{
	uint32_t s;

	(void)k;
	if (!num_seconds(value, &s) || s > 255)
		return reader_refuse(r, "0 to 254 seconds; 255 waits for ever");
	r->rule.menu->timeout_s = (uint8_t)s;
	return true;
}

const struct key keys_line[] = {
	{ "mac", KEYS_ON(RULE_HOST), host_mac, 0, false },
	{ "uuid", KEYS_ON(RULE_HOST), host_uuid, 0, false },
	{ "client-id", KEYS_ON(RULE_HOST), host_client_id, 0, false },
	{ "duid", KEYS_ON(RULE_HOST), host_duid, 0, false },
	{ "addr", KEYS_ON(RULE_HOST), host_addr, 0, false },
	{ "name", KEYS_ON(RULE_HOST), host_name, 0, false },
	{ "tag", KEYS_ON(RULE_HOST), host_tag, 0, false },
	{ "file", KEYS_ON(RULE_BOOT) | KEYS_ON(RULE_MENU), boot_or_menu_file, 0, false },
	{ "server", KEYS_ON(RULE_BOOT) | KEYS_ON(RULE_MENU), boot_or_menu_server, 0, false },
	{ "delay", KEYS_ON(RULE_BOOT), boot_delay, 0, false },
	{ "prompt", KEYS_ON(RULE_MENU), menu_text, offsetof(struct menu_line, prompt), false },
	{ "item", KEYS_ON(RULE_MENU), menu_text, offsetof(struct menu_line, item), false },
	{ "timeout", KEYS_ON(RULE_MENU), menu_timeout, 0, false },
	{ NULL, 0, NULL, 0, false },
};
