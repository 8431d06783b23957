/* What the parts of a boot share: boot.c (DHCP, files, programs), boot_script.c
 * (scripts and menus), and a file for each loader. */
#ifndef BOOT_STEPS_H
#define BOOT_STEPS_H

#include "dhcp_round.h"
#include "fetch.h"
#include "loader.h"
#include "boot.h"

#define BOOT_ROUNDS 3   /* DHCP conversations: firmware, iPXE, and one to spare */
#define BOOT_PROGRAMS 8 /* programs that start one another */
#define BOOT_SCRIPT (4u << 20)

struct attempt {
	const struct boot_want *want;
	struct report *report;
	struct findings findings;
	struct persona persona; /* as it is now: firmware, then iPXE */
	struct dhcp_round *round[BOOT_ROUNDS];
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
struct boot_file {
	const char *what;
	enum fault missing;
	size_t keep;
};
bool boot_fetch(struct attempt *w, const struct boot_file *file, const struct url *u, struct fetched *out);
/* Looks for a file that need not be there; false when looking for more of that
 * kind is no use: a server that says nothing keeps each look waiting. */
bool boot_look(struct attempt *w, const struct url *u);
/* Gets and starts the program (or script) at `u`; true when it boots in the
 * end.  boot_loaded: what was fetched from there. */
bool boot_program(struct attempt *w, const struct url *u, const char *what);
bool boot_loaded(struct attempt *w, const struct url *u, const struct fetched *f);
/* A new DHCP conversation as w->persona; it is w->round's last one then.
 * boot_round: and what comes of it. */
bool boot_dhcp(struct attempt *w);
bool boot_round(struct attempt *w);

/* What a Raspberry Pi asks a TFTP server for. */
bool boot_pi(struct attempt *w, uint32_t server);
/* U-Boot's ways to boot from a network, one after the other. */
bool boot_uboot(struct attempt *w, uint32_t server);

/* What each loader does next. */
bool boot_ipxe_script(struct attempt *w, const struct url *at, const char *text, size_t len);
bool boot_grub(struct attempt *w, const struct url *at, const struct loader_info *info);
bool boot_pxelinux(struct attempt *w, const struct url *at, bool http);
bool boot_shim(struct attempt *w, const struct url *at, const struct loader_info *info);

#endif
