#include "peers.h"

#include <stdlib.h>

#define BUCKETS 4096

struct peer {
	struct addr who;
	size_t waiting;
	struct peer *next;
};

struct peers {
	struct peer *bucket[BUCKETS];
};

struct peers *
peers_new(void)
{
	return calloc(1, sizeof(struct peers));
}

void
peers_free(struct peers *p)
{
	for (size_t i = 0; i < BUCKETS; i++)
		while (p->bucket[i]) {
			struct peer *next = p->bucket[i]->next;

			free(p->bucket[i]);
			p->bucket[i] = next;
		}
	free(p);
}

static size_t
bucket_of(const struct addr *who)
{
	uint32_t h = addr_hash_host(who);

	return (h ^ h >> 16) % BUCKETS;
}

size_t
peers_waiting(const struct peers *p, const struct addr *who)
{
	const struct peer *e = p->bucket[bucket_of(who)];

	while (e && !addr_same_host(&e->who, who))
		e = e->next;
	return e ? e->waiting : 0;
}

int
peers_add(struct peers *p, const struct addr *who)
{
	struct peer **bucket = &p->bucket[bucket_of(who)], *e = *bucket;

	while (e && !addr_same_host(&e->who, who))
		e = e->next;
	if (!e) {
		e = malloc(sizeof(*e));
		if (!e)
			return -1;
		*e = (struct peer){ .who = *who, .next = *bucket };
		*bucket = e;
	}
	e->waiting++;
	return 0;
}

void
peers_drop(struct peers *p, const struct addr *who)
{
	struct peer **link = &p->bucket[bucket_of(who)], *e;

	while (*link && !addr_same_host(&(*link)->who, who))
		link = &(*link)->next;
	e = *link;
	if (!e || --e->waiting > 0)
		return;
	*link = e->next;
	free(e);
}
