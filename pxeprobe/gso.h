/*
 * Splits TFTP DATA packets that segmentation offload has joined (udp(7),
 * UDP_SEGMENT).  A network card splits them; on a virtual link, and on the
 * server itself, they are captured as one UDP payload.  Pure.
 */
#ifndef GSO_H
#define GSO_H

#include <stddef.h>
#include <stdint.h>

/* The length of the first TFTP packet in the payload `packet`: all of it,
 * unless a DATA packet with `blksize` bytes of data is followed by the next
 * block. */
size_t gso_first(uint32_t blksize, const uint8_t *packet, size_t len);

#endif
