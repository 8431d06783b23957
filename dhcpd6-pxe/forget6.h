/* Leases that somebody wants to be forgotten (dhcpd6-pxe -r). */
#ifndef FORGET6_H
#define FORGET6_H

#include "batch6.h"
#include "control.h"

/* Does it name leases: an address, or a MAC address? */
bool forget6_is_word(const char *word);
/* Forgets what the word names: an address, whatever its state, or all that a MAC
 * address has.  Fills in one facts line for each, and a newline alone when there was
 * none; returns the length.  At most FORGET_AT_ONCE: ask again until there is none. */
#define FORGET_AT_ONCE 64
size_t forget6_word(const struct batch_env *env, struct leases *leases, const char *word, char reply[CONTROL_REPLY]);

#endif
