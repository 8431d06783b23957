/*
 * A loader's script or menu being followed: what it asks for is fetched, and
 * it is told how that went.
 */
#ifndef TRAIL_H
#define TRAIL_H

#include "scripts/scripts.h"
#include "walk_private.h"

struct trail {
	struct walk *w;
	struct url at; /* what names are relative to */
	void *reader;
	void (*next)(struct trail *t, struct script_action *out);
	void (*result)(struct trail *t, bool ok);
	bool (*push)(struct trail *t, const struct url *at, const struct fetched *f);
	bool (*find)(struct trail *t, const char *name, struct url *out);
	bool (*dhcp)(struct trail *t); /* a DHCP round of its own; NULL: none */
	bool forgiving;                /* a script that fails to load is passed over */
	bool handles;                  /* the script itself says what a failure means */
	enum fault missing;            /* of the last thing that could not be fetched */
	char evidence[FINDING_TEXT];
};

/* Follows it to its end; true when that boots. */
bool walk_follow(struct trail *t);
/* The DHCP conversation that counts now. */
const struct dhcp_client *walk_lease(const struct walk *w);

#endif
