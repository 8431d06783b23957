/*
 * A loader's script or menu is followed: what it asks for is fetched, and its
 * reader is told how that went.
 */
#ifndef BOOT_SCRIPT_H
#define BOOT_SCRIPT_H

#include "boot_steps.h"
#include "scripts/scripts.h"

struct boot_script {
	struct attempt *a;
	struct script *reader;
	struct url at; /* the text that runs */
	/* The address of a name as this loader reads it; false when it has none. */
	bool (*find)(struct boot_script *s, const char *name, struct url *out);
	bool (*dhcp)(struct boot_script *s);  /* a DHCP conversation of its own; NULL: it has none */
	void (*leave)(struct boot_script *s); /* a program takes over; NULL: nothing to hand on */
	bool relative;                        /* names in a text that is called are relative to that text */
	bool forgiving;                       /* a script that fails to load is passed over */
	bool handles;                         /* the script itself says what a failure means */
	bool unpacks;                         /* this loader unpacks what is compressed with gzip */
	/* A SCRIPT_FILE has come; false when the loader cannot use it, with a finding.
	 * NULL: nothing to do. */
	bool (*arrived)(struct boot_script *s, const struct script_action *f, const struct fetched *got);
	enum fault unfit;   /* set by `find` with the evidence, where it knows why a name is none */
	enum fault missing; /* of the last thing that could not be fetched */
	char evidence[FINDING_TEXT];
	char no_initrd[FINDING_TEXT]; /* an initrd that is none: counts with a Linux kernel */
	char unsure[FINDING_TEXT];    /* a kernel of a kind that is not known */
};

/* Fetches the text that it begins with; *broken: no use in trying another. */
bool boot_script_config(struct boot_script *s, const struct url *u, bool *broken);
/* Follows it to its end. */
enum boot_next boot_script_run(struct boot_script *s);

#endif
