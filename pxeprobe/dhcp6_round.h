/*
 * One conversation over IPv6 of a persona on the wire: routers are listened for, a
 * dhcp6_client is driven with the network's packets and the clock, what is seen is
 * reported, and what is wrong with it said.  The DHCPv6 counterpart of dhcp_round.h.
 */
#ifndef DHCP6_ROUND_H
#define DHCP6_ROUND_H

#include <stdbool.h>

#include "dhcp6_client.h"
#include "finding.h"
#include "lan.h"
#include "report.h"

struct dhcp6_round {
	struct lan *lan;
	struct report *report;
	struct findings *findings;
	struct identity id;
	unsigned patience_ms;   /* for each exchange */
	bool again;             /* the machine runs already, and has heard its routers */
	struct persona persona; /* as it was: its leases are given back as it asked for them */
	/* What came of it: */
	struct dhcp6_client stack, client; /* stack: of its IP stack, which asks first */
	struct in6_addr addr;              /* that the machine uses */
	const char *url;                   /* what it boots */
	/* The RELEASE under way. */
	const struct dhcp6_client *releasing;
	uint32_t release_xid;
	bool released;
};

/* Plays the persona until it knows what to load.  True when it does; else
 * r->findings says why not.  What it leased stays until dhcp6_round_release. */
bool dhcp6_round_run(struct dhcp6_round *r, const struct persona *p);
/* Gives the address back and reports that. */
void dhcp6_round_release(struct dhcp6_round *r);

#endif
