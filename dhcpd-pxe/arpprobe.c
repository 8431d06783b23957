#include "arpprobe.h"

enum probes_state
probes_state(const struct probes *p, uint32_t addr, uint64_t now_ms, uint64_t *due_ms)
{
	uint64_t sent_ms = p->entry[addr % PROBES].sent_ms;

	if (p->entry[addr % PROBES].addr != addr || now_ms - sent_ms > PROBES_GOOD_MS)
		return PROBES_UNKNOWN;
	*due_ms = sent_ms + PROBES_WAIT_MS;
	return now_ms < *due_ms ? PROBES_WAITING : PROBES_FREE;
}

void
probes_sent(struct probes *p, uint32_t addr, uint64_t now_ms)
{
	p->entry[addr % PROBES].addr = addr;
	p->entry[addr % PROBES].sent_ms = now_ms;
}

unsigned
probes_ahead(struct probes *p, uint64_t now_ms)
{
	if (p->ahead == 0 || now_ms - p->looked_ms > PROBES_RUSH_MS)
		p->ahead = PROBES_AHEAD;
	else if (p->ahead < PROBES_AHEAD_MOST)
		p->ahead *= 2;
	p->looked_ms = now_ms;
	return p->ahead;
}

void
probes_forget(struct probes *p, uint32_t addr)
{
	if (p->entry[addr % PROBES].addr == addr)
		p->entry[addr % PROBES].addr = 0;
}
