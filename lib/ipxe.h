/* What iPXE is called and can do: its boot files, its features.  Pure. */
#ifndef IPXE_H
#define IPXE_H

#include <stdbool.h>
#include <stdint.h>

#include "dhcp.h"

/* True for the names that iPXE's own build, Debian's package and netboot.xyz
 * give its binaries.  A client that is iPXE already must not get one: it
 * would load itself for ever (github.com/ipxe/ipxe/issues/203). */
bool ipxe_binary(const char *file);

/* Option 175 says what a build can do: suboptions 16 to 79, one byte each, a
 * version (ipxe src/include/ipxe/features.h). */
#define IPXE_FEATURES 16
#define IPXE_FEATURES_END 80
/* The code of "http", "menu" ..., or of a number; 0 when there is none. */
uint8_t ipxe_feature(const char *name);
/* NULL for a code without a name. */
const char *ipxe_feature_name(uint8_t code);
/* Those that a message announces, 1 << (code - IPXE_FEATURES). */
uint64_t ipxe_features(const struct dhcp_msg *msg);

#endif
