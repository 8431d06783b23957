/*
 * How long a firmware or boot loader waits for an answer, asks again, and
 * gives up.  Data.
 */
#ifndef RETRANSMIT_H
#define RETRANSMIT_H

#include <stdint.h>

#include "persona.h"

struct retransmit {
	uint32_t first_ms; /* after the first packet */
	uint16_t growth;   /* percent of the wait before: 100 the same, 200 doubled */
	uint32_t most_ms;  /* no wait is longer */
	uint16_t tries;    /* packets sent before it gives up */
};

/* Its DHCP requests. */
const struct retransmit *retransmit_dhcp(const struct persona *p);
/* A TFTP client's packets: the firmware's own, or a loader's that `how` names. */
const struct retransmit *retransmit_tftp(const struct persona *p, const struct persona_tftp *how);
/* Milliseconds of silence after which an HTTP client gives up; TCP itself
 * sends again. */
uint32_t retransmit_http(const struct persona *p, const struct persona_http *how);
/* How long to wait after the packet number `sent` (from 1). */
uint32_t retransmit_wait(const struct retransmit *r, unsigned sent);

#endif
