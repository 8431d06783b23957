/*
 * One machine's file in a hosts directory: its text, read and checked.
 * hostsdir.c finds the files and watches them.
 */
#ifndef HOSTFILE_H
#define HOSTFILE_H

#include "hosts.h"

struct hostfile {
	struct hashtab_node node;
	struct machineid id;
	char *name; /* as it is spelt in the directory */
	char *text; /* as it was read, for a reload that finds it broken */
	size_t len;
	bool there; /* the directory still holds it */
	const struct host *host;
	struct host bare; /* stands in when the file has no host line */
	struct rules rules;
};

/* What a file must agree with. */
struct hostfile_scope {
	const struct rules *rules;     /* the main rules */
	const struct hosts *hosts;     /* whose addresses are taken */
	const struct hostfile *before; /* what this file said last, or NULL: that address is its own */
};

/* Reads a file's text; m->name is "DIR/NAME".  NULL when it cannot be used: diag
 * says why.  For hostfile_free. */
struct hostfile *hostfile_read(const struct rules_machine *m, const struct hostfile_scope *scope, struct diag *diag);
void hostfile_free(struct hostfile *f);

#endif
