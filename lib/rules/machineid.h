/*
 * What a machine's own file in a hosts directory is named after: its MAC address
 * (52-54-00-19-93-5b), its UUID, or its client identifier (id-HEX).  Pure.
 */
#ifndef MACHINEID_H
#define MACHINEID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum machineid_kind { MACHINEID_MAC, MACHINEID_UUID, MACHINEID_CLIENT };

struct machineid {
	uint8_t kind, len;
	uint8_t bytes[255]; /* of a UUID as in option 97, of an identifier as in option 61 */
};

/* False when the name is none of the three. */
bool machineid_read(const char *name, struct machineid *out);
bool machineid_same(const struct machineid *a, const struct machineid *b);

#endif
