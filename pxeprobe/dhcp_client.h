/*
 * The DHCP client of a firmware (RFC 2131, PXE 2.1) as a state machine: it
 * gathers offers, chooses one as the persona would, requests the address and
 * asks port 4011 where the choice calls for it.  Packets and the time go in;
 * what to do next comes out, and what came of it stays in the struct.  Pure.
 *
 *	dhcp_client_start(c, ...);
 *	while ((act = dhcp_client_next(c, now, &out)) != DHCP_CLIENT_DONE)
 *		do it; dhcp_client_input(c, ...) for each packet meanwhile
 */
#ifndef DHCP_CLIENT_H
#define DHCP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "dhcp_build.h"
#include "frame.h"
#include "offer.h"

#define DHCP_CLIENT_DNS 3

enum dhcp_client_state {
	DHCP_CLIENT_SELECTING,  /* the DISCOVER is out: gathers offers */
	DHCP_CLIENT_LISTENING,  /* nobody named a file in time: will anyone? */
	DHCP_CLIENT_REQUESTING, /* the REQUEST is out */
	DHCP_CLIENT_LEASED,     /* has an address, which its host does not use yet */
	DHCP_CLIENT_BOUND,      /* uses it */
	DHCP_CLIENT_ASKING,     /* the REQUEST to port 4011 is out */
	DHCP_CLIENT_ENDED
};

enum dhcp_client_result {
	DHCP_CLIENT_NAMED,     /* knows what to load: see boot */
	DHCP_CLIENT_UNNAMED,   /* the reply that counts names no file */
	DHCP_CLIENT_UNSENT,    /* the DISCOVER could not be sent */
	DHCP_CLIENT_NO_CHOICE, /* no offer will do: see fault */
	DHCP_CLIENT_TOO_LATE,  /* the offer that would do, offer[on_time - 1], came after the choice */
	DHCP_CLIENT_NO_ACK,
	DHCP_CLIENT_REFUSED, /* NAK */
	DHCP_CLIENT_NO_REPLY /* from port 4011 */
};

struct dhcp_client {
	const struct persona *persona;
	struct identity id;
	unsigned patience_ms; /* for each exchange */

	enum dhcp_client_state state;
	enum dhcp_client_result result; /* once it has ended */
	enum fault fault;               /* why no offer will do */

	struct offer offer[OFFER_MAX]; /* all heard, late ones too */
	size_t offers, on_time;        /* on_time: those that came before the choice */
	struct choice choice;
	/* An answer that this client never gets: where it was sent; from 0: none was. */
	struct {
		uint32_t from, to;
		uint16_t port;
	} astray;
	unsigned vlan;        /* answers came with this tag, and do not count; 0: none */
	bool reply_missing;   /* port 4011 was silent, and this persona did without */
	struct dhcp_msg ack;  /* of the lease; for BOOTP the reply */
	struct dhcp_msg last; /* the reply that names the file */
	struct boot boot;

	bool leased; /* has the address below, and owes a RELEASE */
	uint32_t addr, mask, router;
	uint32_t dns[DHCP_CLIENT_DNS];
	unsigned dns_n;
	uint32_t server_id;

	/* Of the last ACK, or reply from port 4011. */
	uint32_t answer_from;
	uint16_t answer_port;

	/* The exchange under way, and the DISCOVER's identifier and time. */
	uint32_t xid, offer_xid, binl_xid;
	uint64_t began_ms, again_ms, retry_ms, asked_ms;
};

/* Begins with a DISCOVER (or BOOTP request).  The transaction identifiers are
 * random: one for the lease, one for port 4011. */
struct dhcp_client_want {
	const struct persona *persona;
	struct identity id;
	unsigned patience_ms;
	uint32_t xid, binl_xid;
};
void dhcp_client_start(struct dhcp_client *c, const struct dhcp_client_want *want, uint64_t now_ms);

enum dhcp_client_act {
	DHCP_CLIENT_WAIT,    /* for packets, until out->deadline_ms */
	DHCP_CLIENT_SEND,    /* out->udp (its MAC addresses are the caller's) */
	DHCP_CLIENT_BIND,    /* the host takes the address: addr, mask, router */
	DHCP_CLIENT_RESOLVE, /* find the MAC address of out->udp.dst, which is asked next on port 4011 */
	DHCP_CLIENT_DONE     /* see result; dhcp_client_input still notes late offers */
};
struct dhcp_client_out {
	uint64_t deadline_ms;
	struct frame_udp udp;
	uint8_t bytes[DHCP_MAX]; /* udp.data points here */
};
enum dhcp_client_act dhcp_client_next(struct dhcp_client *c, uint64_t now_ms, struct dhcp_client_out *out);
/* What dhcp_client_next wanted sent could not be. */
void dhcp_client_unsent(struct dhcp_client *c);

/* What a packet was. */
enum dhcp_client_heard {
	DHCP_CLIENT_NOTHING,   /* not for this client, seen before, or of no use */
	DHCP_CLIENT_HAS_OFFER, /* offer[offers - 1] */
	DHCP_CLIENT_HAS_ACK,
	DHCP_CLIENT_HAS_NAK,
	DHCP_CLIENT_HAS_REPLY /* from port 4011 */
};
/* `vlan`: the tag it came with, 0 for none. */
enum dhcp_client_heard
dhcp_client_input(struct dhcp_client *c, const struct frame_udp *u, unsigned vlan, uint64_t now_ms);

/* The RELEASE of its lease; false when it owes none, as after BOOTP. */
bool dhcp_client_release(const struct dhcp_client *c, uint32_t xid, struct dhcp_client_out *out);

#endif
