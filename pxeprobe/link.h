/* What is inside a captured frame, whatever the link (pcap's LINKTYPE_ list).
 * Pure. */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

/* A whole UDP packet in a frame of this DLT_ kind: Ethernet with or without
 * VLAN tags, Linux cooked (1 and 2), raw IP, BSD loopback. */
bool link_udp(int dlt, const uint8_t *bytes, size_t len, struct frame_udp *out);
bool link_known(int dlt);

#endif
