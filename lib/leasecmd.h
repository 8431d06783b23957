/* What is done with the lease file of a DHCP server beside it: -L prints it, -r has the
 * running daemon forget some of it. */
#ifndef LEASECMD_H
#define LEASECMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "priv.h"

struct leasecmd_text {
	const char *text;
	size_t len;
};
/* What there is to print. */
struct leasecmd_input {
	struct leasecmd_text leases, offers; /* the file, and FILE.offers; at NULL: none */
	int64_t now;
	bool json;
};

struct leasecmd {
	const char *tool, *path;    /* of the lease file */
	const struct priv_user *as; /* with whose rights root opens files; NULL: its own */
	bool json;
	char **word; /* what -r is to forget */
	size_t words;
	/* Prints the leases, and counts lines that cannot be read.  -1 with errno when
	 * there is no memory, or `to` takes no more. */
	int (*print)(const struct leasecmd_input *in, FILE *to, size_t *damaged);
};

/* Each returns the exit code; what goes wrong is said on stderr. */
int leasecmd_list(const struct leasecmd *c);
int leasecmd_forget(const struct leasecmd *c);

#endif
