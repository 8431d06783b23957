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

#define DIALOG_DNS 3

struct dialog {
	struct net *net;
	struct report *report;
	struct findings *findings;
	struct identity id;
	unsigned patience_ms;  /* for each step */
	struct dialog *before; /* NULL, or one that may still be answered too */

	/* What came of it. */
	struct offer offer[OFFER_MAX];
	size_t offers;
	struct choice choice;
	struct dhcp_msg ack;  /* of the lease; for BOOTP the reply */
	struct dhcp_msg last; /* the reply that names the file */
	struct boot boot;
	uint32_t addr, mask, router;
	uint32_t dns[DIALOG_DNS];
	unsigned dns_n;
	bool leased;

	/* While it runs. */
	enum { DIALOG_IDLE, DIALOG_OFFERS, DIALOG_ACK, DIALOG_BINL } waiting;
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
 * d->findings says why not.  What it leased stays until dialog_release. */
bool dialog_run(struct dialog *d, const struct persona *p);
/* Late answers to the DISCOVER, heard while something else was done: adds to
 * d->findings what they mean. */
void dialog_late(struct dialog *d);
/* Gives the address back and says so. */
void dialog_release(struct dialog *d);

#endif
