/*
 * Which addresses were tried with ARP before they are offered to somebody new
 * (RFC 2131, section 2.2), and when: an address is taken for free when nobody
 * has answered for a while.  Of bounded size; pure.
 */
#ifndef ARPPROBE_H
#define ARPPROBE_H

#include <stdint.h>

#define ARPPROBE_ENTRIES 16384   /* remembered, one for each address modulo this */
#define ARPPROBE_WAIT_MS 500     /* a machine on the same link has answered by then */
#define ARPPROBE_GOOD_MS 60000   /* how long silence counts */
#define ARPPROBE_AHEAD 16        /* addresses tried together, for the next clients; */
#define ARPPROBE_AHEAD_MOST 8192 /* more while many come: 16,000 a second are not held up */
#define ARPPROBE_RUSH_MS 2000

enum arpprobe_state {
	ARPPROBE_UNKNOWN, /* to be tried */
	ARPPROBE_WAITING, /* until *due_ms */
	ARPPROBE_FREE     /* nobody answered */
};

struct arpprobe {
	struct {
		uint32_t addr;
		uint64_t sent_ms;
	} entry[ARPPROBE_ENTRIES];
	unsigned ahead;     /* at the last look ahead, */
	uint64_t looked_ms; /* which was then */
	uint64_t pause_ms;  /* no look ahead before: the last found nothing to try */
};

enum arpprobe_state arpprobe_state(const struct arpprobe *p, uint32_t addr, uint64_t now_ms, uint64_t *due_ms);
void arpprobe_sent(struct arpprobe *p, uint32_t addr, uint64_t now_ms);
/* How many addresses to try ahead now: few, and twice as many each time when
 * that was soon too little. */
unsigned arpprobe_ahead(struct arpprobe *p, uint64_t now_ms);
/* It is not free after all. */
void arpprobe_forget(struct arpprobe *p, uint32_t addr);

#endif
