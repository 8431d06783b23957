/*
 * A loader's script or menu being followed: what it asks for is fetched, and
 * it is told how that went.
 */
#ifndef BOOT_SCRIPT_H
#define BOOT_SCRIPT_H

#include "scripts/scripts.h"
#include "boot_steps.h"

struct boot_script {
	struct attempt *w;
	struct url at; /* what names are relative to */
	void *reader;
	void (*next)(struct boot_script *t, struct script_action *out);
	void (*result)(struct boot_script *t, bool ok);
	bool (*push)(struct boot_script *t, const struct url *at, const struct fetched *f);
	bool (*find)(struct boot_script *t, const char *name, struct url *out);
	bool (*dhcp)(struct boot_script *t); /* a DHCP round of its own; NULL: none */
	bool forgiving;                      /* a script that fails to load is passed over */
	bool handles;                        /* the script itself says what a failure means */
	enum fault missing;                  /* of the last thing that could not be fetched */
	char evidence[FINDING_TEXT];
};

/* Follows it to its end; true when that boots. */
bool boot_follow(struct boot_script *t);
/* The DHCP conversation that counts now. */
const struct dhcp_client *boot_lease(const struct attempt *w);

#endif
