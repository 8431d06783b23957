/*
 * What a connection sends: one response at a time, as fast as the client, its rate
 * and the disk allow, and not so much in a row that the others have to wait.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "limits.h"
#include "response.h"
#include "tcp.h"

struct output { /* zero it to start */
	struct response response;
	uint64_t sent;     /* bytes of it, head included */
	size_t turn;       /* bytes sent in this turn; the caller zeroes it when one begins */
	uint16_t slot;     /* limits_slot of the client */
	uint16_t waits;    /* OUTPUT_DISK, in a row */
	const char *fault; /* why it is cut off; NULL: not known yet */
	struct tcp tcp;
};

enum output_result {
	OUTPUT_DONE,  /* the last byte is with the kernel */
	OUTPUT_FULL,  /* the socket takes no more for now */
	OUTPUT_TURN,  /* it is the others' turn */
	OUTPUT_PACE,  /* the client has had its rate */
	OUTPUT_DISK,  /* the file is being read from a disk */
	OUTPUT_FAILED /* the rest cannot be sent */
};

/* Sends what can be sent now. */
enum output_result output_send(struct output *o, int fd, struct limits *limits, uint64_t now_ms);
/* Why it is cut off; NULL: the client left. */
const char *output_fault(const struct output *o);
/* Frees the response, sent or not, and is ready for the next one. */
void output_reset(struct output *o);

#endif
