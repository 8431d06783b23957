/* The client: what its message says, and what the rules know of it. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp.h"
#include "hosts.h"
#include "loops.h"
#include "num.h"
#include "pxe.h"

#define CLIENT_KEY 256 /* at most so many bytes of what a lease is bound to */
#define CLIENT_NAME 64

enum client_fqdn { /* flags of option 81 (RFC 4702, section 2.1) */
	CLIENT_FQDN_S = 1,
	CLIENT_FQDN_O = 2,
	CLIENT_FQDN_E = 4,
	CLIENT_FQDN_N = 8
};

struct client {
	const struct dhcp_msg *msg;
	struct pxe_request pxe;
	bool rpi; /* a Raspberry Pi's boot ROM */
	bool has_mac;
	bool bad_mac; /* a group or zero address, and no option 61 to go by */
	uint8_t mac[6];
	char mac_text[NUM_MAC_TEXT]; /* "" without */
	char uuid_text[NUM_UUID_TEXT];
	char serial[17];
	char name[CLIENT_NAME]; /* option 12 or 81, cleaned; "" without */
	bool has_fqdn;          /* option 81 came, with these flags */
	uint8_t fqdn_flags;
	/* What its lease is bound to: option 61, else 01 and the MAC address
	 * (the same bytes that most systems send as option 61, so that a ROM
	 * without one and the system it boots share an address). */
	uint8_t key[CLIENT_KEY];
	size_t key_len; /* 0: nothing to bind to */
	bool sent_id;
	/* filled in by the caller: */
	bool loops;                  /* an iPXE that has just loaded itself */
	struct hosts_found found;    /* what the rules say of this machine */
	const struct subnet *subnet; /* NULL: not known yet */
};

void client_read(const struct dhcp_msg *msg, struct client *c);
/* The MAC address of a client whose message has none, known from elsewhere. */
void client_set_mac(struct client *c, const uint8_t mac[6]);
/* Its lease is bound to the MAC address, if it has one, and not to option 61. */
void client_bind_to_mac(struct client *c);
/* "efi-x64"; "-" when the client did not say. */
const char *client_arch(const struct client *c);
/* True if it asks for something to boot.  An answer without an address would only
 * confuse one that does not. */
bool client_is_booting(const struct client *c);
/* UEFI firmware, as opposed to something that it started. */
bool client_is_efi(const struct client *c);
/* What the rules know it by. */
struct hosts_who client_who(const struct client *c);
/* True for an iPXE whose MAC address is known: builds differ in their features and
 * version (175), those with a script of their own often in their user class (77) as well. */
bool client_ipxe(const struct client *c, uint64_t seed, struct loops_who *out);

#endif
