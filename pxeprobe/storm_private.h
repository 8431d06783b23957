/*
 * What the parts of a storm share.  storm.c says whose turn it is and what
 * comes next; storm_machine.c is what all parts do with one machine, under
 * storm_dhcp.c, storm_tftp.c and storm_http.c, which set m->stage when they are
 * done; storm_report.c prints the times.
 */
#ifndef STORM_PRIVATE_H
#define STORM_PRIVATE_H

#include "histogram.h"
#include "httpget.h"
#include "lan.h"
#include "offer.h"
#include "replay.h"
#include "report.h"
#include "retransmit.h"
#include "statusline.h"
#include "tftpget.h"

#define STORM_OFFERS 16 /* kept for each machine, as EDK2 does (PXEBC_OFFER_MAX_NUM) */
#define STORM_LEASES 3  /* DHCP rounds of one boot */

/* What a machine waits for; or that it is storm.c's turn. */
enum storm_stage {
	STORM_IDLE, /* switched off */
	STORM_OFFER,
	STORM_ACK,
	STORM_REPLY, /* from port 4011 */
	STORM_TFTP,
	STORM_HTTP,
	STORM_NEXT,   /* is to begin the item at hand */
	STORM_FAILED, /* is to leave, and perhaps to start over */
	STORM_LEAVING /* until what it said last is out */
};

struct storm_lease {
	uint32_t addr, server;
	const struct persona *persona;
};

struct storm_machine {
	enum storm_stage stage, failed_in;
	struct identity id;
	unsigned item;             /* of the replay */
	uint64_t began_us, row_us; /* this boot, from its first attempt on; this step of it */
	unsigned number;           /* among those that were switched on */
	unsigned restarts;         /* attempts that failed */
	unsigned naks;             /* of this attempt, since the last lease */
	bool again;                /* starts over when it has left */

	/* When the last packet is due again, or time is up. */
	unsigned sent; /* packets since the last answer */
	uint64_t due_ms, last_ms;

	/* DHCP; the offers are kept until the boot file is known. */
	uint32_t xid;
	unsigned generation;
	struct offer *offer;
	size_t offers;
	struct choice choice;
	struct boot boot;
	struct storm_lease lease[STORM_LEASES];
	size_t leases; /* the last one is in use */

	/* The file at hand. */
	uint32_t server;
	uint16_t server_port, port;
	bool probing, bound;
	union {
		struct tftpget tftp;
		struct httpget http;
	} get;

	/* An HTTP connection, perhaps from an earlier file. */
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
	struct lan *lan;
	struct report *report;
	unsigned clients;     /* that are to boot */
	unsigned patience_ms; /* 0: as the firmware has it */
	struct replay replay;
	struct storm_machine *machine;
	unsigned slots, running, started, finished, failed;
	unsigned by_fault[FAULTS];
	unsigned restarts;          /* that a machine has */
	unsigned restarted[FAULTS]; /* what made them start over, and how often */
	char evidence[FAULTS][FINDING_TEXT];
	struct storm_row *row;
	struct histogram whole;
	uint64_t bytes, began_us, took_us, lost;
	uint32_t xid_base;
	bool stopped;           /* by a signal */
	struct statusline foot; /* a line of progress, on standard error */
	int epoll, signals;
};

/* ---- storm_machine.c ---- */

/* The firmware or loader that asks now; the item of the replay at hand. */
const struct persona *storm_persona(const struct storm *s, const struct storm_machine *m);
const struct replay_item *storm_item(const struct storm *s, const struct storm_machine *m);
uint32_t storm_address(const struct storm_machine *m);
/* A packet of this stage was sent, or is to be waited for: sets the time when
 * it is due again. */
void storm_wait(struct storm *s, struct storm_machine *m);
/* The machine got what it waited for. */
void storm_answered(struct storm_machine *m);
/* It would not boot; storm.c makes it leave. */
void storm_fail(struct storm *s, struct storm_machine *m, enum fault fault, const char *why);
/* One row of the report ends for this machine; the next begins. */
void storm_row_done(struct storm *s, struct storm_machine *m, unsigned row, uint64_t bytes);
/* Where the file at hand lies for this machine; sets m->server.  False when
 * its host cannot be found. */
bool storm_locate(struct storm *s, struct storm_machine *m, struct url *u);
/* The file at hand has come, or has not. */
void storm_file_done(struct storm *s, struct storm_machine *m, uint64_t bytes);
void storm_file_failed(struct storm *s, struct storm_machine *m, enum fault fault, const char *why);

/* ---- storm_dhcp.c ---- */

void storm_discover(struct storm *s, struct storm_machine *m);
void storm_dhcp_again(struct storm *s, struct storm_machine *m);
void storm_dhcp_late(struct storm *s, struct storm_machine *m);
/* The machine that the packet was for, NULL for none. */
struct storm_machine *storm_dhcp_input(struct storm *s, const struct frame_udp *u);
void storm_release(struct storm *s, struct storm_machine *m);
void storm_forget_offers(struct storm_machine *m);

/* ---- storm_tftp.c, storm_http.c: the file at hand, at `u` on m->server ---- */

/* `probe`: asks for the size alone first. */
void storm_tftp_start(struct storm *s, struct storm_machine *m, const struct url *u, bool probe);
void storm_tftp_again(struct storm *s, struct storm_machine *m);
void storm_tftp_input(struct storm *s, struct storm_machine *m, const struct frame_udp *u);

void storm_http_start(struct storm *s, struct storm_machine *m, const struct url *u);
void storm_http_input(struct storm *s, struct storm_machine *m, uint32_t epoll_events);
void storm_http_close(struct storm_machine *m);

/* ---- storm_report.c ---- */

bool storm_rows(struct storm *s);
void storm_progress(struct storm *s);
void storm_say(struct storm *s);

#endif
