/*
 * How long each firmware and boot loader waits for an answer before it sends
 * again, and when it gives up.  Data.
 */
#ifndef RETRANSMIT_H
#define RETRANSMIT_H

#include <stdint.h>

#include "persona.h"

struct retransmit {
	uint32_t first_ms; /* after the first packet */
	uint16_t growth;   /* percent of the wait before: 200 doubles it */
	uint32_t most_ms;  /* the longest wait */
	uint16_t tries;    /* packets sent before it gives up */
};

/* For its DHCP requests. */
const struct retransmit *retransmit_dhcp(const struct persona *p);
/* For TFTP packets: the firmware's own, or those of the loader that `how` is. */
const struct retransmit *retransmit_tftp(const struct persona *p, const struct persona_tftp *how);
/* Milliseconds of silence after which an HTTP client gives up; TCP does the
 * retransmitting. */
uint32_t retransmit_http(const struct persona *p, const struct persona_http *how);
/* How long to wait, in milliseconds, after packet number `sent` (from 1). */
uint32_t retransmit_wait(const struct retransmit *r, unsigned sent);

#endif
