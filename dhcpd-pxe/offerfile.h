/*
 * FILE.offers, beside the lease file: offers that were not taken up at once, for
 * people to look at (dhcpd-pxe -L).  Never synced and never read again by the
 * daemon; most clients take an offer up so soon that nothing is written.
 */
#ifndef OFFERFILE_H
#define OFFERFILE_H

#include "leases.h"

#define OFFERFILE_WAIT_MS 100
#define OFFERFILE_MOST 4096 /* that wait at once, and lines before it begins anew */

struct offerfile {
	size_t lines;
	struct {
		uint64_t due_ms;
		uint32_t addr;
	} of[OFFERFILE_MOST];
	size_t first, n;
};

/* An address is being offered. */
void offerfile_add(struct offerfile *o, uint32_t addr, uint64_t now_ms);
/* Writes those that wait still to the descriptor (-1: nowhere); milliseconds until
 * the next is due, -1 when there is none. */
int offerfile_due(struct offerfile *o, int fd, const struct leases *leases, uint64_t now_ms);
/* One line: as it is, or that the offer is over. */
void offerfile_put(struct offerfile *o, int fd, const struct lease *lease);

#endif
