/*
 * The machines seen booting: what each asked, what it was told, how far it
 * got.  Pure: steps are told to the caller, the time is the capture's.
 */
#ifndef TRACK_TABLE_H
#define TRACK_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding.h"
#include "httpget.h"
#include "image.h"
#include "offer.h"
#include "packet.h"
#include "persona.h"
#include "report.h"

#define TRACK_MACHINES 1024
#define TRACK_FILE 256
#define TRACK_OFFERS 4
#define TRACK_SERVERS 4
#define TRACK_SILENT_US 30000000 /* silence after which a boot counts as over */
#define TRACK_TEXT 512           /* a verdict: what is wrong, and the evidence */

enum track_stage {
	TRACK_ASKED, /* DISCOVER or BOOTP request, no answer yet */
	TRACK_OFFERED,
	TRACK_REQUESTED,
	TRACK_REFUSED,
	TRACK_LEASED,
	TRACK_ASKED_4011,
	TRACK_TOLD,
	TRACK_FILE_ASKED,
	TRACK_FILE_COMING,
	TRACK_FILE_DONE,
	TRACK_FILE_FAILED,
	TRACK_RUNS /* asks DHCP as an operating system does */
};
const char *track_stage_name(enum track_stage stage);

/* The file being fetched, or the last one. */
struct track_file {
	char name[TRACK_FILE];
	bool http, head;      /* head: HEAD or a size probe, not the file itself */
	uint16_t port;        /* the client's */
	uint16_t server_port; /* HTTP */
	uint32_t server;
	uint64_t bytes, size;
	bool has_size, wants_oack, wants_tsize, oack;
	uint32_t blksize;
	uint16_t block;       /* highest that was sent */
	unsigned acks, again; /* ACKs of data; packets sent again before the first ACK */
	unsigned retries;     /* the same request again */
	uint32_t stray;       /* who answered in place of the server; 0: nobody */
	uint32_t seq;         /* HTTP: of the next byte */
	bool has_seq, blind;  /* blind: the capture lost what would show its end, or cut it off */
	struct httpget reply;
	enum fault fault; /* how it failed */
	char why[160];
};

/* One DHCP round's answers, for the checks of dhcp_check.h. */
struct track_round {
	struct offer offer[TRACK_OFFERS];
	size_t offers;
	struct dhcp_msg reply; /* that named the file, or the last ACK */
	struct dhcp_msg ack;   /* that gave the address */
	bool has_reply, has_ack;
	uint32_t xid; /* of the DISCOVER */
	bool chosen;  /* it has taken an offer; later ones are late */
};

struct track {
	bool used, closed; /* closed: its verdict was given */
	uint8_t mac[6];
	uint32_t addr;
	char persona[32];            /* "efi-x64", "ipxe" ... */
	const struct persona *plays; /* whose requests its own are like; NULL: unknown */
	enum track_stage stage;
	unsigned n;
	bool sure;       /* it says that it boots: a class, an architecture */
	bool loader;     /* it was sent a program or a kernel */
	unsigned asks;   /* DISCOVERs, or REQUESTs, since the last answer */
	bool ipxe;       /* iPXE asks now */
	bool left;       /* has released its address */
	bool goes_on;    /* asked for the next file at once: the answers are not in view */
	unsigned rounds; /* of DHCP */
	unsigned same;   /* rounds of iPXE in a row that were told the same file */
	bool told_file;
	char file[TRACK_FILE]; /* named in this round, and in the one before */
	char before[TRACK_FILE];
	uint32_t took;                  /* the server whose offer it took */
	uint32_t server[TRACK_SERVERS]; /* who answered */
	size_t servers;
	struct track_round *round;
	struct track_file get;
	unsigned files, requests, syns;
	bool syn_answered, refused;
	bool kernel;            /* a kernel came whole */
	char whole[TRACK_FILE]; /* the last file that did */
	struct image image;     /* what that is */
	bool has_image;
	bool scripted; /* one of them was a script of iPXE's */
	uint64_t bytes, began_us, asked_us, last_us;
};

struct tracks {
	struct track at[TRACK_MACHINES];
	uint32_t addr[TRACK_MACHINES]; /* for a quick search */
	uint64_t files_seen;           /* requests for files, by anybody */
	uint64_t answers_seen;         /* packets of TFTP servers */
	uint64_t now_us;               /* of the last packet */
	size_t high;                   /* places ever used */
	size_t next;                   /* the place to reuse when all are used */
};

/* Called for each step, and for a boot that is over because the machine starts
 * another one. */
struct track_calls {
	void (*step)(void *ctx, struct track *t, const struct step *step);
	void (*over)(void *ctx, struct track *t);
	void *ctx;
};

struct tracks *tracks_new(void);
void tracks_free(struct tracks *all);
/* Frees what it holds, once the verdict was given. */
void track_close(struct track *t);

/* ---- for what reads packets ---- */

/* A packet, and whom to tell. */
struct track_event {
	struct tracks *all;
	const struct packet *p;
	uint64_t us;
	const struct track_calls *calls;
};

void track_tell(const struct track_event *e, struct track *t, struct step *step);
struct track *track_by_mac(struct tracks *all, const uint8_t mac[6]);
struct track *track_by_addr(struct tracks *all, uint32_t addr);
/* A place for this machine: its own, a free one, or the oldest, whose boot is
 * then over. */
struct track *track_place(const struct track_event *e, const uint8_t mac[6]);
/* Clears it for a new boot of this machine. */
void track_begin(const struct track_event *e, struct track *t, const uint8_t mac[6]);
void track_set_addr(struct tracks *all, struct track *t, uint32_t addr);

/* The steps of a file, the same for TFTP and HTTP. */
void track_file_asked(const struct track_event *e, struct track *t, const char *name);
void track_file_whole(const struct track_event *e, struct track *t);
void track_file_failed(const struct track_event *e, struct track *t, enum fault fault, const char *why);
/* Its first bytes. */
void track_file_begins(struct track *t, const uint8_t *bytes, size_t len);

#endif
