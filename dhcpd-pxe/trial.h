/* New addresses are tried with ARP before anybody gets them (RFC 2131, section
 * 2.2): what is asked on the wire, and when its answer is known. */
#ifndef TRIAL_H
#define TRIAL_H

#include "batch.h"

/* When it will be known, by the clock of use->log, whether the address of this
 * answer is free; 0 when it is, or when that cannot be known. */
uint64_t trial_known_at(const struct batch_use *use, const struct answer *a, int64_t now);

#endif
