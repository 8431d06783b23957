/*
 * A crowd of DHCP clients, none of them twice: what each of them has sent, what
 * it must get back, and whether it did.  No socket and no clock in here.
 */
#ifndef CROWD_H
#define CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "figures.h"
#include "wire.h"

#define CROWD_SLOTS 4096 /* exchanges under way at a time, at most */

enum crowd_step {
	CROWD_IDLE,
	CROWD_DISCOVERING, /* DISCOVER sent, no OFFER yet */
	CROWD_REQUESTING,  /* REQUEST sent, no ACK yet */
	CROWD_RETURNING    /* a former client asks for its address again (init-reboot) */
};

struct crowd_client {
	enum crowd_step step;
	uint32_t serial; /* which client: its MAC address */
	uint32_t xid;
	uint32_t addr, server; /* offered, by whom */
	uint64_t begun, sent;  /* ns */
	unsigned resent;
};

struct crowd {
	struct crowd_client client[CROWD_SLOTS];
	uint32_t slots;
	uint16_t kind;    /* 0..255, in all MAC addresses of this crowd */
	uint64_t now;     /* ns; set by the caller before crowd_reply */
	uint32_t relay;   /* giaddr; 0: on the server's own link */
	uint64_t timeout; /* ns after which a message is sent again */
	unsigned tries;   /* after so many the exchange has failed */
	bool lenient;     /* a NAK to a new client is not a failure: the server was killed in between */

	uint32_t serials; /* clients so far */
	uint32_t *addr;   /* of each, 0: no ACK yet */
	size_t addrs;
	uint8_t *taken; /* one bit per address, by its lower 24 bits */
	uint32_t exchanges_xid;

	/* Figures: full exchanges, their time and that of their halves in us. */
	uint64_t done, resends, late;
	uint64_t silent;   /* exchanges given up */
	uint64_t naks;     /* to fresh clients */
	uint64_t twice;    /* an address that another client has */
	uint64_t other;    /* ACK with another address than the offer's */
	uint64_t refused;  /* former clients that did not get their address again */
	uint64_t returned; /* those that did */
	struct figures exchange, offer, ack;
};

/* Ends the program if memory runs out.  slots <= CROWD_SLOTS. */
void crowd_open(struct crowd *c, uint32_t slots);
void crowd_close(struct crowd *c);

/* A client begins: a new one, or a former one that asks for its address
 * again.  The message is written to *w. */
void crowd_begin(struct crowd *c, uint32_t slot, uint64_t now, struct wr *w);
void crowd_return(struct crowd *c, uint32_t slot, uint32_t serial, uint64_t now, struct wr *w);

enum crowd_event {
	CROWD_NOTHING, /* not for us, or too late */
	CROWD_ANSWER,  /* *w holds the next message of the client *slot */
	CROWD_OVER     /* the exchange of *slot is over, well or not */
};
enum crowd_event crowd_reply(struct crowd *c, const uint8_t *bytes, size_t len, uint32_t *slot, struct wr *w);
/* What a client does when nobody answers: CROWD_ANSWER sends again. */
enum crowd_event crowd_tick(struct crowd *c, uint32_t slot, uint64_t now, struct wr *w);

/* The number of faults: everything that must not happen. */
uint64_t crowd_failures(const struct crowd *c);

#endif
