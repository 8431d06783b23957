/*
 * Machines that load iPXE from iPXE again and again.  Whether a file is an iPXE
 * that will ask again cannot be told from its name: netboot.xyz, FOG and others
 * have a script inside.  So it is sent, and remembered; a loop is the very same
 * iPXE, by what it says of itself, that asks anew within a minute.  Of bounded size.
 */
#ifndef LOOPS_H
#define LOOPS_H

#include <stdbool.h>
#include <stdint.h>

#define LOOPS_ENTRIES 4096 /* one for each MAC address modulo this; the last one counts */
#define LOOPS_AGE_S 60     /* a slow link is up again by then, and iPXE loaded */

struct loops {
	uint64_t seed;
	struct loops_entry {
		uint8_t mac[6];
		bool used, back;
		uint64_t self; /* hash of what it says of itself */
		int64_t sent;  /* seconds, as `now` */
	} entry[LOOPS_ENTRIES];
};

/* An iPXE whose MAC address is known. */
struct loops_who {
	const uint8_t *mac; /* 6 bytes */
	uint64_t self;      /* hash of what it says of itself */
	bool begins;        /* it asks anew: DISCOVER, SOLICIT */
};
/* A message of it came: was it sent iPXE, and loaded just itself? */
bool loops_is_back(struct loops *l, const struct loops_who *who, int64_t now);
/* It was told to boot iPXE. */
void loops_sent(struct loops *l, const struct loops_who *who, int64_t now);

#endif
