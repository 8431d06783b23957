/*
 * The DHCP conversation of one persona on the wire: DISCOVER, the offers, the
 * choice, REQUEST, port 4011, and the RELEASE at the end.
 */
#ifndef DHCP_CLIENT_H
#define DHCP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "finding.h"
#include "dhcp_build.h"
#include "net.h"
#include "offer.h"
#include "report.h"

#define DHCP_CLIENT_DNS 3

struct dhcp_client {
	struct net *net;
	struct report *report;
	struct findings *findings;
	struct identity id;
	unsigned patience_ms;       /* for each step */
	struct dhcp_client *before; /* NULL, or one that may still be answered too */

	/* What came of it. */
	struct offer offer[OFFER_MAX];
	size_t offers;
	struct choice choice;
	struct dhcp_msg ack;  /* of the lease; for BOOTP the reply */
	struct dhcp_msg last; /* the reply that names the file */
	struct boot boot;
	uint32_t addr, mask, router;
	uint32_t dns[DHCP_CLIENT_DNS];
	unsigned dns_n;
	bool leased;

	/* While it runs. */
	enum { DHCP_CLIENT_IDLE, DHCP_CLIENT_OFFERS, DHCP_CLIENT_ACK, DHCP_CLIENT_BINL } waiting;
	const struct persona *persona;
	uint32_t xid, server_id;
	uint64_t sent_ms;
	uint32_t offer_xid; /* of the DISCOVER, and when that was sent */
	uint64_t asked_ms;
	bool chosen;   /* an offer that comes now is late */
	unsigned vlan; /* answers came with this tag, and do not count; 0: none */
	bool answered, refused;
	uint32_t answer_from;
	uint16_t answer_port;
};

/* Plays the persona until it knows what to load.  True when it does; else
 * d->findings says why not.  What it leased stays until dhcp_client_release. */
bool dhcp_client_run(struct dhcp_client *d, const struct persona *p);
/* Late answers to the DISCOVER, heard while something else was done: adds to
 * d->findings what they mean. */
void dhcp_client_late(struct dhcp_client *d);
/* Gives the address back and says so. */
void dhcp_client_release(struct dhcp_client *d);

#endif
