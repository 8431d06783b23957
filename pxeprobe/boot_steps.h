/*
 * One attempt to boot, and the steps that every program in it takes: a DHCP
 * conversation, a file fetched.
 */
#ifndef BOOT_STEPS_H
#define BOOT_STEPS_H

#include "dhcp6_round.h"
#include "dhcp_round.h"
#include "fetch.h"
#include "ipxefile.h"
#include "bootprog.h"
#include "payload.h"
#include "replay.h"

#define BOOT_ROUNDS 3   /* DHCP conversations: firmware, iPXE, and one to spare */
#define BOOT_PROGRAMS 8 /* programs that start one another */
#define BOOT_SCRIPT (4u << 20)

/* What a step leads to; the loop in boot.c goes on with it. */
enum boot_next {
	BOOT_FAILS,   /* the findings say why */
	BOOT_DONE,    /* it boots; a->end says what */
	BOOT_UNKNOWN, /* it cannot be followed any further; a->end says what was reached, and what comes next */
	BOOT_ROUND,   /* a DHCP conversation as a->persona, and what that names */
	BOOT_PROGRAM  /* the program at a->program, which is in a->file */
};

struct attempt {
	struct lan *lan;
	struct report *report;
	struct identity id;
	unsigned patience_ms;
	struct replay *replay; /* NULL, or where to note what is loaded */

	struct findings findings;
	struct persona persona;                /* as it is now: firmware, then iPXE */
	struct dhcp_round *round[BOOT_ROUNDS]; /* over IPv6 they say no more than what to boot, */
	struct dhcp6_round *six[BOOT_ROUNDS];  /* and these how; else NULL */
	size_t rounds;
	struct fetcher fetcher;
	struct url program;  /* the one that runs now */
	struct fetched file; /* that program before it runs; the attempt owns its data */
	enum bootprog_kind runs;
	unsigned programs;
	unsigned ipxes; /* how often iPXE was sent iPXE */
	unsigned kernels, initrds;
	uint64_t bytes; /* everything fetched */
	bool is_linux;  /* the kernel is, so its initrd must be one */
	/* Options 209 and 210 as an iPXE script has set them, for PXELINUX; "" it has not. */
	char pxelinux_config[256], pxelinux_prefix[256];
	bool ipxe_read; /* the iPXE that runs was fetched, and looked into */
	char ipxe_lacks[IPXEFILE_LACKS];
	bool any_initrd;        /* this iPXE hands a kernel whatever was loaded, by no name */
	bool waits;             /* a menu waits for a key for ever */
	char end[FINDING_TEXT]; /* why it boots */
};

/* A new DHCP conversation as a->persona.  True when it says what to load. */
bool boot_dhcp(struct attempt *a);
/* The DHCP conversation that counts now. */
const struct dhcp_client *boot_lease(const struct attempt *a);

/* Fetches one file as a step called `what`; faults are added, a missing file
 * as `missing` (FAULT_NONE: not a fault).  True when it arrived. */
struct boot_file {
	const char *what;
	enum fault missing;
	size_t keep;
};
bool boot_fetch(struct attempt *a, const struct boot_file *file, const struct url *u, struct fetched *out);
/* Looks for a file that need not be there.  False when it is no use to look for
 * more of that kind: a server that says nothing keeps each look waiting. */
bool boot_look(struct attempt *a, const struct url *u);
/* Fetches the program or script at `u`, which runs next. */
enum boot_next boot_load(struct attempt *a, const struct url *u, const char *what);
/* The same for one that was fetched; takes f's data over. */
enum boot_next boot_start(struct attempt *a, const struct url *u, struct fetched *f);
/* It cannot be followed any further: what was reached, and what comes next and why
 * not.  Adds the warning that says so. */
enum boot_next boot_unknown(struct attempt *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
