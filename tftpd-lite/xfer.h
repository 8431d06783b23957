/*
 * One transfer as a state machine: (event, now) -> what to send and when to
 * come back (RFC 1350, 2347, 2349, 7440; RFC 1123, 4.2.3).  Pure: no sockets,
 * no files, no clock.  The caller moves the bytes.
 */
#ifndef XFER_H
#define XFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XFER_UNKNOWN UINT64_MAX /* the last block of a text file, until it is read */
#define XFER_NEVER UINT64_MAX

#define XFER_RTO_FIRST_MS 500   /* before anything was measured */
#define XFER_FLOOR_MS 20        /* over the round trip: firmware polls its card every 10 ms or so */
#define XFER_FLOOR_WINDOW_MS 50 /* a whole window sent for nothing costs more */
#define XFER_FLOOR_MAX_MS 320   /* where resending has proved needless, it grows to that */
#define XFER_RTO_MAX_MS 4000
#define XFER_RTO_NEAR_MS 1000  /* at most that, where the round trip is short */
#define XFER_ACK_AGAIN_MS 1000 /* uploads: the sender is the one to resend */
#define XFER_LINGER_MS 4000    /* for the last ACK of an upload to get lost in */
#define XFER_UNANSWERED 6      /* datagrams to an address that never answers */

enum xfer_end {
	XFER_RUNNING,
	XFER_COMPLETE,
	XFER_PROBE,   /* the client wanted the size alone */
	XFER_ABORTED, /* the client sent an error */
	XFER_SILENT,  /* nothing heard for give_up_ms */
	XFER_GONE,    /* nobody listens there any more (ICMP, twice) */
	XFER_ILLEGAL, /* a packet that has no place here */
	XFER_FAILED   /* our side: the file, or told to stop */
};

struct xfer_terms {
	bool upload;
	bool oack;  /* options were agreed: an OACK goes first */
	bool sized; /* tsize among them */
	uint32_t blksize;
	uint32_t windowsize;
	uint32_t interval_ms; /* the client's timeout option; 0: measured */
	uint32_t give_up_ms;  /* silence that ends it */
	uint64_t last;        /* reads: the number of the last block, 1.. */
};

/* Block numbers here do not wrap; the wire carries their low 16 bits. */
struct xfer {
	struct xfer_terms terms;
	enum xfer_end end;
	bool answered;  /* the client has sent something since its request */
	bool greeting;  /* the OACK of a read waits for its ACK 0 */
	bool lingering; /* an upload is complete, its last ACK may be asked for again */
	bool resumed;   /* base was asked for once more; further ACKs of it wait for the timer */
	bool repeated;  /* what is out was sent twice: no measure of the round trip (Karn) */
	bool refused;   /* one ICMP error since the last packet */
	uint64_t base;  /* all up to here is acknowledged (reads), stored (uploads) */
	uint64_t next;  /* reads: the block after the last one sent */
	uint64_t acked; /* uploads: the last ACK we sent */
	uint64_t sent_ms, heard_ms;
	uint64_t resend_ms; /* when to send again; XFER_NEVER */
	uint32_t rto_ms, srtt_ms, rttvar_ms;
	uint32_t floor_ms; /* rto_ms is at least the round trip and that */
	bool measured;
	unsigned copies;     /* lock-step: times that what is out was sent again */
	unsigned spare;      /* ... that what was acknowledged last was; an ACK of each may come */
	unsigned unanswered; /* datagrams sent before the first answer */
	uint64_t resent;     /* datagrams sent more than once */
};

enum xfer_event_kind {
	XFER_ACK,     /* block */
	XFER_DATA,    /* block, len */
	XFER_ERROR,   /* code */
	XFER_REPEAT,  /* the request came again */
	XFER_REFUSED, /* an ICMP error */
	XFER_STRAY,   /* anything else from the client */
	XFER_TIMER
};
struct xfer_event {
	enum xfer_event_kind kind;
	uint16_t block;
	uint16_t code;
	size_t len;
	bool mute; /* TIMER, REPEAT: as long as the client has not answered, send nothing now */
};

/* What to do now, in this order: store, send.  Zero means nothing. */
struct xfer_act {
	bool store; /* write the data of this packet */
	bool last;  /* ... which was the last: put the file in place first, then ACK */
	enum { XFER_SEND_NOTHING, XFER_SEND_OACK, XFER_SEND_DATA, XFER_SEND_ACK, XFER_SEND_ERROR } send;
	uint64_t block; /* DATA: the first; ACK: the one */
	uint32_t count; /* DATA: how many */
	uint16_t code;  /* ERROR */
};

void xfer_start(struct xfer *x, const struct xfer_terms *terms, uint64_t now_ms, struct xfer_act *act);
void xfer_input(struct xfer *x, const struct xfer_event *e, uint64_t now_ms, struct xfer_act *act);
/* The reader met the end of a file of unknown length: this block is the last. */
void xfer_set_last(struct xfer *x, uint64_t block);
/* Our side cannot go on. */
void xfer_fail(struct xfer *x);

/* When XFER_TIMER is due. */
uint64_t xfer_deadline(const struct xfer *x);
/* Nothing more can happen: forget it. */
bool xfer_over(const struct xfer *x);

#endif
