/* From the name a client asks for to an open file below the root. */
#ifndef DOCROOT_H
#define DOCROOT_H

#include <stdbool.h>
#include <stddef.h>

#include "addr.h"
#include "beneath.h"
#include "remap.h"

struct docroot {
	struct beneath root;
	struct remap remap;
	bool any_case; /* find names whatever their case */
};

/* The path below the root that a name means for this client: '\' as '/',
 * rewritten by the rules.  False when it is too long or names nothing. */
bool docroot_resolve(const struct docroot *n, const char *asked, const struct addr *client, char path[REMAP_NAME]);

/* Opens it to be read.  With any_case, `path` becomes what was found.  -1
 * with errno. */
int docroot_open_file(const struct docroot *n, char path[REMAP_NAME]);

/* Opens the folder a new file goes to; *base is its name, inside `path`. -1
 * with errno: EEXIST, also for a name that differs only in case when any_case. */
int docroot_open_parent(const struct docroot *n, char path[REMAP_NAME], const char **base);

#endif
