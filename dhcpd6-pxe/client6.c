#include "client6.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "hashtab.h"

/* ---- which card -------------------------------------------------------- */

/* What a relay says of it (RFC 6939): the one that is nearest to the client. */
static bool
mac_by_relay(const struct dhcp6_msg *msg, uint8_t mac[6])
{
	for (size_t i = msg->relays; i-- > 0;)
		if (dhcp6_link_addr_mac(dhcp6_find(msg->relay[i].options, DHCP6_LINK_ADDR), mac))
			return true;
	return false;
}

/* In the DUID, which may be of another card of that machine, but which firmware makes
 * of the one that it boots by. */
static void
client6_find_mac(struct client *c, struct dhcp6_bytes duid, const struct in6_addr *src)
{
	const struct in6_addr *own = c->msg->relays ? &c->msg->relay[c->msg->relays - 1].peer : src;

	c->has_mac = dhcp6_duid_mac(duid, c->mac) || mac_by_relay(c->msg, c->mac) || dhcp6_eui64_mac(own, c->mac);
	if (c->has_mac)
		num_mac_text(c->mac, ':', c->mac_text);
}

/* A DUID-UUID has its bytes in the order that they are written in (RFC 6355, 4), the
 * rules have them as DHCPv4's option 97 does: the first three fields little-endian. */
static void
find_uuid(struct client *c, struct dhcp6_bytes duid)
{
	static const uint8_t from[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t uuid[16];

	c->has_uuid = dhcp6_duid_uuid(duid, uuid);
	if (!c->has_uuid)
		return;
	for (size_t i = 0; i < sizeof(uuid); i++)
		c->uuid[i] = uuid[from[i]];
	num_uuid_text(c->uuid, c->uuid_text);
}

static void
find_key(struct client *c, struct dhcp6_bytes duid)
{
	static const uint8_t duid_ll[] = { 0, DHCP6_DUID_LL, 0, 1 };

	if (!dhcp6_duid_is_useless(duid)) {
		memcpy(c->key, duid.at, duid.len);
		c->key_len = duid.len;
	} else if (c->has_mac) {
		memcpy(c->key, duid_ll, sizeof(duid_ll));
		memcpy(c->key + sizeof(duid_ll), c->mac, sizeof(c->mac));
		c->key_len = sizeof(duid_ll) + sizeof(c->mac);
	}
}

/* ---- which program ----------------------------------------------------- */

static bool
begins(struct dhcp6_bytes b, const char *word)
{
	return b.len >= strlen(word) && memcmp(b.at, word, strlen(word)) == 0;
}

static bool
client_is_ipxe(const struct dhcp6_msg *msg)
{
	struct dhcp6_bytes v = dhcp6_find(msg->options, DHCP6_USER_CLASS), item;
	struct rd r = rd_open(v.at, v.len);

	while (dhcp6_next_item(&r, &item))
		if (item.len == 4 && begins(item, "iPXE"))
			return true;
	return false;
}

/* Whatever enterprise says so: firmware says Intel. */
static enum pxe_client
kind_by_class(const struct dhcp6_msg *msg)
{
	struct dhcp6_bytes v = dhcp6_find(msg->options, DHCP6_VENDOR_CLASS), item;
	struct rd r = rd_open(v.at, v.len);

	rd_u32(&r);
	while (dhcp6_next_item(&r, &item)) {
		if (begins(item, "PXEClient"))
			return PXE_CLIENT_PXE;
		if (begins(item, "HTTPClient"))
			return PXE_CLIENT_HTTP;
	}
	return PXE_CLIENT_OTHER;
}

static void
find_kind(struct client *c)
{
	struct dhcp6_bytes v = dhcp6_find(c->msg->options, DHCP6_ARCH);
	struct rd r = rd_open(v.at, v.len);
	const struct pxe_arch *first;

	while (rd_left(&r) >= 2 && c->archs < PXE_ARCHS)
		c->arch[c->archs++] = rd_u16(&r);
	c->kind = client_is_ipxe(c->msg) ? PXE_CLIENT_IPXE : kind_by_class(c->msg);
	if (c->kind != PXE_CLIENT_OTHER || c->archs == 0)
		return;
	first = pxe_arch(c->arch[0]);
	c->kind = first && first->http ? PXE_CLIENT_HTTP : PXE_CLIENT_PXE;
}

/* The first label of option 39, behind a byte of flags (RFC 4704, 4). */
static void
client6_find_name(struct client *c)
{
	struct dhcp6_bytes v = dhcp6_find(c->msg->options, DHCP6_FQDN);
	struct rd r = rd_open(v.at, v.len);
	const uint8_t *label;
	size_t len, n = 0;

	rd_u8(&r);
	len = rd_u8(&r);
	label = rd_take(&r, len);
	for (size_t i = 0; label && i < len && n + 1 < sizeof(c->name); i++) {
		if (!isalnum(label[i]) && (label[i] != '-' || n == 0) && label[i] != '_')
			break;
		c->name[n++] = (char)label[i];
	}
	c->name[n] = '\0';
}

void
client6_read(const struct dhcp6_msg *msg, const struct in6_addr *src, struct client *c)
{
	struct dhcp6_bytes duid = dhcp6_find(msg->options, DHCP6_CLIENT_ID);

	*c = (struct client){ .msg = msg };
	client6_find_mac(c, duid, src);
	find_uuid(c, duid);
	find_key(c, duid);
	find_kind(c);
	client6_find_name(c);
}

/* ---- what is said of it ------------------------------------------------ */

const char *
client6_arch(const struct client *c, char out[16])
{
	for (size_t i = 0; i < c->archs; i++) {
		const struct pxe_arch *a = pxe_arch(c->arch[i]);

		if (a)
			return a->name;
	}
	if (c->archs == 0)
		return "-";
	snprintf(out, 16, "%u", c->arch[0]);
	return out;
}

bool
client6_is_booting(const struct client *c)
{
	return c->kind != PXE_CLIENT_OTHER;
}

bool
client6_ipxe(const struct client *c, uint64_t seed, struct loops_who *out)
{
	struct dhcp6_bytes user = dhcp6_find(c->msg->options, DHCP6_USER_CLASS),
	                   vendor = dhcp6_find(c->msg->options, DHCP6_VENDOR_CLASS);

	if (c->kind != PXE_CLIENT_IPXE || !c->has_mac)
		return false;
	*out = (struct loops_who){ .mac = c->mac,
		.self = hashtab_hash(seed, user.at, user.len) ^ hashtab_hash(seed + 1, vendor.at, vendor.len),
		.begins = c->msg->type == DHCP6_SOLICIT };
	return true;
}

const char *
client6_who(const struct client *c)
{
	return c->has_mac ? c->mac_text : c->has_uuid ? c->uuid_text : "unknown";
}

struct hosts_who
client6_ids(const struct client *c)
{
	return (struct hosts_who){ .mac = c->has_mac ? c->mac : NULL,
		.duid = c->key_len ? c->key : NULL,
		.duid_len = c->key_len,
		.uuid = c->has_uuid ? c->uuid : NULL };
}
