#include "rogue.h"

bool
rogue_seen(struct rogue *o, uint32_t addr, int ifindex, int64_t now)
{
	size_t i = 0;

	while (i < o->n && (o->of[i].addr != addr || o->of[i].ifindex != ifindex))
		i++;
	if (i < o->n && now >= o->of[i].told && now - o->of[i].told < ROGUE_EVERY_S)
		return false;
	if (i == o->n && o->n < ROGUE_ENTRIES) {
		o->n++;
	} else if (i == o->n) { /* forged addresses must not fill it for good */
		i = o->next;
		o->next = (o->next + 1) % ROGUE_ENTRIES;
	}
	o->of[i].addr = addr;
	o->of[i].ifindex = ifindex;
	o->of[i].told = now;
	return true;
}
