/* Builds the DHCP messages of a persona (RFC 2131, PXE 2.1).  Pure. */
#ifndef DHCP_BUILD_H
#define DHCP_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp.h"
#include "persona.h"

/* The made-up machine's identity. */
struct identity {
	uint8_t mac[6];
	uint8_t uuid[16]; /* as option 97 carries it */
	uint32_t giaddr;  /* not 0: asks as a relay agent there would (-g) */
};

/* One message to be sent. */
struct dhcp_build {
	enum dhcp_type type; /* DISCOVER, REQUEST, RELEASE; BOOTP for a BOOTP request */
	uint32_t xid;
	uint16_t secs;
	uint32_t ciaddr;    /* the address it holds; 0: none yet */
	uint32_t requested; /* option 50; 0: none */
	uint32_t server_id; /* option 54; 0: none */
	bool has_item;      /* option 43.71: the boot menu's choice */
	uint16_t item, layer;
};

/* Writes the message to `out`; its length, 0 when it does not fit. */
size_t
dhcp_build(const struct persona *p, const struct identity *id, const struct dhcp_build *m, void *out, size_t size);

#endif
