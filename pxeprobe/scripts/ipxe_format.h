/* How iPXE prints a setting: "${ip:hexraw}", "${51:int32}". */
#ifndef IPXE_FORMAT_H
#define IPXE_FORMAT_H

#include "scripts.h"

/* Changes a value that is text, an address or a MAC address to what its type makes of it. */
void ipxe_format(char value[SCRIPT_VALUE], const char *type);
/* The bytes of a DHCP option, as hexadecimal digits, as its type; NULL: it has none. */
void ipxe_format_option(const char *digits, const char *type, char value[SCRIPT_VALUE]);

#endif
