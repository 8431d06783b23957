/*
 * The server: requests in (request.c), transfers on their way (transfer.c), and
 * what main's loop calls (server.c).
 */
#ifndef SERVER_H
#define SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "listen.h"
#include "log.h"
#include "docroot.h"
#include "udp.h"
#include "amplification.h"
#include "ports.h"
#include "download.h"
#include "transfers.h"
#include "pollset.h"

#define SERVER_TRANSFERS 32768 /* at once */

struct server_config {
	bool create;         /* -c */
	bool single;         /* -s */
	uint32_t blksize;    /* -b; 0: what the route's MTU carries */
	uint32_t windowsize; /* -w */
	uint32_t give_up_ms; /* -t */
	uint16_t lo, hi;     /* -P; 0: any port */
};

struct server {
	struct server_config config;
	struct docroot *docroot; /* borrowed: main reloads its rules */
	struct port listener[LISTEN_MAX];
	size_t listeners;
	struct ports ports;
	struct transfers *transfers;
	struct files *files;
	struct amplification *amplification;
	struct udp_in *in;
	struct udp_in *aside; /* for server_drain, while `in` is in use */
	struct udp_out *out;
	struct pollset pollset;
	struct log_limit complaints, errors, unsent;
	uint64_t busy_ms;   /* the last time a request came */
	uint64_t others_ms; /* the last time anything came that was not for `lone` */
	struct port *lone;  /* of the only transfer, when it is the last that something came for */
	bool stopping;
};

/* 0, or -1 without memory. */
int server_init(struct server *s, const struct server_config *config, struct docroot *docroot);
/* Takes requests from this socket; -1 with errno. */
int server_listen(struct server *s, int fd);
/* Waits until something comes, or `signals` can be read (true), `timeout_ms`
 * at most; -1: no limit. */
bool server_wait(struct server *s, int signals, int timeout_ms);
/* Takes in what has come. */
void server_take(struct server *s, uint64_t now_ms);
/* While there is but one transfer, and nobody else has come for a while:
 * waits for its packets alone, which is cheaper, for UDP_WAIT_MS or so.
 * Returns at once otherwise. */
void server_attend(struct server *s, uint64_t now_ms);
/* After each round: whatever is due. */
void server_tick(struct server *s, uint64_t now_ms);
/* When server_tick is due; XFER_NEVER. */
uint64_t server_deadline(struct server *s);
/* No new work from here on. */
void server_stop(struct server *s);
/* Transfers that still move. */
size_t server_running(const struct server *s);
/* Ends what is left, and frees everything. */
void server_free(struct server *s, uint64_t now_ms);

/* ---- between the three files ---- */

/* One transfer less on it; what was to leave through it has left. */
void server_put_port(struct server *s, struct port *port);

/* Takes all that has come for the transfers on this port, ahead of its turn. */
void server_drain(struct server *s, struct port *port, uint64_t now_ms);

/* A request that came in on a listener. */
void request_take(struct server *s, struct port *port, const struct udp_packet *p, uint64_t now_ms);
/* Those that were put off (amplification.h) and may go on. */
void request_resume(struct server *s, uint64_t now_ms);
/* An error to somebody without a transfer, from this socket. */
void request_error(
    struct server *s, const struct port *port, const struct udp_packet *p, enum tftp_code code, const char *text);

/* What a packet brings along. */
struct transfer_payload {
	const uint8_t *bytes; /* DATA */
	size_t len;
	const char *message; /* ERROR */
};
/* Lets an event happen to a transfer; afterwards it may be gone.  `data` may
 * be NULL for an event that is no packet. */
void transfer_event(struct server *s, struct transfer *t, const struct xfer_event *e,
    const struct transfer_payload *data, uint64_t now_ms);
/* Sends what xfer_start said. */
void transfer_begin(struct server *s, struct transfer *t, const struct xfer_act *act, uint64_t now_ms);
/* Ends and frees it; an error is sent with `text`, unless that is NULL. */
void transfer_drop(struct server *s, struct transfer *t, const char *text, uint64_t now_ms);
/* Frees what is not in the table yet, or no longer. */
void transfer_free(struct server *s, struct transfer *t);
/* errno as TFTP says it. */
enum tftp_code transfer_error_code(int err, const char **text);

#endif
