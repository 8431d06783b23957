#include "arpprobe.h"

enum arpprobe_state
arpprobe_state(const struct arpprobe *p, uint32_t addr, uint64_t now_ms, uint64_t *due_ms)
{
	uint64_t sent_ms = p->entry[addr % ARPPROBE_ENTRIES].sent_ms;

	if (p->entry[addr % ARPPROBE_ENTRIES].addr != addr || now_ms - sent_ms > ARPPROBE_GOOD_MS)
		return ARPPROBE_UNKNOWN;
	*due_ms = sent_ms + ARPPROBE_WAIT_MS;
	return now_ms < *due_ms ? ARPPROBE_WAITING : ARPPROBE_FREE;
}

void
arpprobe_sent(struct arpprobe *p, uint32_t addr, uint64_t now_ms)
{
	p->entry[addr % ARPPROBE_ENTRIES].addr = addr;
	p->entry[addr % ARPPROBE_ENTRIES].sent_ms = now_ms;
}

unsigned
arpprobe_ahead(struct arpprobe *p, uint64_t now_ms)
{
	if (p->ahead == 0 || now_ms - p->looked_ms > ARPPROBE_RUSH_MS)
		p->ahead = ARPPROBE_AHEAD;
	else if (p->ahead < ARPPROBE_AHEAD_MOST)
		p->ahead *= 2;
	p->looked_ms = now_ms;
	return p->ahead;
}

void
arpprobe_forget(struct arpprobe *p, uint32_t addr)
{
	if (p->entry[addr % ARPPROBE_ENTRIES].addr == addr)
		p->entry[addr % ARPPROBE_ENTRIES].addr = 0;
}
