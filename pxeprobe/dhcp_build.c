#include "dhcp_build.h"

#include <string.h>

#include "pxe.h"

#define HTYPE_ETHERNET 1

struct writing {
	struct wr *w;
	const struct persona *p;
	const struct identity *id;
	const struct dhcp_build *m;
};

static void
put_client_id(struct wr *w, const struct identity *id)
{
	uint8_t client[7] = { HTYPE_ETHERNET };

	memcpy(client + 1, id->mac, sizeof(id->mac));
	dhcp_put(w, DHCP_CLIENT_ID, client, sizeof(client));
}

/* The boot menu's entry that was chosen. */
static void
put_item(struct wr *w, const struct dhcp_build *m)
{
	uint8_t bytes[7] = { PXE_BOOT_ITEM, 4, (uint8_t)(m->item >> 8), (uint8_t)m->item, (uint8_t)(m->layer >> 8),
		(uint8_t)m->layer, PXE_END };

	dhcp_put(w, DHCP_VENDOR, bytes, sizeof(bytes));
}

static void
build_option(const struct writing *c, uint8_t code)
{
	const struct persona *p = c->p;
	const struct persona_dhcp *d = p->dhcp;
	const struct dhcp_build *m = c->m;
	bool request = m->type == DHCP_REQUEST, later = request && !m->ciaddr;
	char class[PERSONA_CLASS];
	uint8_t ndi[3] = { 1, p->ndi_major, p->ndi_minor }, uuid[17] = { 0 };
	uint32_t addr = code == DHCP_SERVER_ID ? m->server_id : m->requested;
	const uint8_t *params = request && d->request_params ? d->request_params : d->params;

	switch (code) {
	case DHCP_MESSAGE_TYPE:
		dhcp_put_u8(c->w, code, (uint8_t)m->type);
		break;
	case DHCP_SERVER_ID:
	case DHCP_REQUESTED_ADDR:
		if (addr)
			dhcp_put_u32(c->w, code, addr);
		break;
	case DHCP_MAX_SIZE:
		dhcp_put_u16(c->w, code, later && d->request_max_size ? d->request_max_size : d->max_size);
		break;
	case DHCP_PARAMETERS:
		dhcp_put(c->w, code, params, strlen((const char *)params));
		break;
	case DHCP_CLASS:
		/* iPXE says no more when it asks for a menu's entry (dhcp_pxebs_tx). */
		if (p->ipxe && m->has_item)
			dhcp_put_str(c->w, code, "PXEClient");
		else if (persona_class(p, class))
			dhcp_put_str(c->w, code, class);
		break;
	case DHCP_ARCH:
		dhcp_put_u16(c->w, code, p->arch);
		break;
	case DHCP_NDI:
		dhcp_put(c->w, code, ndi, sizeof(ndi));
		break;
	case DHCP_UUID:
		memcpy(uuid + 1, c->id->uuid, sizeof(c->id->uuid));
		dhcp_put(c->w, code, uuid, sizeof(uuid));
		break;
	case DHCP_CLIENT_ID:
		put_client_id(c->w, c->id);
		break;
	case DHCP_USER_CLASS: /* raw, not RFC 3004's list: that is how iPXE has it */
		dhcp_put_str(c->w, code, "iPXE");
		break;
	case DHCP_IPXE:
		dhcp_put(c->w, code, d->features, d->features_len);
		break;
	case DHCP_VENDOR:
		if (m->has_item)
			put_item(c->w, m);
		break;
	}
}

static void
build_options(const struct writing *c)
{
	const struct persona_dhcp *d = c->p->dhcp;
	const uint8_t *list = c->m->type == DHCP_DISCOVER ? d->discover :
	    c->m->ciaddr && d->binl                       ? d->binl :
	                                                    d->request;

	/* RFC 2131, table 5: a RELEASE says who it is, and nothing else. */
	if (c->m->type == DHCP_RELEASE) {
		build_option(c, DHCP_MESSAGE_TYPE);
		build_option(c, DHCP_SERVER_ID);
		if (persona_sends(d->discover, DHCP_CLIENT_ID))
			put_client_id(c->w, c->id);
		return;
	}
	for (; *list; list++)
		build_option(c, *list);
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
	struct wr w = wr_open(out, size);
	struct writing c = { .w = &w, .p = p, .id = id, .m = m };

	memcpy(head.chaddr, id->mac, sizeof(id->mac));
	if (p->ipxe ? p->dhcp->broadcast || m->has_item : p->dhcp->broadcast && !m->ciaddr)
		head.flags = DHCP_BROADCAST;
	if (p->dhcp->file && m->type != DHCP_RELEASE)
		strncpy(head.file, p->dhcp->file, sizeof(head.file) - 1);
	dhcp_begin(&w, &head);
	if (m->type != DHCP_BOOTP)
		build_options(&c);
	dhcp_end(&w);
	return w.full ? 0 : wr_len(&w);
}
