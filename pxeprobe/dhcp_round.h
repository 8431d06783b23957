/*
 * One DHCP conversation of a persona on the wire: drives a dhcp_client with
 * the network's packets and the clock, reports what is seen, and says what is
 * wrong with it.
 */
#ifndef DHCP_ROUND_H
#define DHCP_ROUND_H

#include <stdbool.h>

#include "dhcp_client.h"
#include "finding.h"
#include "lan.h"
#include "report.h"

struct dhcp_round {
	struct lan *lan;
	struct report *report;
	struct findings *findings;
	struct dhcp_round *before; /* NULL, or one that may still be answered too */
	struct identity id;
	unsigned patience_ms; /* for each exchange */
	struct dhcp_client client;
};

/* Plays the persona until it knows what to load.  True when it does; else
 * r->findings says why not.  What it leased stays until dhcp_round_release. */
bool dhcp_round_run(struct dhcp_round *r, const struct persona *p);
/* Adds to r->findings what late answers to the DISCOVER mean, heard while
 * something else was done. */
void dhcp_round_late(struct dhcp_round *r);
/* Gives the address back and reports that. */
void dhcp_round_release(struct dhcp_round *r);

#endif
