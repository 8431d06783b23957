/* Who a message comes from, and what it boots by.  Pure. */
#ifndef CLIENT6_H
#define CLIENT6_H

#include "dhcp6.h"
#include "hosts.h"
#include "loops.h"
#include "num.h"
#include "pxe.h"

#define CLIENT_NAME 64

struct client {
	const struct dhcp6_msg *msg;
	bool has_mac;
	uint8_t mac[6];
	char mac_text[NUM_MAC_TEXT]; /* "" when it is not known */
	bool has_uuid;
	uint8_t uuid[16]; /* in the order of DHCPv4's option 97 */
	char uuid_text[NUM_UUID_TEXT];
	enum pxe_client kind;
	uint16_t arch[PXE_ARCHS]; /* option 61 */
	size_t archs;
	char name[CLIENT_NAME]; /* what it calls itself (option 39) */
	/* What its leases are bound to: its DUID, or, where that names nobody, the
	 * DUID-LL of its MAC address; no length: it cannot be told from others. */
	uint8_t key[DHCP6_DUID_MAX];
	size_t key_len;
	/* filled in by the caller: */
	bool loops;               /* an iPXE that has just loaded itself */
	struct hosts_found found; /* what the rules say of this machine */
	const struct subnet6 *subnet;
};

/* `src` is where the message came from: of a client that no relay speaks for, its
 * link-local address. */
void client6_read(const struct dhcp6_msg *msg, const struct in6_addr *src, struct client *c);
/* The name of its architecture; its number where the registry has none; "-" without. */
const char *client6_arch(const struct client *c, char out[16]);
/* Does it say that it boots from the network? */
bool client6_is_booting(const struct client *c);
/* True for an iPXE whose MAC address is known: builds differ in their classes. */
bool client6_ipxe(const struct client *c, uint64_t seed, struct loops_who *out);
/* Its MAC address, or what stands in for it in the log. */
const char *client6_who(const struct client *c);
/* What the rules know it by. */
struct hosts_who client6_ids(const struct client *c);

#endif
