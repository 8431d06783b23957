/* What is wrong with DHCP replies, for a given firmware.  Pure. */
#ifndef DHCP_CHECK_H
#define DHCP_CHECK_H

#include "finding.h"
#include "offer.h"

/* All offers together, and the one chosen. */
void
dhcp_check_offers(const struct persona *p, const struct offer *o, size_t n, const struct choice *c, struct findings *f);
/* Answers that came once `c` was chosen, behind the others in `o`: in time for
 * a firmware that waits longer than the walk, or for none. */
void
dhcp_check_late(const struct persona *p, const struct offer *o, size_t n, const struct choice *c, struct findings *f);
/* Says why offer_choose gave `fault`. */
void dhcp_check_unfit(const struct persona *p, const struct offer *o, size_t n, enum fault fault, struct findings *f);
/* The reply that names the boot file. */
void dhcp_check_boot(const struct persona *p, const struct dhcp_msg *m, const struct boot *b, struct findings *f);
/* The address: netmask, router, and whether the boot server can be reached
 * (server 0: it is named otherwise). */
void dhcp_check_lease(const struct dhcp_msg *ack, uint32_t server, struct findings *f);

#endif
