/* What the parts of a walk share: walk.c (DHCP, files, programs), walk_follow.c
 * (scripts and menus), and a file for each loader. */
#ifndef WALK_PRIVATE_H
#define WALK_PRIVATE_H

#include "dhcp_round.h"
#include "fetch.h"
#include "loader.h"
#include "walk.h"

#define WALK_ROUNDS 3   /* DHCP conversations: firmware, iPXE, and one to spare */
#define WALK_PROGRAMS 8 /* programs that start one another */
#define WALK_SCRIPT (4u << 20)

struct walk {
	const struct walk_want *want;
	struct report *report;
	struct findings findings;
	struct persona persona; /* as it is now: firmware, then iPXE */
	struct dhcp_round *round[WALK_ROUNDS];
	size_t rounds;
	struct fetcher fetcher;
	unsigned programs;
	unsigned kernels, initrds;
	uint64_t bytes;     /* everything fetched */
	struct url program; /* the one that runs now */
	enum loader runs;
	char end[FINDING_TEXT]; /* why it boots */
};

/* Fetches one file as a step called `what`; faults are added, a missing file
 * as `missing` (FAULT_NONE: not a fault).  True when it arrived. */
struct walk_file {
	const char *what;
	enum fault missing;
	size_t keep;
};
bool walk_fetch(struct walk *w, const struct walk_file *file, const struct url *u, struct fetched *out);
/* Looks for a file that need not be there; false when looking for more of that
 * kind is no use: a server that says nothing keeps each look waiting. */
bool walk_look(struct walk *w, const struct url *u);
/* Gets and starts the program (or script) at `u`; true when it boots in the
 * end.  walk_loaded: what was fetched from there. */
bool walk_program(struct walk *w, const struct url *u, const char *what);
bool walk_loaded(struct walk *w, const struct url *u, const struct fetched *f);
/* A new DHCP conversation as w->persona; it is w->round's last one then.
 * walk_round: and what comes of it. */
bool walk_dhcp(struct walk *w);
bool walk_round(struct walk *w);

/* What a Raspberry Pi asks a TFTP server for. */
bool walk_pi(struct walk *w, uint32_t server);
/* U-Boot's ways to boot from a network, one after the other. */
bool walk_uboot(struct walk *w, uint32_t server);

/* What each loader does next. */
bool walk_ipxe_script(struct walk *w, const struct url *at, const char *text, size_t len);
bool walk_grub(struct walk *w, const struct url *at, const struct loader_info *info);
bool walk_pxelinux(struct walk *w, const struct url *at, bool http);
bool walk_shim(struct walk *w, const struct url *at, const struct loader_info *info);

#endif
