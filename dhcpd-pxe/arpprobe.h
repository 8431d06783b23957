/*
 * Which addresses were tried with ARP before they are offered to somebody new
 * (RFC 2131, section 2.2), and when: an address is taken for free when nobody
 * has answered for a while.  Of bounded size; pure.
 */
#ifndef PROBES_H
#define PROBES_H

#include <stdint.h>

#define PROBES 16384           /* remembered, one for each address modulo this */
#define PROBES_WAIT_MS 500     /* a machine on the same link has answered by then */
#define PROBES_GOOD_MS 60000   /* how long silence counts */
#define PROBES_AHEAD 16        /* addresses tried together, for the next clients; */
#define PROBES_AHEAD_MOST 8192 /* more while many come: 16,000 a second are not held up */
#define PROBES_RUSH_MS 2000

enum probes_state {
	PROBES_UNKNOWN, /* to be tried */
	PROBES_WAITING, /* until *due_ms */
	PROBES_FREE     /* nobody answered */
};

struct probes {
	struct {
		uint32_t addr;
		uint64_t sent_ms;
	} entry[PROBES];
	unsigned ahead;     /* at the last look ahead, */
	uint64_t looked_ms; /* which was then */
	uint64_t pause_ms;  /* no look ahead before: the last found nothing to try */
};

enum probes_state probes_state(const struct probes *p, uint32_t addr, uint64_t now_ms, uint64_t *due_ms);
void probes_sent(struct probes *p, uint32_t addr, uint64_t now_ms);
/* How many addresses to try ahead now: few, and twice as many each time when
 * that was soon too little. */
unsigned probes_ahead(struct probes *p, uint64_t now_ms);
/* It is not free after all. */
void probes_forget(struct probes *p, uint32_t addr);

#endif
