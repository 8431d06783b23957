#include "loops.h"

#include <string.h>

#include "hashtab.h"

static struct loops_entry *
entry_of(struct loops *l, const uint8_t mac[6])
{
	return &l->entry[hashtab_hash(l->seed, mac, 6) % LOOPS_ENTRIES];
}

bool
loops_is_back(struct loops *l, const struct loops_who *who, int64_t now)
{
	struct loops_entry *e = entry_of(l, who->mac);

	if (!e->used || memcmp(e->mac, who->mac, sizeof(e->mac)) != 0)
		return false;
	/* a clock that was set back makes an entry old too */
	if (now < e->sent || now - e->sent > LOOPS_AGE_S || e->self != who->self) {
		e->used = false;
		return false;
	}
	/* the REQUEST that follows is answered as what began it was */
	if (who->begins)
		e->back = true;
	return e->back;
}

void
loops_sent(struct loops *l, const struct loops_who *who, int64_t now)
{
	struct loops_entry *e = entry_of(l, who->mac);

	*e = (struct loops_entry){ .used = true, .self = who->self, .sent = now };
	memcpy(e->mac, who->mac, sizeof(e->mac));
}
