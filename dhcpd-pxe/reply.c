#include "reply.h"

#include <string.h>

#include "match.h"
#include "menu.h"

#define IP_UDP_HEADERS 28

struct writer {
	const struct answer *a;
	struct wr w;
	size_t tail;                 /* room that 61, 82 and END will need */
	unsigned left_out;
	const struct option_line *line[256]; /* option lines for whole options */
	bool done[256];
};

/* ---- which option lines there are -------------------------------------- */

/* What a proxy must not say: how the client's network is made is the other
 * server's business, and EDK2 takes an offer with a lease for a real one. */
static bool
not_for_proxy(uint8_t code)
{
	static const uint8_t codes[] = { 1, 3, 12, 28, 33, 51, 58, 59, 121, 249 };

	return memchr(codes, code, sizeof(codes)) != NULL;
}

static bool
wanted(const struct writer *o, const struct rule *rule)
{
	if (o->a->way != ANSWER_SERVER && not_for_proxy(rule->option->code))
		return false;
	return match_fits(rule->match, o->a->client);
}

static void
gather_from(struct writer *o, const struct rules *rules)
{
	for (size_t i = 0; i < rules->n[RULE_OPTION]; i++) {
		const struct rule *rule = rules_line(rules, RULE_OPTION, i);

		if (!rule->option->has_sub && !o->line[rule->option->code] && wanted(o, rule))
			o->line[rule->option->code] = rule->option;
	}
}

/* ---- one option -------------------------------------------------------- */

static void
put(struct writer *o, uint8_t code, const void *value, size_t len)
{
	size_t need = len + 2 * (len / 255 + 1);

	o->done[code] = true;
	if (wr_left(&o->w) < need + o->tail)
		o->left_out++;
	else
		dhcp_put(&o->w, code, value, len);
}

static bool
fill(const struct writer *o, const char *template, char *out, size_t size)
{
	const struct answer *a = o->a;
	const struct boot_view view = { a->client, a->self, a->yiaddr ? a->yiaddr : a->request->msg.ciaddr };

	return boot_fill(template, &view, out, size);
}

static void
put_line(struct writer *o, uint8_t code, const struct option_line *line)
{
	char text[1024];

	if (line->value != OPTION_TEXT)
		put(o, code, line->bytes, line->len);
	else if (fill(o, line->text, text, sizeof(text)))
		put(o, code, text, strlen(text));
	else
		o->left_out++;
}

/* An option line wins over what we would say. */
static void
put_or_line(struct writer *o, uint8_t code, const void *value, size_t len)
{
	if (o->line[code])
		put_line(o, code, o->line[code]);
	else if (len > 0)
		put(o, code, value, len);
}

static void
put_u32(struct writer *o, uint8_t code, uint32_t v)
{
	uint8_t b[4];
	struct wr w = wr_open(b, sizeof(b));

	wr_u32(&w, v);
	put_or_line(o, code, b, sizeof(b));
}

static void
put_addrs(struct writer *o, uint8_t code, const struct rule_addrs *list)
{
	uint8_t b[255];
	struct wr w = wr_open(b, sizeof(b) & ~3u);

	for (size_t i = 0; i < list->n && wr_left(&w) >= 4; i++)
		wr_u32(&w, list->addr[i]);
	put_or_line(o, code, b, wr_len(&w));
}

static void
put_str(struct writer *o, uint8_t code, const char *s)
{
	put_or_line(o, code, s, s ? strlen(s) : 0);
}

/* ---- options that hold options ----------------------------------------- */

/* The code.sub lines of one option; the first for a sub-option wins, and so
 * does what stands in `w` already. */
static void
add_subs_from(struct writer *o, const struct rules *rules, uint8_t code, struct wr *w, bool seen[256])
{
	char text[256];

	for (size_t i = 0; i < rules->n[RULE_OPTION]; i++) {
		const struct rule *rule = rules_line(rules, RULE_OPTION, i);
		const struct option_line *l = rule->option;
		const void *value = l->bytes;
		size_t len = l->len;

		if (!l->has_sub || l->code != code || seen[l->sub] || !wanted(o, rule))
			continue;
		if (l->value == OPTION_TEXT) {
			if (!fill(o, l->text, text, sizeof(text)))
				continue;
			value = text;
			len = strlen(text);
		}
		seen[l->sub] = true;
		if (len > 255 || wr_left(w) < len + 3) {     /* 43 ends with a mark */
			o->left_out++;
			continue;
		}
		wr_u8(w, l->sub);
		wr_u8(w, (uint8_t)len);
		wr_bytes(w, value, len);
	}
}

static void
add_subs(struct writer *o, uint8_t code, struct wr *w, bool seen[256])
{
	if (o->a->client->file)
		add_subs_from(o, o->a->client->file->own, code, w, seen);
	add_subs_from(o, o->a->rules, code, w, seen);
}

/* The ROM of a Raspberry Pi looks for this text and does without a boot file
 * (raspberrypi/documentation#1686; the shape is that of dnsmasq's pxe-service=0). */
static void
write_pi_menu(struct wr *w)
{
	static const char text[] = "Raspberry Pi Boot";

	wr_u8(w, PXE_DISCOVERY_CONTROL);
	wr_u8(w, 1);
	wr_u8(w, PXE_NO_BROADCAST | PXE_NO_MULTICAST);
	wr_u8(w, PXE_MENU_PROMPT);
	wr_u8(w, 4);
	wr_bytes(w, "\0PXE", 4);
	wr_u8(w, PXE_BOOT_MENU);
	wr_u8(w, (uint8_t)(3 + strlen(text)));
	wr_u16(w, 0);
	wr_u8(w, (uint8_t)strlen(text));
	wr_bytes(w, text, strlen(text));
}

static bool
is_bios_pxe(const struct client *c)
{
	return c->pxe.client == PXE_CLIENT_PXE && !client_is_efi(c) && !c->rpi;
}

/* Our own part of 43.  A proxy offer with 43 is never cached by EDK2
 * (PxeBcDhcp4.c, PxeBcCacheDhcp4Offer; tianocore/edk2#6944): UEFI gets none
 * there, and asks on port 4011. */
static void
write_vendor(struct writer *o, struct wr *w)
{
	const struct answer *a = o->a;
	const struct client *c = a->client;

	if (a->way == ANSWER_BINL && c->pxe.has_boot_item) {
		wr_u8(w, PXE_BOOT_ITEM);
		wr_u8(w, 4);
		wr_u16(w, c->pxe.boot_item);
		wr_u16(w, c->pxe.boot_layer);
	} else if (a->way != ANSWER_BINL && c->rpi && a->boot.rule) {
		write_pi_menu(w);
	} else if (a->way != ANSWER_BINL && a->boot.menu) {
		menu_write(a->rules, c, a->self, w, &o->left_out);
	} else if (a->way == ANSWER_PROXY && is_bios_pxe(c) && a->boot.rule) {
		wr_u8(w, PXE_DISCOVERY_CONTROL);
		wr_u8(w, 1);
		wr_u8(w, PXE_JUST_BOOT);
	}
}

/* Our parts, behind those of option lines and without what they say already. */
static void
add_ours(struct writer *o, struct wr *w, const bool seen[256])
{
	uint8_t value[255];
	struct wr ours = wr_open(value, wr_left(w));
	struct rd r;

	write_vendor(o, &ours);
	o->left_out += ours.full;
	r = rd_open(value, ours.full ? 0 : wr_len(&ours));
	while (rd_left(&r) > 0) {
		uint8_t code = rd_u8(&r), len = rd_u8(&r);
		const uint8_t *v = rd_take(&r, len);

		if (seen[code] || !v)
			continue;
		wr_u8(w, code);
		wr_u8(w, len);
		wr_bytes(w, v, len);
	}
}

static void
put_vendor(struct writer *o)
{
	uint8_t value[255];
	struct wr w = wr_open(value, sizeof(value));
	/* the item that the client chose is sent back, or it is refused */
	bool chosen = o->a->way == ANSWER_BINL && o->a->client->pxe.has_boot_item;
	bool seen[256] = { [PXE_BOOT_ITEM] = chosen };

	o->done[DHCP_VENDOR] = true;
	if (o->a->way == ANSWER_PROXY && client_is_efi(o->a->client))
		return;
	if (o->line[DHCP_VENDOR] && !chosen) {
		put_line(o, DHCP_VENDOR, o->line[DHCP_VENDOR]);
		return;
	}
	add_subs(o, DHCP_VENDOR, &w, seen);
	seen[PXE_BOOT_ITEM] &= !chosen;
	add_ours(o, &w, seen);
	if (wr_len(&w) == 0)
		return;
	wr_u8(&w, PXE_END);
	put(o, DHCP_VENDOR, value, wr_len(&w));
}

/* iPXE waits two seconds for a proxy offer; where the addresses come from us
 * there is none to wait for. */
static void
put_ipxe(struct writer *o)
{
	uint8_t value[255];
	struct wr w = wr_open(value, sizeof(value));
	bool seen[256] = { false };

	if (o->line[DHCP_IPXE]) {
		put_line(o, DHCP_IPXE, o->line[DHCP_IPXE]);
		return;
	}
	add_subs(o, DHCP_IPXE, &w, seen);
	if (o->a->way == ANSWER_SERVER && o->a->client->pxe.client == PXE_CLIENT_IPXE &&
	    !seen[PXE_IPXE_NO_PROXY]) {
		wr_u8(&w, PXE_IPXE_NO_PROXY);
		wr_u8(&w, 1);
		wr_u8(&w, 1);
	}
	put_or_line(o, DHCP_IPXE, value, w.full ? 0 : wr_len(&w));
}

/* ---- the parts of a reply ---------------------------------------------- */

static void
put_network(struct writer *o)
{
	const struct answer *a = o->a;
	const struct subnet *s = a->client->subnet;
	const char *name = client_host_name(a->client);

	if (a->way != ANSWER_SERVER || !s)
		return;
	put_u32(o, DHCP_NETMASK, num_mask4(s->prefix));
	put_addrs(o, DHCP_ROUTER, &s->router);
	put_addrs(o, DHCP_DNS, &s->dns);
	put_str(o, DHCP_HOSTNAME, name);
	put_str(o, DHCP_DOMAIN, s->domain);
}

/* Option 60 in an answer says that we are a PXE boot server.  In an offer
 * with an address and without 43 it would make EDK2 ask on port 4011 first
 * (class DhcpBinl), so there it goes with a menu only. */
static void
put_class(struct writer *o)
{
	const struct answer *a = o->a;
	const struct client *c = a->client;
	bool boots = a->boot.rule || a->boot.menu;
	const char *say = NULL;

	if (boots && c->pxe.client == PXE_CLIENT_HTTP)
		say = "HTTPClient";
	else if (boots && (a->way != ANSWER_SERVER || a->boot.menu || c->rpi))
		say = "PXEClient";
	put_str(o, DHCP_CLASS, say);
	/* GRUB's net_bootp compares the value as a string with a NUL */
	if (say && say[0] == 'H' && wr_left(&o->w) > o->tail)
		wr_u8(&o->w, DHCP_PAD);
}

static void
put_boot(struct writer *o)
{
	const struct boot *b = &o->a->boot;
	char server[NUM_IP4_TEXT];

	if (!b->rule)
		return;
	if (o->a->client->pxe.client != PXE_CLIENT_HTTP)
		put_str(o, DHCP_TFTP_NAME, num_ip4_text(b->server, server));
	/* with its NUL: EDK2 writes one behind a value that has none, over the
	 * option that follows */
	put(o, DHCP_BOOT_FILE, b->file, strlen(b->file) + 1);
}

static void
put_lines(struct writer *o)
{
	bool sub[256] = { false };

	for (size_t code = 1; code < 255; code++)
		if (o->line[code] && !o->done[code])
			put_line(o, (uint8_t)code, o->line[code]);
	for (size_t i = 0; i < o->a->rules->n[RULE_OPTION]; i++) {
		const struct option_line *l = rules_line(o->a->rules, RULE_OPTION, i)->option;

		sub[l->code] |= l->has_sub;
	}
	for (size_t code = 1; code < 255; code++) {
		uint8_t value[255];
		struct wr w = wr_open(value, sizeof(value));
		bool seen[256] = { false };

		if (!sub[code] || o->done[code] || code == DHCP_VENDOR || code == DHCP_IPXE)
			continue;
		add_subs(o, (uint8_t)code, &w, seen);
		if (wr_len(&w) > 0)
			put(o, (uint8_t)code, value, wr_len(&w));
	}
}

static void
put_copy(struct writer *o, uint8_t code)
{
	size_t len;
	const uint8_t *v = dhcp_get(&o->a->request->msg, code, &len);

	if (v)
		dhcp_put(&o->w, code, v, len);
}

static size_t
copy_size(const struct writer *o, uint8_t code)
{
	size_t len;

	return dhcp_get(&o->a->request->msg, code, &len) ? len + 2 * (len / 255 + 1) : 0;
}

static void
put_head(struct writer *o)
{
	const struct answer *a = o->a;
	const struct dhcp_msg *q = &a->request->msg;
	struct dhcp_msg m = { .op = BOOTREPLY, .htype = q->htype, .hlen = q->hlen,
		.xid = q->xid, .flags = q->flags, .giaddr = q->giaddr, .yiaddr = a->yiaddr };

	memcpy(m.chaddr, q->chaddr, sizeof(m.chaddr));
	if (a->type == DHCP_ACK || a->type == DHCP_BOOTP)
		m.ciaddr = q->ciaddr;
	if (a->type == DHCP_NAK && q->giaddr)
		m.flags |= DHCP_BROADCAST; /* RFC 2131, section 4.3.2: the client may have the wrong address */
	if (a->boot.menu)
		m.siaddr = a->self;
	if (a->boot.rule) {
		/* EDK2 sends its question on port 4011 to siaddr */
		m.siaddr = a->way == ANSWER_PROXY && client_is_efi(a->client) &&
		    a->client->pxe.client == PXE_CLIENT_PXE ? a->self : a->boot.server;
		if (strlen(a->boot.file) < DHCP_FILE && m.siaddr == a->boot.server)
			memcpy(m.file, a->boot.file, strlen(a->boot.file));
	}
	dhcp_begin(&o->w, &m);
}

static void
put_options(struct writer *o)
{
	const struct answer *a = o->a;

	if (a->type != DHCP_BOOTP) {
		dhcp_put_u8(&o->w, DHCP_MESSAGE_TYPE, (uint8_t)a->type);
		dhcp_put_u32(&o->w, DHCP_SERVER_ID, a->self);
	}
	if (a->type == DHCP_NAK) {
		dhcp_put_str(&o->w, DHCP_MESSAGE, a->message);
		return;
	}
	if (a->lease_s)
		dhcp_put_u32(&o->w, DHCP_LEASE_TIME, a->lease_s);
	put_network(o);
	if (a->type != DHCP_BOOTP) {
		put_class(o);
		put_boot(o);
		put_vendor(o);
	}
	if (a->type != DHCP_BOOTP && wr_left(&o->w) > copy_size(o, DHCP_UUID) + o->tail)
		put_copy(o, DHCP_UUID);      /* RFC 4578, section 2.3 */
	put_ipxe(o);
	put_lines(o);
}

/* RFC 2132, section 9.10 counts IP and UDP headers in option 57.  BOOTP has 64
 * bytes of vendor area, or as many as the client sent (RFC 1542, section 2.1). */
static size_t
limit(const struct answer *a)
{
	size_t most = REPLY_MAX - IP_UDP_HEADERS, len = a->request->len;
	uint16_t asked;

	if (a->type == DHCP_BOOTP)
		return len < DHCP_MIN ? DHCP_MIN : len < most ? len : most;
	if (!dhcp_get_u16(&a->request->msg, DHCP_MAX_SIZE, &asked) || asked < DHCP_DEFAULT_MAX)
		asked = DHCP_DEFAULT_MAX;
	return asked < REPLY_MAX ? (size_t)asked - IP_UDP_HEADERS : most;
}

size_t
reply_write(const struct answer *a, uint8_t out[REPLY_MAX], unsigned *left_out)
{
	struct writer o = { .a = a, .w = wr_open(out, limit(a)) };

	if (a->client->file)
		gather_from(&o, a->client->file->own);
	gather_from(&o, a->rules);
	o.done[DHCP_BOOT_FILE] = o.done[DHCP_TFTP_NAME] = true;
	o.tail = copy_size(&o, DHCP_CLIENT_ID) + copy_size(&o, DHCP_RELAY_INFO) + 1;
	put_head(&o);
	put_options(&o);
	put_copy(&o, DHCP_CLIENT_ID);        /* RFC 6842 */
	put_copy(&o, DHCP_RELAY_INFO);       /* RFC 3046, section 2.2: last */
	dhcp_end(&o.w);
	*left_out = o.left_out;
	return o.w.full ? 0 : wr_len(&o.w);
}

void
reply_target(const struct answer *a, bool can_frame, struct reply_target *out)
{
	const struct dhcp_msg *q = &a->request->msg;
	bool frame = can_frame && a->request->link->ethernet && q->htype == 1 && q->hlen == 6 &&
	    a->client->has_mac;

	*out = (struct reply_target){ REPLY_BROADCAST, 0xffffffff, DHCP_PORT_CLIENT };
	if (a->way == ANSWER_BINL) {
		/* EDK2 asks from port 4011, others from 68 */
		out->port = a->request->sport;
		if (a->request->src) {
			out->way = REPLY_ROUTED;
			out->addr = a->request->src;
		}
	} else if (q->giaddr) {
		*out = (struct reply_target){ REPLY_ROUTED, q->giaddr, DHCP_PORT_SERVER };
	} else if (a->type == DHCP_NAK) {
		return;
	} else if (q->ciaddr || (q->type == DHCP_INFORM && a->request->src)) {
		/* an INFORM without ciaddr is wrong, and common */
		*out = (struct reply_target){ REPLY_ROUTED, q->ciaddr ? q->ciaddr : a->request->src,
			DHCP_PORT_CLIENT };
	} else if (a->yiaddr && !(q->flags & DHCP_BROADCAST) && frame) {
		out->way = REPLY_FRAME;
		out->addr = a->yiaddr;
	}
}
