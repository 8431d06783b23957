/*
 * What the packets of each protocol say about the machines: track_dhcp.c,
 * track_tftp.c, track_http.c.
 */
#ifndef TRACK_PRIVATE_H
#define TRACK_PRIVATE_H

#include "track_table.h"

void track_dhcp(const struct track_event *e);
void track_tftp(const struct track_event *e);
void track_http(const struct track_event *e);

#endif
