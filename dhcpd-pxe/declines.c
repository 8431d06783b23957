#include "declines.h"

#include "hashtab.h"

uint32_t
declines_add(struct declines *d, const void *who, size_t len, uint32_t addr)
{
	uint64_t hash = hashtab_hash(d->seed, who, len);
	struct declines_client *c = &d->client[hash % DECLINES_CLIENTS];
	uint32_t oldest;

	if (c->who != hash)
		*c = (struct declines_client){ .who = hash };
	for (size_t i = 0; i < DECLINES_MOST; i++)
		if (c->addr[i] == addr)
			return 0;
	oldest = c->addr[c->next];
	c->addr[c->next] = addr;
	c->next = (c->next + 1) % DECLINES_MOST;
	return oldest;
}

size_t
declines_of(const struct declines *d, const void *who, size_t len, uint32_t addr[DECLINES_MOST])
{
	uint64_t hash = hashtab_hash(d->seed, who, len);
	const struct declines_client *c = &d->client[hash % DECLINES_CLIENTS];
	size_t n = 0;

	for (size_t i = 0; c->who == hash && i < DECLINES_MOST; i++)
		if (c->addr[i])
			addr[n++] = c->addr[i];
	return n;
}
