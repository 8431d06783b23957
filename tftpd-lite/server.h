/*
 * The server, as main's loop drives it: waits on all sockets, hands each
 * packet to its transfer or to request.c, and ticks what is due.
 */
#ifndef SERVER_H
#define SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "busywait.h"
#include "listen.h"
#include "log.h"
#include "pollset.h"
#include "request.h"
#include "transfer.h"

struct server_config {
	struct request_config request;
	uint16_t lo, hi; /* -P; 0: any port */
};

struct server {
	struct port listener[LISTEN_MAX];
	size_t listeners;
	struct requests requests;
	struct transfer_pool pool;
	struct udp_in *in;
	struct udp_in *aside; /* to drain a socket while `in` is in use */
	struct pollset pollset;
	struct log_limit unsent;
	uint64_t others_ms; /* the last time anything came that was not for `lone` */
	struct busywait busywait;
	struct port *lone; /* of the only transfer, when it is the last that something came for */
};

/* `docroot` is borrowed: main reloads its rules.  -1 without memory. */
int server_init(struct server *s, const struct server_config *config, struct docroot *docroot, uint64_t now_ms);
/* Takes requests from this socket; -1 with errno. */
int server_listen(struct server *s, int fd);
/* Waits until something comes, or `signals` can be read (true), for
 * `timeout_ms` at most; -1: no limit. */
bool server_wait(struct server *s, int signals, int timeout_ms);
/* Handles what has come. */
void server_take(struct server *s, uint64_t now_ms);
/* While there is only one transfer, and nobody else has come for a while:
 * waits for its packets alone, which is cheaper, for about UDP_WAIT_MS.
 * Returns at once otherwise. */
void server_attend(struct server *s, uint64_t now_ms);
/* After each round: handles whatever is due. */
void server_tick(struct server *s, uint64_t now_ms);
/* When server_tick is due; XFER_NEVER. */
uint64_t server_deadline(struct server *s);
/* When the last request came, or server_init. */
uint64_t server_last_request(const struct server *s);
/* No new transfers from here on. */
void server_stop(struct server *s);
/* Transfers that are not complete yet. */
size_t server_running(const struct server *s);
/* What is counted, as stats_table has it; after server_free, too. */
const uint64_t *server_stats(const struct server *s);
/* Ends what is left, and frees everything. */
void server_free(struct server *s, uint64_t now_ms);

#endif
