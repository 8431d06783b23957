/*
 * One machine's file in a hosts folder: reading it, and keeping what it said
 * before when it is broken.  For hostsdir.c alone.
 */
#ifndef HOSTFILE_H
#define HOSTFILE_H

#include "hostsdir.h"

#define HOSTFILE_NAME 18 /* of a MAC address as text, and a NUL */

struct hostfile {
	struct hashtab_node node;
	uint8_t mac[6];
	char name[HOSTFILE_NAME]; /* as it is spelt in the folder */
	char *text;               /* as it was read, for a reload that finds it broken */
	size_t len;
	bool there;        /* the folder still holds it */
	struct host alone; /* stands for a file without a host line */
	const struct host *host;
	const struct hostfile *before; /* while it is read again */
	struct rules rules;
};

struct hostsdir {
	int fd, watch; /* -1: the folder is not there yet */
	bool said;     /* that it is there and cannot be read */
	bool twins;    /* two files are for one machine */
	const struct rule *rule;
	const char *path; /* in the rules */
	struct hashtab files;
};

/* Is it named after a MAC address? */
bool hostfile_is_machine(const char *name, uint8_t mac[6]);
/* What editors and our own "done" marks leave behind. */
bool hostfile_is_litter(const char *name);
struct hostfile *hostfile_find(const struct hostsdir *d, const uint8_t mac[6]);
/* Reads a file again, or forgets it when it is gone; true when something has
 * changed.  One that is broken now stays in force as it was: an editor's slip
 * must not stop a machine. */
bool hostfile_renew(struct hostsdirs *all, struct hostsdir *d, const char *name, struct diag *diag);
void hostfile_forget(struct hostsdirs *all, struct hostsdir *d, struct hostfile *f);

#endif
