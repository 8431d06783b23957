/*
 * Packets as tcpdump -x, -xx and -X print them, as people paste them into tickets: a line
 * with the time, then lines "0x0000:  4500 0148 ..." with the bytes.  Pure.
 */
#ifndef HEXDUMP_H
#define HEXDUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEXDUMP_MOST 65536

struct hexdump {
	uint8_t bytes[HEXDUMP_MOST], first[16]; /* first: of the packet that has begun behind it */
	size_t len, first_len;
	bool whole;           /* bytes are a packet that has been handed out */
	uint64_t us, next_us; /* when it was seen; of the next one */
};

/* Takes a line, without its end or with it.  True when the packet before it is complete: it
 * is in bytes, len and us until the next call. */
bool hexdump_line(struct hexdump *d, const char *line);
/* The text is over: true when there is a last packet. */
bool hexdump_end(struct hexdump *d);
/* Does it begin with an Ethernet header (-xx), rather than with IP's? */
bool hexdump_is_ethernet(const struct hexdump *d);

#endif
