/* Judges DHCP replies as a given firmware would take them.  Pure. */
#ifndef DHCP_CHECK_H
#define DHCP_CHECK_H

#include "finding.h"
#include "offer.h"

/* All offers together, and the choice made among them. */
void
dhcp_check_offers(const struct persona *p, const struct offer *o, size_t n, const struct choice *c, struct findings *f);
/* Offers that came after the choice `c`; they are the last in `o`.  They may be
 * in time for a firmware that waits longer than we did, or for none. */
void
dhcp_check_late(const struct persona *p, const struct offer *o, size_t n, const struct choice *c, struct findings *f);
/* Adds why offer_choose returned `fault`. */
void dhcp_check_unfit(const struct persona *p, const struct offer *o, size_t n, enum fault fault, struct findings *f);
/* The reply that names the boot file. */
void dhcp_check_boot(const struct persona *p, const struct dhcp_msg *m, const struct boot *b, struct findings *f);
/* The address: its netmask and router, and whether the boot server can be
 * reached (server 0: it goes by a name). */
void dhcp_check_lease(const struct dhcp_msg *ack, uint32_t server, struct findings *f);

#endif
