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

static void
build_class(const struct writing *c)
{
	char class[PERSONA_CLASS];

	/* iPXE says no more when it asks for a menu's entry (dhcp_pxebs_tx). */
	if (c->p->ipxe && c->m->has_item)
		dhcp_put_str(c->w, DHCP_CLASS, "PXEClient");
	else if (persona_class(c->p, class))
		dhcp_put_str(c->w, DHCP_CLASS, class);
}

static void
put_ndi(const struct writing *c)
{
	uint8_t ndi[3] = { 1, c->p->ndi_major, c->p->ndi_minor };

	dhcp_put(c->w, DHCP_NDI, ndi, sizeof(ndi));
}

static void
put_uuid(const struct writing *c)
{
	uint8_t uuid[17] = { 0 };

	memcpy(uuid + 1, c->id->uuid, sizeof(c->id->uuid));
	dhcp_put(c->w, DHCP_UUID, uuid, sizeof(uuid));
}

/* The menu entry that was chosen. */
static void
put_item(const struct writing *c)
{
	const struct dhcp_build *m = c->m;
	uint8_t bytes[7] = { PXE_BOOT_ITEM, 4, (uint8_t)(m->item >> 8), (uint8_t)m->item, (uint8_t)(m->layer >> 8),
		(uint8_t)m->layer, PXE_END };

	if (m->has_item)
		dhcp_put(c->w, DHCP_VENDOR, bytes, sizeof(bytes));
}

static void
put_max_size(const struct writing *c)
{
	const struct persona_dhcp *d = c->p->dhcp;
	bool later = c->m->type == DHCP_REQUEST && !c->m->ciaddr && d->request_max_size;

	dhcp_put_u16(c->w, DHCP_MAX_SIZE, later ? d->request_max_size : d->max_size);
}

static void
put_params(const struct writing *c)
{
	const struct persona_dhcp *d = c->p->dhcp;
	const uint8_t *list = c->m->type == DHCP_REQUEST && d->request_params ? d->request_params : d->params;

	dhcp_put(c->w, DHCP_PARAMETERS, list, strlen((const char *)list));
}

static void
build_option(const struct writing *c, uint8_t code)
{
	switch (code) {
	case DHCP_MESSAGE_TYPE:
		dhcp_put_u8(c->w, code, (uint8_t)c->m->type);
		break;
	case DHCP_SERVER_ID:
		if (c->m->server_id)
			dhcp_put_u32(c->w, code, c->m->server_id);
		break;
	case DHCP_REQUESTED_ADDR:
		if (c->m->requested)
			dhcp_put_u32(c->w, code, c->m->requested);
		break;
	case DHCP_MAX_SIZE:
		put_max_size(c);
		break;
	case DHCP_PARAMETERS:
		put_params(c);
		break;
	case DHCP_CLASS:
		build_class(c);
		break;
	case DHCP_ARCH:
		dhcp_put_u16(c->w, code, c->p->arch);
		break;
	case DHCP_NDI:
		put_ndi(c);
		break;
	case DHCP_UUID:
		put_uuid(c);
		break;
	case DHCP_CLIENT_ID:
		put_client_id(c->w, c->id);
		break;
	/* Raw, not the RFC 3004 list: that is how iPXE has it. */
	case DHCP_USER_CLASS:
		dhcp_put_str(c->w, code, "iPXE");
		break;
	case DHCP_IPXE:
		dhcp_put(c->w, code, c->p->dhcp->features, c->p->dhcp->features_len);
		break;
	case DHCP_VENDOR:
		put_item(c);
		break;
	}
}

/* RFC 2131, table 5: who it is, and nothing else. */
static void
put_release(const struct writing *c)
{
	build_option(c, DHCP_MESSAGE_TYPE);
	build_option(c, DHCP_SERVER_ID);
	if (persona_sends(c->p->dhcp->discover, DHCP_CLIENT_ID))
		put_client_id(c->w, c->id);
}

static void
build_options(const struct writing *c)
{
	const struct persona_dhcp *d = c->p->dhcp;
	const uint8_t *list = c->m->type == DHCP_DISCOVER ? d->discover :
	    c->m->ciaddr && d->binl                       ? d->binl :
	                                                    d->request;

	if (c->m->type == DHCP_RELEASE) {
		put_release(c);
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
