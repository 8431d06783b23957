/*
 * What the lease file (leasefile.h) is to know of a tool's leases: how to read a line,
 * and how to write one.
 */
#ifndef LEASESTORE_H
#define LEASESTORE_H

#include "hashtab.h"

#define LEASESTORE_LINE 1024 /* the longest line, with its newline */

enum leasestore_result { LEASESTORE_OK, LEASESTORE_DAMAGED, LEASESTORE_NO_MEMORY };

struct leasestore {
	const char *tool; /* whose leases they are, for messages */
	bool offers;      /* FILE.offers is made, too */
	void *leases;
	const struct hashtab *table; /* all of them, by address */
	/* Puts a line, without its newline, in place of what was known of that address. */
	enum leasestore_result (*restore)(void *leases, const char *line, size_t len);
	/* The line of a lease, with its newline; 0: it has none. */
	size_t (*line)(const struct hashtab_node *lease, char out[LEASESTORE_LINE]);
	/* What comes first in the file and is no lease; NULL: nothing.  0: nothing yet. */
	size_t (*head)(const void *leases, char out[LEASESTORE_LINE]);
};

#endif
