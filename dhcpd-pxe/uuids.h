/*
 * Which MAC address a UUID had last.  EDK2 asks on port 4011 with its UUID as
 * hardware address (PxeBcDhcp4.c, SendGUID) and no MAC address anywhere, so
 * what its DISCOVER said is kept for that.  Of bounded size: a bucket that is
 * full loses its oldest entry.
 */
#ifndef UUIDS_H
#define UUIDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UUIDS_BUCKETS 1024
#define UUIDS_WAYS 4
#define UUIDS_AGE_S 600 /* from a client's last message with both */

struct uuids {
	uint64_t seed;
	struct uuids_entry {
		uint8_t uuid[16], mac[6];
		bool used;
		int64_t seen; /* seconds, as `now` */
	} entry[UUIDS_BUCKETS][UUIDS_WAYS];
};

/* The last MAC address wins: boards are known to share a UUID. */
void uuids_learn(struct uuids *u, const uint8_t uuid[16], const uint8_t mac[6], int64_t now);
bool uuids_find(const struct uuids *u, const uint8_t uuid[16], int64_t now, uint8_t mac[6]);

#endif
