#include "message.h"

#include <string.h>

#include "pxe.h"

#define HTYPE_ETHERNET 1

/* Option 175 of a stock iPXE: its features (src/include/ipxe/features.h). */
static const uint8_t ipxe_features[] = {
	0xb1, 5, 1, 0x1a, 0xf4, 0x10, 0x00,  /* the card: PCI 1af4:1000 */
	0xeb, 3, 1, 21, 1,                   /* version 1.21.1 */
	0x17, 1, 1, 0x22, 1, 1, 0x13, 1, 1, 0x14, 1, 1, 0x11, 1, 1, 0x27, 1, 1,
	0x19, 1, 1, 0x10, 1, 2, 0x21, 1, 1, 0x15, 1, 1, 0x18, 1, 1, 0x1b, 1, 1,
	0x12, 1, 1
};

static void
put_identity(struct wr *w, const struct persona *p, const struct identity *id,
    bool with_class)
{
	uint8_t ndi[3] = { 1, p->ndi_major, p->ndi_minor };
	uint8_t uuid[17] = { 0 };
	uint8_t client[7] = { HTYPE_ETHERNET };
	char class[PERSONA_CLASS];

	if (with_class && persona_class(p, class))
		dhcp_put_str(w, DHCP_CLASS, class);
	if (p->wants_arch) {
		memcpy(uuid + 1, id->uuid, sizeof(id->uuid));
		dhcp_put_u16(w, DHCP_ARCH, p->arch);
		if (p->ndi_major)
			dhcp_put(w, DHCP_NDI, ndi, sizeof(ndi));
		dhcp_put(w, DHCP_UUID, uuid, sizeof(uuid));
	}
	if (p->client_id) {
		memcpy(client + 1, id->mac, sizeof(id->mac));
		dhcp_put(w, DHCP_CLIENT_ID, client, sizeof(client));
	}
	if (p->ipxe) {
		/* Raw, not the RFC 3004 list: that is how iPXE has it. */
		dhcp_put_str(w, DHCP_USER_CLASS, "iPXE");
		dhcp_put(w, DHCP_IPXE, ipxe_features, sizeof(ipxe_features));
	}
}

static void
put_item(struct wr *w, const struct message *m)
{
	uint8_t bytes[7] = { PXE_BOOT_ITEM, 4, (uint8_t)(m->item >> 8),
	    (uint8_t)m->item, (uint8_t)(m->layer >> 8), (uint8_t)m->layer, PXE_END };

	dhcp_put(w, DHCP_VENDOR, bytes, sizeof(bytes));
}

static void
put_options(struct wr *w, const struct persona *p, const struct identity *id,
    const struct message *m)
{
	dhcp_put_u8(w, DHCP_MESSAGE_TYPE, (uint8_t)m->type);
	if (m->server_id)
		dhcp_put_u32(w, DHCP_SERVER_ID, m->server_id);
	if (m->type == DHCP_RELEASE) {
		/* RFC 2131, table 5: nothing else but the client's name. */
		uint8_t client[7] = { HTYPE_ETHERNET };

		memcpy(client + 1, id->mac, sizeof(id->mac));
		if (p->client_id)
			dhcp_put(w, DHCP_CLIENT_ID, client, sizeof(client));
		return;
	}
	if (m->requested)
		dhcp_put_u32(w, DHCP_REQUESTED_ADDR, m->requested);
	if (p->max_size)
		dhcp_put_u16(w, DHCP_MAX_SIZE, p->max_size);
	if (p->params_len)
		dhcp_put(w, DHCP_PARAMETERS, p->params, p->params_len);
	put_identity(w, p, id, !p->class_once || m->type != DHCP_REQUEST);
	if (m->has_item)
		put_item(w, m);
}

size_t
message_write(const struct persona *p, const struct identity *id,
    const struct message *m, void *out, size_t size)
{
	struct dhcp_msg head = { .op = BOOTREQUEST, .htype = HTYPE_ETHERNET,
	    .hlen = 6, .xid = m->xid, .secs = m->secs, .ciaddr = m->ciaddr,
	    .giaddr = id->giaddr, .hops = id->giaddr ? 1 : 0 };
	struct wr w = wr_open(out, size);

	memcpy(head.chaddr, id->mac, sizeof(id->mac));
	if (p->broadcast && !m->ciaddr)
		head.flags = DHCP_BROADCAST;
	dhcp_begin(&w, &head);
	if (m->type != DHCP_BOOTP)
		put_options(&w, p, id, m);
	dhcp_end(&w);
	return w.full ? 0 : wr_len(&w);
}
