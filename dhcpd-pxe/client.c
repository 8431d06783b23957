#include "client.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "hashtab.h"

#define ARCH_RPI 0x29

/* The OUIs of Raspberry Pi Ltd. */
static bool
is_pi_mac(const uint8_t mac[6])
{
	static const uint8_t oui[][3] = {
		{ 0xb8, 0x27, 0xeb },
		{ 0xdc, 0xa6, 0x32 },
		{ 0xe4, 0x5f, 0x01 },
		{ 0xd8, 0x3a, 0xdd },
		{ 0x28, 0xcd, 0xc1 },
		{ 0x2c, 0xcf, 0x67 },
		{ 0x88, 0xa2, 0x9e },
	};

	for (size_t i = 0; i < sizeof(oui) / sizeof(oui[0]); i++)
		if (memcmp(mac, oui[i], sizeof(oui[i])) == 0)
			return true;
	return false;
}

static bool
has_arch(const struct client *c, uint16_t code)
{
	for (size_t i = 0; i < c->pxe.archs; i++)
		if (c->pxe.arch[i] == code)
			return true;
	return false;
}

/* A Pi calls itself 0, x86 BIOS, with the class of an Intel ROM; its MAC address
 * gives it away.  Its REQUEST comes without option 60, so that is not required
 * there (raspberrypi/firmware#1101). */
static void
find_rpi(struct client *c)
{
	bool bare = !dhcp_has(c->msg, DHCP_CLASS) && dhcp_has(c->msg, DHCP_UUID);

	if (has_arch(c, ARCH_RPI)) {
		c->rpi = true;
		return;
	}
	if (!c->has_mac || !is_pi_mac(c->mac) || c->pxe.client == PXE_CLIENT_IPXE)
		return;
	if (c->pxe.client == PXE_CLIENT_OTHER && bare)
		c->pxe.client = PXE_CLIENT_PXE;
	if (c->pxe.client != PXE_CLIENT_PXE || (c->pxe.archs > 0 && !has_arch(c, 0)))
		return;
	c->rpi = true;
	if (c->pxe.archs == 0)
		c->pxe.archs = 1; /* arch[0] is 0 */
	if (c->pxe.archs < PXE_ARCHS)
		c->pxe.arch[c->pxe.archs++] = ARCH_RPI;
}

/* The first label of option 81: flags, two result codes, then the name, as text
 * or in DNS form (RFC 4702, section 2). */
static const uint8_t *
fqdn_label(struct client *c, size_t *len)
{
	size_t all = 0;
	const uint8_t *v = dhcp_get(c->msg, DHCP_FQDN, &all);
	struct rd r = rd_open(v, v ? all : 0);

	*len = 0;
	if (!v || all < 3)
		return NULL;
	c->has_fqdn = true;
	c->fqdn_flags = rd_u8(&r);
	rd_u16(&r);
	*len = c->fqdn_flags & CLIENT_FQDN_E && rd_left(&r) > 0 ? rd_u8(&r) : rd_left(&r);
	return rd_take(&r, *len);
}

/* Only characters that a host name may have; any other byte ends it. */
static void
find_name(struct client *c)
{
	size_t len = 0, fqdn_len, n = 0;
	const uint8_t *fqdn = fqdn_label(c, &fqdn_len), *v = dhcp_get(c->msg, DHCP_HOSTNAME, &len);

	/* option 12 beside 81 is to be ignored (RFC 4702, section 3.1) */
	if (!v || (fqdn && fqdn_len > 0)) {
		v = fqdn;
		len = fqdn ? fqdn_len : 0;
	}
	for (size_t i = 0; i < len && n + 1 < sizeof(c->name); i++) {
		if (!isalnum(v[i]) && (v[i] != '-' || n == 0) && v[i] != '_')
			break; /* a dot too: what follows is the domain */
		c->name[n++] = (char)v[i];
	}
	c->name[n] = '\0';
}

static void
find_lease_key(struct client *c)
{
	size_t len = 0;
	const uint8_t *id = dhcp_get(c->msg, DHCP_CLIENT_ID, &len);

	if (id && len >= 2 && len < sizeof(c->key)) {
		memcpy(c->key, id, len);
		c->key_len = len;
		c->sent_id = true;
	} else {
		client_bind_to_mac(c);
	}
}

static void
find_mac(struct client *c)
{
	static const uint8_t nobody[6] = { 0 };
	size_t len = 0;
	const uint8_t *id = dhcp_get(c->msg, DHCP_CLIENT_ID, &len);

	if (c->msg->hlen == 6 && (c->msg->chaddr[0] & 1 || memcmp(c->msg->chaddr, nobody, 6) == 0)) {
		c->bad_mac = !id || len < 2;
	} else if (c->msg->hlen == 6) {
		memcpy(c->mac, c->msg->chaddr, sizeof(c->mac));
		c->has_mac = true;
	} else if (id && len == 7 && id[0] == 1) {
		/* EDK2 with SendGUID: chaddr holds the UUID */
		memcpy(c->mac, id + 1, sizeof(c->mac));
		c->has_mac = true;
	}
	if (c->has_mac)
		num_mac_text(c->mac, ':', c->mac_text);
}

void
client_read(const struct dhcp_msg *msg, struct client *c)
{
	const uint8_t *u = c->pxe.uuid;

	*c = (struct client){ .msg = msg };
	pxe_read(msg, &c->pxe);
	find_mac(c);
	find_lease_key(c);
	find_name(c);
	if (c->pxe.has_uuid)
		num_uuid_text(c->pxe.uuid, c->uuid_text);
	find_rpi(c);
	/* the UUID of a Pi is "RPi" and its model, board, MAC address, serial number */
	if (c->pxe.has_uuid && memcmp(u, "RPi", 3) == 0)
		snprintf(c->serial, sizeof(c->serial), "%02x%02x%02x%02x", u[12], u[13], u[14], u[15]);
}

void
client_set_mac(struct client *c, const uint8_t mac[6])
{
	memcpy(c->mac, mac, sizeof(c->mac));
	c->has_mac = true;
	num_mac_text(c->mac, ':', c->mac_text);
	if (c->key_len == 0)
		find_lease_key(c);
	find_rpi(c);
}

void
client_bind_to_mac(struct client *c)
{
	if (!c->has_mac)
		return;
	c->key[0] = 1;
	memcpy(c->key + 1, c->mac, sizeof(c->mac));
	c->key_len = 1 + sizeof(c->mac);
	c->sent_id = false;
}

const char *
client_arch(const struct client *c)
{
	if (c->rpi)
		return "rpi";
	for (size_t i = 0; i < c->pxe.archs; i++) {
		const struct pxe_arch *a = pxe_arch(c->pxe.arch[i]);

		if (a)
			return a->name;
	}
	return "-";
}

bool
client_is_booting(const struct client *c)
{
	/* U-Boot names its architecture, but not PXE */
	return c->pxe.client != PXE_CLIENT_OTHER || dhcp_has(c->msg, DHCP_ARCH);
}

bool
client_is_efi(const struct client *c)
{
	const struct pxe_arch *a = c->pxe.archs ? pxe_arch(c->pxe.arch[0]) : NULL;

	return a && a->efi;
}

struct hosts_who
client_who(const struct client *c)
{
	return (struct hosts_who){
		.mac = c->has_mac ? c->mac : NULL,
		.id = c->key,
		.id_len = c->key_len,
		.uuid = c->pxe.has_uuid ? c->pxe.uuid : NULL,
	};
}

bool
client_ipxe(const struct client *c, uint64_t seed, struct loops_who *out)
{
	size_t class_len = 0, ipxe_len = 0;
	const uint8_t *class = dhcp_get(c->msg, DHCP_USER_CLASS, &class_len);
	const uint8_t *ipxe = dhcp_get(c->msg, DHCP_IPXE, &ipxe_len);

	if (c->pxe.client != PXE_CLIENT_IPXE || !c->has_mac)
		return false;
	*out = (struct loops_who){ .mac = c->mac,
		.self = hashtab_hash(seed, class, class_len) ^ hashtab_hash(seed + 1, ipxe, ipxe_len),
		.begins = c->msg->type == DHCP_DISCOVER };
	return true;
}
