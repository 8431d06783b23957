#include "loops.h"

#include <string.h>

#include "hashtab.h"

static struct loops_entry *
entry_of(struct loops *l, const struct client *c)
{
	return &l->entry[hashtab_hash(l->seed, c->mac, sizeof(c->mac)) % LOOPS_ENTRIES];
}

/* Builds differ in their features and version (175), those with a script of their
 * own often in their user class as well. */
static uint64_t
self_of(const struct loops *l, const struct client *c)
{
	size_t class_len = 0, ipxe_len = 0;
	const uint8_t *class = dhcp_get(c->msg, DHCP_USER_CLASS, &class_len);
	const uint8_t *ipxe = dhcp_get(c->msg, DHCP_IPXE, &ipxe_len);

	return hashtab_hash(l->seed, class, class_len) ^ hashtab_hash(l->seed + 1, ipxe, ipxe_len);
}

bool
loops_is_back(struct loops *l, const struct client *c, int64_t now)
{
	struct loops_entry *e = entry_of(l, c);

	if (c->pxe.client != PXE_CLIENT_IPXE || !c->has_mac || !e->used || memcmp(e->mac, c->mac, sizeof(e->mac)) != 0)
		return false;
	/* a clock that was set back makes an entry old too */
	if (now < e->sent || now - e->sent > LOOPS_AGE_S || e->self != self_of(l, c)) {
		e->used = false;
		return false;
	}
	/* the REQUEST that follows is answered as the DISCOVER was */
	if (c->msg->type == DHCP_DISCOVER)
		e->back = true;
	return e->back;
}

void
loops_sent(struct loops *l, const struct client *c, int64_t now)
{
	struct loops_entry *e = entry_of(l, c);

	if (!c->has_mac)
		return;
	*e = (struct loops_entry){ .used = true, .self = self_of(l, c), .sent = now };
	memcpy(e->mac, c->mac, sizeof(e->mac));
}
