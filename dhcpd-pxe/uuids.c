#include "uuids.h"

#include <string.h>

#include "hashtab.h"

static size_t
bucket_of(const struct uuids *u, const uint8_t uuid[16])
{
	return hashtab_hash(u->seed, uuid, 16) % UUIDS_BUCKETS;
}

/* A clock that was set back makes an entry old too. */
static bool
is_old(const struct uuids_entry *e, int64_t now)
{
	return !e->used || now < e->seen || now - e->seen > UUIDS_AGE_S;
}

void
uuids_learn(struct uuids *u, const uint8_t uuid[16], const uint8_t mac[6], int64_t now)
{
	struct uuids_entry *way = u->entry[bucket_of(u, uuid)], *to = &way[0];

	for (size_t i = 0; i < UUIDS_WAYS; i++) {
		if (way[i].used && memcmp(way[i].uuid, uuid, sizeof(way[i].uuid)) == 0) {
			to = &way[i];
			break;
		}
		if (to->used && (is_old(&way[i], now) || way[i].seen < to->seen))
			to = &way[i];
	}
	memcpy(to->uuid, uuid, sizeof(to->uuid));
	memcpy(to->mac, mac, sizeof(to->mac));
	to->used = true;
	to->seen = now;
}

bool
uuids_find(const struct uuids *u, const uint8_t uuid[16], int64_t now, uint8_t mac[6])
{
	const struct uuids_entry *way = u->entry[bucket_of(u, uuid)];

	for (size_t i = 0; i < UUIDS_WAYS; i++)
		if (!is_old(&way[i], now) && memcmp(way[i].uuid, uuid, sizeof(way[i].uuid)) == 0) {
			memcpy(mac, way[i].mac, sizeof(way[i].mac));
			return true;
		}
	return false;
}
