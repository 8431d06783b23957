/*
 * Addresses are probed with ARP before they are offered to somebody new (RFC
 * 2131, section 2.2): one is taken to be free when nobody has answered for a
 * while.  What is remembered of them is of bounded size.
 */
#ifndef ARPPROBE_H
#define ARPPROBE_H

#include "alloc.h"

#define ARPPROBE_ENTRIES 16384   /* remembered, one for each address modulo this */
#define ARPPROBE_WAIT_MS 500     /* a machine on the same link has answered by then */
#define ARPPROBE_GOOD_MS 60000   /* how long silence counts */
#define ARPPROBE_AHEAD 16        /* addresses probed together, for the next clients; */
#define ARPPROBE_AHEAD_MOST 8192 /* more while many come: 16,000 a second need not wait */
#define ARPPROBE_RUSH_MS 2000

enum arpprobe_state {
	ARPPROBE_UNKNOWN, /* to be probed */
	ARPPROBE_WAITING, /* until *due_ms */
	ARPPROBE_FREE     /* nobody answered */
};

struct arpprobe {
	int fd;    /* hears ARP replies, to poll; -1: no right to (CAP_NET_RAW) */
	int frame; /* sends frames: struct net's; -1: not allowed to */
	struct {
		uint32_t addr;
		uint64_t sent_ms;
	} entry[ARPPROBE_ENTRIES];
	unsigned ahead;     /* at the last look ahead, */
	uint64_t looked_ms; /* which was then */
	uint64_t pause_ms;  /* no look ahead before: the last found nothing to probe */
};

void arpprobe_open(struct arpprobe *p, int frame);
void arpprobe_close(struct arpprobe *p);

/* Probes the address of this answer if need be.  When it will be known whether
 * it is free; 0 when it is, or when that cannot be found out. */
uint64_t
arpprobe_known_at(struct arpprobe *p, const struct alloc *from, const struct answer *a, int64_t now, uint64_t now_ms);

/* Probes an address of this interface, unless that was done within the last minute. */
void arpprobe_ask(struct arpprobe *p, const struct netif *iface, uint32_t addr, uint64_t now_ms);
/* The next machine that answers an ARP request of this host; false without. */
struct arpprobe_reply {
	int ifindex;
	uint32_t addr;
	uint8_t mac[6];
};
bool arpprobe_receive(const struct arpprobe *p, struct arpprobe_reply *out);

/* What is remembered: no socket is touched. */
enum arpprobe_state arpprobe_state(const struct arpprobe *p, uint32_t addr, uint64_t now_ms, uint64_t *due_ms);
void arpprobe_sent(struct arpprobe *p, uint32_t addr, uint64_t now_ms);
/* How many addresses to probe ahead now: few, and twice as many each time when
 * that was soon too little. */
unsigned arpprobe_ahead(struct arpprobe *p, uint64_t now_ms);
/* True if a probe of the last minute that went out at least `age_ms` ago has had no
 * answer. */
bool arpprobe_silence(const struct arpprobe *p, uint64_t now_ms, uint64_t age_ms);
/* It is not free after all. */
void arpprobe_forget(struct arpprobe *p, uint32_t addr);

#endif
