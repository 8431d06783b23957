#include "dhcp_build.h"

#include <string.h>

#include "pxe.h"

#define HTYPE_ETHERNET 1

static void
build_option(struct wr *w, const struct persona *p, const struct identity *id, const struct dhcp_build *m, uint8_t code)
{
	const struct persona_dhcp *d = p->dhcp;
	bool request = m->type == DHCP_REQUEST, later = request && !m->ciaddr;
	char class[PERSONA_CLASS];
	uint8_t ndi[3] = { 1, p->ndi_major, p->ndi_minor }, uuid[17] = { 0 }, client[7] = { HTYPE_ETHERNET };
	uint8_t item[7] = { PXE_BOOT_ITEM, 4, (uint8_t)(m->item >> 8), (uint8_t)m->item, (uint8_t)(m->layer >> 8),
		(uint8_t)m->layer, PXE_END };
	uint32_t addr = code == DHCP_SERVER_ID ? m->server_id : m->requested;
	const uint8_t *params = request && d->request_params ? d->request_params : d->params;

	switch (code) {
	case DHCP_MESSAGE_TYPE:
		dhcp_put_u8(w, code, (uint8_t)m->type);
		break;
	case DHCP_SERVER_ID:
	case DHCP_REQUESTED_ADDR:
		if (addr)
			dhcp_put_u32(w, code, addr);
		break;
	case DHCP_MAX_SIZE:
		dhcp_put_u16(w, code, later && d->request_max_size ? d->request_max_size : d->max_size);
		break;
	case DHCP_PARAMETERS:
		dhcp_put(w, code, params, strlen((const char *)params));
		break;
	case DHCP_CLASS:
		/* iPXE says no more when it asks for a menu's entry (dhcp_pxebs_tx). */
		if (p->ipxe && m->has_item)
			dhcp_put_str(w, code, "PXEClient");
		else if (persona_class(p, class))
			dhcp_put_str(w, code, class);
		break;
	case DHCP_ARCH:
		dhcp_put_u16(w, code, p->arch);
		break;
	case DHCP_NDI:
		dhcp_put(w, code, ndi, sizeof(ndi));
		break;
	case DHCP_UUID:
		memcpy(uuid + 1, id->uuid, sizeof(id->uuid));
		dhcp_put(w, code, uuid, sizeof(uuid));
		break;
	case DHCP_CLIENT_ID:
		memcpy(client + 1, id->mac, sizeof(id->mac));
		dhcp_put(w, code, client, sizeof(client));
		break;
	case DHCP_USER_CLASS: /* raw, not RFC 3004's list: that is how iPXE has it */
		dhcp_put_str(w, code, "iPXE");
		break;
	case DHCP_IPXE:
		dhcp_put(w, code, d->features, d->features_len);
		break;
	case DHCP_VENDOR: /* the boot menu's entry that was chosen */
		if (m->has_item)
			dhcp_put(w, code, item, sizeof(item));
		break;
	}
}

size_t
dhcp_build(const struct persona *p, const struct identity *id, const struct dhcp_build *m, void *out, size_t size)
{
	struct dhcp_msg head = { .op = BOOTREQUEST,
		.htype = HTYPE_ETHERNET,
		.hlen = 6,
		.xid = m->xid,
		.secs = m->secs,
		.ciaddr = m->ciaddr,
		.giaddr = id->giaddr,
		.hops = id->giaddr ? 1 : 0 };
	const uint8_t *list = m->type == DHCP_DISCOVER ? p->dhcp->discover :
	    m->ciaddr && p->dhcp->binl                 ? p->dhcp->binl :
	                                                 p->dhcp->request;
	struct wr w = wr_open(out, size);

	memcpy(head.chaddr, id->mac, sizeof(id->mac));
	if (p->ipxe ? p->dhcp->broadcast || m->has_item : p->dhcp->broadcast && !m->ciaddr)
		head.flags = DHCP_BROADCAST;
	if (p->dhcp->file && m->type != DHCP_RELEASE)
		strncpy(head.file, p->dhcp->file, sizeof(head.file) - 1);
	dhcp_begin(&w, &head);
	if (m->type == DHCP_RELEASE) {
		/* RFC 2131, table 5: it says who it is, and nothing else. */
		build_option(&w, p, id, m, DHCP_MESSAGE_TYPE);
		build_option(&w, p, id, m, DHCP_SERVER_ID);
		if (persona_sends(p->dhcp->discover, DHCP_CLIENT_ID))
			build_option(&w, p, id, m, DHCP_CLIENT_ID);
	} else if (m->type != DHCP_BOOTP) {
		for (; *list; list++)
			build_option(&w, p, id, m, *list);
	}
	dhcp_end(&w);
	return w.full ? 0 : wr_len(&w);
}
