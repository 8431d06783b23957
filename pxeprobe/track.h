/*
 * Follows machines as they boot, from the packets on a network or in a capture
 * alone, and gives a verdict on each.  Pure: packets in, steps out, time from
 * the capture.
 */
#ifndef TRACK_H
#define TRACK_H

#include "track_table.h"

/* Takes in a packet that was seen. */
void track_take(struct tracks *all, const struct packet *p, uint64_t us, const struct track_calls *calls);

/* Whether the machine got what it asked for, as far as can be seen: what is not in
 * view did not fail.  Adds what is wrong to `f`. */
enum verdict track_verdict(const struct tracks *all, const struct track *t, struct findings *f, char text[TRACK_TEXT]);
/* True while it waits for an answer, or for the next packet of a file: then
 * nothing but silence says that it failed. */
bool track_waits(const struct track *t);

/* True for a machine that boots: its requests say so, it was offered a boot file, or it
 * was sent a loader.  A switch that fetches its configuration is none. */
bool track_boots(const struct track *t);

#endif
