#include "clockset.h"

int64_t
clockset_by(struct clockset *c, int64_t wall_s, int64_t steady_s)
{
	int64_t apart = wall_s - steady_s, by = c->known ? apart - c->apart : 0;

	/* what is slewed is followed, or it would add up */
	c->known = true;
	c->apart = apart;
	return by >= CLOCKSET_LEAST_S || by <= -CLOCKSET_LEAST_S ? by : 0;
}
