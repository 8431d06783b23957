#include "offer.h"

#include <string.h>

#include "num.h"
#include "pxe.h"
#include "url.h"
#include "wire.h"

static bool
class_is(const struct dhcp_msg *m, const char *prefix)
{
	size_t len, want = strlen(prefix);
	const uint8_t *v = dhcp_get(m, DHCP_CLASS, &len);

	return v && len >= want && memcmp(v, prefix, want) == 0;
}

static const uint8_t *
vendor_sub(const struct dhcp_msg *m, uint8_t code, size_t *len)
{
	size_t all;
	const uint8_t *v = dhcp_get(m, DHCP_VENDOR, &all);

	return v ? pxe_find_sub(v, all, code, len) : NULL;
}

bool
offer_leases(const struct offer *o)
{
	return o->msg.yiaddr != 0;
}

enum offer_kind
offer_kind(const struct offer *o)
{
	/* The sub-options that make an offer "PXE 1.0" to EDK2 (PxeBcDhcp4.h,
	 * IS_VALID_DISCOVER_VENDOR_OPTION). */
	static const uint8_t discovery[] = { PXE_DISCOVERY_CONTROL, PXE_BOOT_SERVERS, PXE_BOOT_MENU, PXE_MENU_PROMPT,
		PXE_BOOT_ITEM };
	const struct dhcp_msg *m = &o->msg;
	bool proxy = !offer_leases(o);
	size_t len;

	if (m->type == DHCP_BOOTP)
		return OFFER_BOOTP;
	if (class_is(m, "HTTPClient"))
		return proxy ? OFFER_PROXY_HTTP : OFFER_HTTP;
	if (class_is(m, "PXEClient")) {
		for (size_t i = 0; i < sizeof(discovery); i++)
			if (vendor_sub(m, discovery[i], &len))
				return proxy ? OFFER_PROXY_PXE10 : OFFER_PXE10;
		return proxy ? OFFER_PROXY_BINL : OFFER_BINL;
	}
	return proxy ? OFFER_PROXY_UNFIT : OFFER_PLAIN;
}

const char *
offer_kind_text(enum offer_kind k)
{
	static const char *const text[] = { "bootp", "dhcp", "dhcp+pxe", "dhcp+pxe-menu", "dhcp+http", "proxy",
		"proxy+43", "proxy+http", "proxy-unfit" };

	return text[k];
}

uint32_t
offer_server(const struct offer *o)
{
	uint32_t id;

	if (dhcp_get_addr(&o->msg, DHCP_SERVER_ID, &id) && id)
		return id;
	return o->msg.siaddr ? o->msg.siaddr : o->source;
}

static bool
name_from_67(const struct dhcp_msg *m, struct boot *b)
{
	size_t len;
	const uint8_t *v = dhcp_get(m, DHCP_BOOT_FILE, &len);

	if (!v || len == 0 || len >= sizeof(b->name) || v[0] == '\0')
		return false;
	memcpy(b->name, v, len);
	b->name[len] = '\0';
	b->name_from = "67";
	return true;
}

static bool
name_from_file(const struct dhcp_msg *m, struct boot *b)
{
	/* With options in the header's field, it is not a name. */
	if ((m->overload & 1) || !m->file[0])
		return false;
	memcpy(b->name, m->file, sizeof(m->file));
	b->name_from = "file";
	return true;
}

/* The first address of the boot server list, when only that list counts. */
static bool
listed_server(const struct dhcp_msg *m, uint32_t *addr)
{
	size_t len;
	const uint8_t *v = vendor_sub(m, PXE_DISCOVERY_CONTROL, &len);
	struct rd r;

	if (!v || len != 1 || !(v[0] & PXE_ONLY_LISTED))
		return false;
	v = vendor_sub(m, PXE_BOOT_SERVERS, &len);
	if (!v)
		return false;
	r = rd_open(v, len);
	rd_u16(&r);
	if (rd_u8(&r) == 0)
		return false;
	*addr = rd_u32(&r);
	return !r.bad;
}

/* An address written as text in option 66. */
static bool
server_from_66(const struct dhcp_msg *m, uint32_t *addr)
{
	char text[NUM_IP4_TEXT];
	size_t len;
	const uint8_t *v = dhcp_get(m, DHCP_TFTP_NAME, &len);

	if (!v || len == 0 || len >= sizeof(text))
		return false;
	memcpy(text, v, len);
	text[len] = '\0';
	return num_ip4(text, addr);
}

bool
offer_root_path(const struct persona *p, const struct dhcp_msg *m, char out[OFFER_ROOT_PATH])
{
	size_t len;
	const uint8_t *v = dhcp_get(m, DHCP_ROOT_PATH, &len);

	if (p->rule != RULE_IPXE || !v || len < 6 || len >= OFFER_ROOT_PATH || memcmp(v, "iscsi:", 6) != 0)
		return false;
	memcpy(out, v, len);
	out[len] = '\0';
	return true;
}

bool
offer_boot(const struct persona *p, const struct dhcp_msg *m, struct boot *out)
{
	/* As text alone, or as an entry of a PXE menu: the firmware looks for the
	 * words anywhere in option 43 (raspberrypi/documentation#1686). */
	static const char pi_words[] = "Raspberry Pi Boot";
	char root[OFFER_ROOT_PATH];
	struct boot b = { .name_from = "", .server_from = "" };
	size_t len;
	const uint8_t *v = dhcp_get(m, DHCP_VENDOR, &len);
	bool found;

	if (p->rule == RULE_PI)
		found = v && memmem(v, len, pi_words, strlen(pi_words)) != NULL;
	else if (p->name_rule == NAME_67_FIRST)
		found = name_from_67(m, &b) || name_from_file(m, &b);
	else
		found = name_from_file(m, &b) || (p->name_rule != NAME_FILE_ONLY && name_from_67(m, &b));
	if (p->rule == RULE_EDK2_PXE && listed_server(m, &b.server)) {
		b.server_from = "43.8";
	} else if (m->siaddr) {
		b.server = m->siaddr;
		b.server_from = "siaddr";
	} else if (p->rule == RULE_PI && server_from_66(m, &b.server)) {
		b.server_from = "66";
	} else if ((p->rule == RULE_EDK2_PXE || p->rule == RULE_PLAIN || p->rule == RULE_PI ||
	               p->rule == RULE_ADDRESS) &&
	    dhcp_get_addr(m, DHCP_SERVER_ID, &b.server)) {
		b.server_from = "54";
	}
	*out = b;
	return found || p->rule == RULE_ADDRESS || offer_root_path(p, m, root);
}

static int
first_of(const struct offer *o, size_t n, enum offer_kind kind)
{
	for (size_t i = 0; i < n; i++)
		if (offer_kind(&o[i]) == kind)
			return (int)i;
	return OFFER_NOBODY;
}

/* The first address giver that also names a file; one that speaks BOOTP only
 * when there is no other. */
static int
first_with_file(const struct persona *p, const struct offer *o, size_t n)
{
	int bootp = OFFER_NOBODY;
	struct boot b;

	for (size_t i = 0; i < n; i++) {
		if (!offer_leases(&o[i]) || !offer_boot(p, &o[i].msg, &b))
			continue;
		if (o[i].msg.type != DHCP_BOOTP)
			return (int)i;
		if (bootp == OFFER_NOBODY)
			bootp = (int)i;
	}
	return bootp;
}

static void
ask_boot_server(const struct offer *o, int i, struct choice *c)
{
	c->boot = i;
	c->ask = true;
	c->ask_server = o[i].msg.siaddr ? o[i].msg.siaddr : offer_server(&o[i]);
}

/* The menu's first entry, which boots when nobody touches a key. */
static bool
first_menu_item(const struct dhcp_msg *m, struct choice *c)
{
	size_t len;
	const uint8_t *v = vendor_sub(m, PXE_BOOT_MENU, &len);
	struct rd r;

	if (!v)
		return false;
	r = rd_open(v, len);
	c->item = rd_u16(&r);
	c->layer = 0;
	c->has_item = !r.bad;
	return c->has_item;
}

/* A PXE offer with option 43: its file, or the menu's first entry. */
static void
take_pxe10(const struct persona *p, const struct offer *o, int i, struct choice *c)
{
	size_t len;
	const uint8_t *control = vendor_sub(&o[i].msg, PXE_DISCOVERY_CONTROL, &len);
	struct boot b;

	c->boot = i;
	if (control && len == 1 && (control[0] & PXE_JUST_BOOT) && offer_boot(p, &o[i].msg, &b))
		return;
	first_menu_item(&o[i].msg, c);
	ask_boot_server(o, i, c);
}

/* PXE options, but neither menu nor servers: there is nothing to ask for (dnsmasq's
 * "vendor:PXEClient,6,2b"), and ROMs take the file. */
static bool
has_nothing_to_choose(const struct dhcp_msg *m)
{
	size_t len;

	return !vendor_sub(m, PXE_BOOT_MENU, &len) && !vendor_sub(m, PXE_BOOT_SERVERS, &len);
}

static void
rom_takes_pxe10(const struct persona *p, const struct offer *o, int i, struct choice *c)
{
	struct boot b;

	if (has_nothing_to_choose(&o[i].msg) && offer_boot(p, &o[i].msg, &b))
		c->boot = i;
	else
		take_pxe10(p, o, i, c);
}

bool
offer_is_local_boot(const struct offer *o)
{
	size_t len;
	const uint8_t *control = vendor_sub(&o->msg, PXE_DISCOVERY_CONTROL, &len);
	bool just_boot = control && len == 1 && (control[0] & PXE_JUST_BOOT);
	struct choice c = { .item = 0 };

	return offer_kind(o) == OFFER_PXE10 && !just_boot && (!first_menu_item(&o->msg, &c) || c.item == 0);
}

static enum fault
choose_rom(const struct persona *p, const struct offer *o, size_t n, struct choice *c)
{
	int pxe10 = first_of(o, n, OFFER_PXE10), binl = first_of(o, n, OFFER_BINL);
	int proxy = first_of(o, n, OFFER_PROXY_PXE10);
	int with_file = first_with_file(p, o, n);

	if (proxy == OFFER_NOBODY)
		proxy = first_of(o, n, OFFER_PROXY_BINL);
	if (pxe10 != OFFER_NOBODY) {
		c->lease = pxe10;
		rom_takes_pxe10(p, o, pxe10, c);
	} else if (proxy != OFFER_NOBODY) {
		if (offer_kind(&o[proxy]) == OFFER_PROXY_PXE10)
			rom_takes_pxe10(p, o, proxy, c);
		else
			ask_boot_server(o, proxy, c);
	} else if (binl != OFFER_NOBODY) {
		c->lease = binl;
		ask_boot_server(o, binl, c);
	} else if (with_file != OFFER_NOBODY) {
		c->lease = c->boot = with_file;
	} else {
		return FAULT_NO_BOOT_INFO;
	}
	return FAULT_NONE;
}

/* PxeBcSelectDhcp4Offer.  A proxy offer with option 43 is never kept
 * (PxeBcCacheDhcp4Offer counts before it has one to count). */
static enum fault
choose_edk2(const struct persona *p, const struct offer *o, size_t n, struct choice *c)
{
	int pxe10 = first_of(o, n, OFFER_PXE10), binl = first_of(o, n, OFFER_BINL);
	int plain = first_of(o, n, OFFER_PLAIN);
	int proxy = first_of(o, n, OFFER_PROXY_BINL);
	int with_file = first_with_file(p, o, n);

	if (pxe10 != OFFER_NOBODY && offer_is_local_boot(&o[pxe10])) {
		c->lease = pxe10;
		return FAULT_OPTION43_TO_UEFI;
	} else if (pxe10 != OFFER_NOBODY) {
		c->lease = pxe10;
		take_pxe10(p, o, pxe10, c);
	} else if (binl != OFFER_NOBODY) {
		c->lease = binl;
		ask_boot_server(o, binl, c);
	} else if (plain != OFFER_NOBODY && proxy != OFFER_NOBODY) {
		c->lease = plain;
		ask_boot_server(o, proxy, c);
	} else if (with_file != OFFER_NOBODY) {
		c->lease = c->boot = with_file;
	} else {
		return first_of(o, n, OFFER_PROXY_PXE10) != OFFER_NOBODY ? FAULT_OPTION43_TO_UEFI : FAULT_NO_BOOT_INFO;
	}
	return FAULT_NONE;
}

static bool
has_uri(const struct persona *p, const struct offer *o, bool *needs_dns)
{
	struct boot b;

	if (!offer_boot(p, &o->msg, &b) || !strstr(b.name, "://"))
		return false;
	*needs_dns = url_needs_dns(b.name);
	return true;
}

/* The best offer of `kind` with a URI: one with a literal address first. */
static int
best_uri(const struct persona *p, const struct offer *o, size_t n, enum offer_kind kind)
{
	int found = OFFER_NOBODY;
	bool needs_dns;

	for (size_t i = 0; i < n; i++) {
		if (offer_kind(&o[i]) != kind || !has_uri(p, &o[i], &needs_dns))
			continue;
		if (!needs_dns)
			return (int)i;
		if (found == OFFER_NOBODY)
			found = (int)i;
	}
	return found;
}

static enum fault
choose_http(const struct persona *p, const struct offer *o, size_t n, struct choice *c)
{
	int own = best_uri(p, o, n, OFFER_HTTP);
	int proxy = best_uri(p, o, n, OFFER_PROXY_HTTP);
	bool needs_dns = false;

	if (own != OFFER_NOBODY)
		c->lease = c->boot = own;
	else if (proxy != OFFER_NOBODY)
		c->boot = proxy;
	else
		return FAULT_NO_BOOT_INFO;
	has_uri(p, &o[c->boot], &needs_dns);
	if (needs_dns && !dhcp_has(&o[c->boot].msg, DHCP_DNS) && !dhcp_has(&o[c->lease].msg, DHCP_DNS))
		return FAULT_URI_NEEDS_DNS;
	return FAULT_NONE;
}

/* dhcp_has_pxeopts in iPXE: no second question when there is a menu, or a
 * file with its server. */
static enum fault
choose_ipxe(const struct persona *p, const struct offer *o, size_t n, struct choice *c)
{
	/* Whatever says PXEClient is a proxy offer, even if it leases an address
	 * (dhcp_rx_offer). */
	static const enum offer_kind proxies[] = { OFFER_PROXY_PXE10, OFFER_PROXY_BINL, OFFER_PXE10, OFFER_BINL };
	int proxy = OFFER_NOBODY, with_file = first_with_file(p, o, n);
	size_t all, len;
	const uint8_t *v = dhcp_get(&o[c->lease].msg, DHCP_IPXE, &all);
	struct boot b;

	for (size_t k = 0; k < sizeof(proxies) / sizeof(proxies[0]) && proxy == OFFER_NOBODY; k++)
		proxy = first_of(o, n, proxies[k]);
	/* The server may tell iPXE not to wait for a proxy (175.176). */
	v = v ? pxe_find_sub(v, all, PXE_IPXE_NO_PROXY, &len) : NULL;
	if (v && len == 1 && v[0])
		proxy = OFFER_NOBODY;
	if (proxy != OFFER_NOBODY) {
		c->boot = proxy;
		if (offer_boot(p, &o[proxy].msg, &b) && o[proxy].msg.siaddr)
			return FAULT_NONE;
		first_menu_item(&o[proxy].msg, c);
		ask_boot_server(o, proxy, c);
		return FAULT_NONE;
	}
	if (with_file == OFFER_NOBODY)
		return FAULT_NO_BOOT_INFO;
	c->lease = c->boot = with_file;
	return FAULT_NONE;
}

enum fault
offer_choose(const struct persona *p, const struct offer *offer, size_t n, struct choice *out)
{
	struct boot b;
	int with_file;

	*out = (struct choice){ .lease = OFFER_NOBODY, .boot = OFFER_NOBODY };
	for (size_t i = n; i-- > 0;)
		if (offer_leases(&offer[i]))
			out->lease = (int)i;
	if (out->lease == OFFER_NOBODY)
		return FAULT_NO_ANSWER;
	switch (p->rule) {
	case RULE_ROM:
		return choose_rom(p, offer, n, out);
	case RULE_EDK2_PXE:
		return choose_edk2(p, offer, n, out);
	case RULE_EDK2_HTTP:
		return choose_http(p, offer, n, out);
	case RULE_IPXE:
		return choose_ipxe(p, offer, n, out);
	case RULE_ADDRESS:
		out->boot = out->lease;
		return FAULT_NONE;
	case RULE_PI:
	case RULE_PLAIN:
		break;
	}
	/* Whoever names a file: with an address, or else a proxy. */
	with_file = first_with_file(p, offer, n);
	if (with_file != OFFER_NOBODY) {
		out->lease = out->boot = with_file;
		return FAULT_NONE;
	}
	for (size_t i = 0; i < n; i++)
		if (!offer_leases(&offer[i]) && offer_boot(p, &offer[i].msg, &b)) {
			out->boot = (int)i;
			return FAULT_NONE;
		}
	return FAULT_NO_BOOT_INFO;
}

bool
offer_settled(const struct persona *p, const struct offer *offer, size_t n)
{
	struct choice c;

	return offer_choose(p, offer, n, &c) == FAULT_NONE;
}
