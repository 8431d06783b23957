/*
 * DATA packets that came as one.  A server's segmentation offload (udp(7),
 * UDP_SEGMENT) is undone by its network card; on a virtual link, and on the
 * server itself, what is captured is the whole train in one UDP payload.
 * Pure.
 */
#ifndef GSO_H
#define GSO_H

#include <stddef.h>
#include <stdint.h>

/* How many bytes of the payload `packet` are its first TFTP packet: all of
 * them, but for a DATA packet of `blksize` bytes of data that the next block
 * follows. */
size_t gso_first(uint32_t blksize, const uint8_t *packet, size_t len);

#endif
