#include "offerfile.h"

#include <unistd.h>

#include "io.h"
#include "leaseline.h"

void
offerfile_add(struct offerfile *o, uint32_t addr, uint64_t now_ms)
{
	size_t at = (o->first + o->n) % OFFERFILE_MOST;

	if (o->n == OFFERFILE_MOST)
		return;
	o->of[at].addr = addr;
	o->of[at].due_ms = now_ms + OFFERFILE_WAIT_MS;
	o->n++;
}

/* An offer lasts a minute: of a flood, the last few thousand are enough. */
void
offerfile_put(struct offerfile *o, int fd, const struct lease *lease)
{
	char line[LEASELINE_MAX];

	if (fd < 0 || (o->lines % OFFERFILE_MOST == 0 && ftruncate(fd, 0) < 0))
		return;
	io_write(fd, line, leaseline_write(lease, lease_name(lease), lease->expiry, line));
	o->lines++;
}

int
offerfile_due(struct offerfile *o, int fd, const struct leases *leases, uint64_t now_ms)
{
	while (o->n > 0 && o->of[o->first].due_ms <= now_ms) {
		const struct lease *lease = leases_at(leases, o->of[o->first].addr);

		if (lease && lease->state == LEASE_OFFERED)
			offerfile_put(o, fd, lease);
		o->first = (o->first + 1) % OFFERFILE_MOST;
		o->n--;
	}
	return o->n > 0 ? (int)(o->of[o->first].due_ms - now_ms) : -1;
}
