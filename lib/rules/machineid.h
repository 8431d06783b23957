/*
 * What a machine's own file in a hosts directory is named after: its MAC address
 * (52-54-00-19-93-5b), its UUID, its client identifier (id-HEX) or its DUID (duid-HEX).
 * Pure.
 */
#ifndef MACHINEID_H
#define MACHINEID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MACHINEID_DUID_MAX 130 /* a type and 128 bytes (RFC 8415, 11.1) */

enum machineid_kind { MACHINEID_MAC, MACHINEID_UUID, MACHINEID_CLIENT, MACHINEID_DUID };

struct machineid {
	uint8_t kind, len;
	uint8_t bytes[255]; /* of a UUID as in option 97, of an identifier as in option 61, or DHCPv6's 1 */
};

/* False when the name is none of the four. */
bool machineid_read(const char *name, struct machineid *out);
bool machineid_same(const struct machineid *a, const struct machineid *b);

#endif
