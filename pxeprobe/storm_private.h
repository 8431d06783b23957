/*
 * What the parts of a storm share: storm.c (who boots when), storm_dhcp.c
 * (addresses), storm_file.c (TFTP, and what comes next), storm_http.c,
 * storm_report.c (the times).
 */
#ifndef STORM_PRIVATE_H
#define STORM_PRIVATE_H

#include "httpget.h"
#include "statusline.h"
#include "offer.h"
#include "retransmit.h"
#include "replay.h"
#include "histogram.h"
#include "storm.h"
#include "tftpget.h"

#define STORM_OFFERS 3 /* kept for each machine */
#define STORM_LEASES 3 /* DHCP rounds of one boot */

enum stage { IDLE, OFFER, ACK, REPLY, TFTP, HTTP, LEAVING };

struct lease {
	uint32_t addr, server;
	const struct persona *persona;
};

struct machine {
	enum stage stage;
	struct identity id;
	unsigned item;             /* of the plan */
	uint64_t began_us, row_us; /* this boot, this step of it */

	/* Packets: when the last was sent again, or time is up. */
	unsigned sent; /* since the last answer */
	uint64_t due_ms, last_ms;

	/* DHCP; the offers are kept until the boot file is known. */
	uint32_t xid;
	unsigned generation;
	struct offer *offer;
	size_t offers;
	struct choice choice;
	struct boot boot;
	struct lease lease[STORM_LEASES];
	size_t leases; /* the last one is in use */

	/* The file at hand. */
	uint32_t server;
	uint16_t server_port, port;
	bool probing, bound;
	union {
		struct tftpget tftp;
		struct httpget http;
	} get;

	/* An HTTP connection, perhaps an old one. */
	int fd;
	uint32_t peer; /* the address it leads to */
	bool reused;   /* was used before this file */
	char *request;
	size_t request_len, request_sent;
};

/* One step of the boot, over all machines. */
struct storm_row {
	const char *what, *client; /* client: "" or "ipxe" */
	char file[64];
	struct histogram times;
	uint64_t bytes;
};

struct storm {
	const struct storm_want *want;
	struct replay replay;
	struct machine *machine;
	unsigned slots, running, started, finished, failed;
	unsigned by_fault[FAULTS];
	char evidence[FAULTS][FINDING_TEXT];
	struct storm_row *row;
	struct histogram whole;
	uint64_t bytes, began_us, took_us, lost;
	uint32_t xid_base;
	bool stopped;           /* by a signal */
	struct statusline foot; /* a line of progress, on standard error */
	int epoll, signals;
};

uint64_t storm_now_us(void);
/* The packet of this stage was sent, or is to be waited for: sets the time
 * when it is due again. */
void storm_wait(struct storm *s, struct machine *m);
/* The machine got what it waited for. */
void storm_answered(struct machine *m);
void storm_fail(struct storm *s, struct machine *m, enum fault fault, const char *why);
/* One row of the report ends for this machine; the next begins. */
void storm_row_done(struct storm *s, struct machine *m, unsigned row, uint64_t bytes);
/* The whole plan is done. */
void storm_booted(struct storm *s, struct machine *m);
const struct replay_item *storm_item(const struct storm *s, const struct machine *m);
/* The firmware or loader that asks now. */
const struct persona *storm_persona(const struct storm *s, const struct machine *m);
uint32_t storm_address(const struct machine *m);

/* storm_dhcp.c */
void storm_discover(struct storm *s, struct machine *m);
void storm_dhcp_again(struct storm *s, struct machine *m);
void storm_dhcp_late(struct storm *s, struct machine *m);
void storm_take_dhcp(void *ctx, const struct frame_udp *u, unsigned vlan);
void storm_release(struct storm *s, struct machine *m);
void storm_forget_offers(struct machine *m);

/* storm_file.c: goes on with the plan's next item. */
void storm_next(struct storm *s, struct machine *m);
/* The item at hand has come, or has not. */
void storm_file_done(struct storm *s, struct machine *m, uint64_t bytes);
void storm_file_failed(struct storm *s, struct machine *m, enum fault fault, const char *why);
void storm_tftp_again(struct storm *s, struct machine *m);
void storm_take_udp(void *ctx, void *owner, const struct frame_udp *u);

/* storm_http.c */
void storm_http(struct storm *s, struct machine *m, const struct url *u);
void storm_take_http(struct storm *s, struct machine *m, uint32_t events);
void storm_http_close(struct storm *s, struct machine *m);

/* storm_report.c */
bool storm_rows(struct storm *s);
void storm_progress(struct storm *s);
void storm_say(struct storm *s);

#endif
