/* The answer as bytes, within the messages of the relays that it goes back through.
 * Pure. */
#ifndef REPLY6_H
#define REPLY6_H

#include "answer6.h"

/* Its length; 0 when it does not fit. */
size_t reply6_write(const struct answer *a, struct dhcp6_bytes server_duid, uint8_t *out, size_t size);

#endif
