/*
 * One transfer on its way: an event reaches its state machine (xfer.h), and
 * what that decides is done to the file and sent.
 */
#ifndef TRANSFER_H
#define TRANSFER_H

#include <stddef.h>
#include <stdint.h>

#include "amplification.h"
#include "download.h"
#include "eventlog.h"
#include "events.h"
#include "ports.h"
#include "stats.h"
#include "tftp.h"
#include "transfers.h"
#include "udp_send.h"
#include "xfer.h"

/* What all transfers share. */
struct transfer_pool {
	struct transfers *transfers;
	struct files *files;
	struct amplification *amplification;
	struct ports ports;
	struct udp_out *out;
	struct eventlog log;
	struct events *events; /* of -x; NULL: none */
	uint64_t uploads_held; /* bytes of uploads that are kept in memory */
	uint64_t stats[STATS_VALUES];
};

/* Answers from ports lo to hi, 0: any.  -1 without memory. */
int transfer_pool_init(struct transfer_pool *pool, uint16_t lo, uint16_t hi);
/* Ends what still runs, and frees everything. */
void transfer_pool_free(struct transfer_pool *pool, uint64_t now_ms);

/* What a packet carries beside its event. */
struct transfer_payload {
	const uint8_t *bytes; /* DATA */
	size_t len;
	const char *message; /* ERROR */
};
/* Handles an event; afterwards the transfer may be gone.  `payload` may be
 * NULL for an event that is no packet. */
void transfer_event(struct transfer_pool *pool, struct transfer *t, const struct xfer_event *e,
    const struct transfer_payload *payload, uint64_t now_ms);
/* Sends the first answer, as xfer_start decided it. */
void transfer_begin(struct transfer_pool *pool, struct transfer *t, const struct xfer_act *act, uint64_t now_ms);
/* Ends and frees it.  The client is sent `text` as an error, unless that is NULL. */
void transfer_drop(struct transfer_pool *pool, struct transfer *t, const char *text, uint64_t now_ms);
/* Frees a transfer that is not among pool->transfers. */
void transfer_free(struct transfer_pool *pool, struct transfer *t);
/* The TFTP error for an errno, and its text. */
enum tftp_code transfer_error_code(int err, const char **text);

#endif
