/* What firmware reads of a reply to find out what to boot. */
#include <string.h>

#include "menu.h"
#include "reply_boot.h"

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
 * there, and asks on port 4011, unless an option line says otherwise. */
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
	if (!chosen && options_put_line(o, DHCP_VENDOR))
		return;
	options_add_subs(o, DHCP_VENDOR, &w, seen);
	seen[PXE_BOOT_ITEM] &= !chosen;
	add_ours(o, &w, seen);
	if (wr_len(&w) == 0)
		return;
	/* PXE 2.1 wants the mark; switches and phones have never seen one */
	if (client_is_booting(o->a->client))
		wr_u8(&w, PXE_END);
	options_put(o, DHCP_VENDOR, value, wr_len(&w));
}

/* iPXE waits two seconds for a proxy offer; where the address and what to boot
 * come from us there is none to wait for.  Where only the address does, there is. */
void
reply_put_ipxe(struct writer *o)
{
	uint8_t value[255];
	struct wr w = wr_open(value, sizeof(value));
	bool seen[256] = { false };
	bool all = o->a->way == ANSWER_SERVER && (o->a->boot.rule || o->a->boot.menu);

	if (options_put_line(o, DHCP_IPXE))
		return;
	options_add_subs(o, DHCP_IPXE, &w, seen);
	if (all && o->a->client->pxe.client == PXE_CLIENT_IPXE && !seen[PXE_IPXE_NO_PROXY]) {
		wr_u8(&w, PXE_IPXE_NO_PROXY);
		wr_u8(&w, 1);
		wr_u8(&w, 1);
	}
	options_put_or_line(o, DHCP_IPXE, value, w.full ? 0 : wr_len(&w));
}

/* Option 60 in an answer says that we are a PXE boot server.  In an offer
 * with an address and without 43 it would make EDK2 ask on port 4011 first
 * (class DhcpBinl), so there it goes with a menu only. */
static void
put_pxe_class(struct writer *o)
{
	const struct answer *a = o->a;
	const struct client *c = a->client;
	bool boots = a->boot.rule || a->boot.menu;
	const char *say = NULL;

	if (boots && c->pxe.client == PXE_CLIENT_HTTP)
		say = "HTTPClient";
	else if (boots && (a->way != ANSWER_SERVER || a->boot.menu || c->rpi))
		say = "PXEClient";
	options_put_str(o, DHCP_CLASS, say);
	/* GRUB's net_bootp compares the value as a string with a NUL */
	if (say && say[0] == 'H' && wr_left(&o->w) > o->tail)
		wr_u8(&o->w, DHCP_PAD);
}

static void
put_boot_file(struct writer *o)
{
	const struct boot *b = &o->a->boot;
	char server[NUM_IP4_TEXT];

	if (!b->rule)
		return;
	if (o->a->client->pxe.client != PXE_CLIENT_HTTP)
		options_put_str(o, DHCP_TFTP_NAME, b->server_name ? b->server_name : num_ip4_text(b->server, server));
	/* with its NUL: EDK2 writes one behind a value that has none, over the
	 * option that follows */
	options_put_or_line(o, DHCP_BOOT_FILE, b->file, *b->file ? strlen(b->file) + 1 : 0);
}

void
reply_put_boot(struct writer *o)
{
	put_pxe_class(o);
	put_boot_file(o);
	put_vendor(o);
}
