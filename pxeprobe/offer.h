/*
 * Offers: what each is to this firmware, which one it takes, and what it
 * then believes it should boot.  Pure.
 */
#ifndef OFFER_H
#define OFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp.h"
#include "fault.h"
#include "persona.h"

#define OFFER_MAX 16
#define OFFER_NAME 512

/* One reply as it came in. */
struct offer {
	struct dhcp_msg msg;
	uint32_t source; /* IPv4 sender */
	uint16_t sport;
	uint64_t ms;      /* after the request */
	bool file67_open; /* 67 has no NUL and another option follows */
	bool late;        /* came once the choice was made */
};

enum offer_kind {
	OFFER_BOOTP,
	OFFER_PLAIN,
	OFFER_BINL,
	OFFER_PXE10,
	OFFER_HTTP,
	OFFER_PROXY_BINL,
	OFFER_PROXY_PXE10,
	OFFER_PROXY_HTTP,
	OFFER_PROXY_UNFIT /* a proxy offer that is not for this client */
};

enum offer_kind offer_kind(const struct offer *o);
const char *offer_kind_text(enum offer_kind k);
/* Gives an address (its yiaddr is not 0)? */
bool offer_leases(const struct offer *o);
/* The server's address: option 54, else siaddr, else the sender. */
uint32_t offer_server(const struct offer *o);

/* What a firmware believes it should load. */
struct boot {
	char name[OFFER_NAME];   /* a TFTP name or a URI; "" none */
	const char *name_from;   /* "67" or "file" */
	uint32_t server;         /* 0: not told */
	const char *server_from; /* "siaddr", "54", "43.8" */
};
/* Reads it as this persona does; false when there is no name.  A Raspberry Pi
 * needs none: there it is whether option 43 has the words it looks for.  What
 * asks for an address alone (RULE_ADDRESS) takes any reply. */
bool offer_boot(const struct persona *p, const struct dhcp_msg *m, struct boot *out);

#define OFFER_NOBODY (-1)
struct choice {
	int lease;     /* index of the offer that gives the address */
	int boot;      /* index of the one that says what to boot */
	bool ask;      /* asks `boot` again, on port 4011 (or 67 by broadcast) */
	bool has_item; /* with this menu entry */
	uint16_t item, layer;
	uint32_t ask_server;
};
/* FAULT_NONE, or why this persona would not go on; *out holds what there is
 * in any case. */
enum fault offer_choose(const struct persona *p, const struct offer *offer, size_t n, struct choice *out);
/* There is enough to go on with; what still comes may be liked better. */
bool offer_settled(const struct persona *p, const struct offer *offer, size_t n);

#endif
