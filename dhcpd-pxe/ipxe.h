/* Which boot files are iPXE itself.  Pure. */
#ifndef IPXE_H
#define IPXE_H

#include <stdbool.h>

/* True for the names that iPXE's own build, Debian's package and netboot.xyz
 * give its binaries.  A client that is iPXE already must not get one: it
 * would load itself for ever (github.com/ipxe/ipxe/issues/203). */
bool ipxe_binary(const char *file);

#endif
