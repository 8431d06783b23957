/*
 * What a listening socket receives: a request is refused, deferred, matched
 * to the transfer it started before, or begins a new one.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "docroot.h"
#include "log.h"
#include "transfer.h"

#define REQUEST_TRANSFERS 32768 /* at once */

struct request_config {
	bool create;         /* -c */
	bool replace;        /* -o */
	bool single;         /* -s */
	uint32_t blksize;    /* -b; 0: what the route's MTU carries */
	uint32_t windowsize; /* -w */
	uint32_t give_up_ms; /* -t */
};

/* What all requests share. */
struct requests {
	struct request_config config;
	struct docroot *docroot; /* borrowed */
	struct transfer_pool *pool;
	struct log_limit complaints, errors;
	bool closed;      /* no new ones are taken */
	uint64_t last_ms; /* when the last one came */
};

/* A datagram as it came, and what it says. */
struct request {
	struct port *listener;
	const struct udp_packet *packet;
	enum tftp_error error; /* of tftp_parse */
	struct tftp_packet asked;
	uint64_t now_ms;
};
/* Handles anything that a listening socket received, but for the packets of a
 * transfer that is answered from it (-s). */
void request_take(struct requests *q, const struct request *r);
/* Sends an error from this socket to somebody without a transfer. */
void request_error(
    struct requests *q, const struct port *port, const struct udp_packet *p, enum tftp_code code, const char *text);

#endif
