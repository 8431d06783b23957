/* From the name a client asks for to an open file below the root. */
#ifndef DOCROOT_H
#define DOCROOT_H

#include <stdbool.h>
#include <stddef.h>

#include "addr.h"
#include "beneath.h"
#include "remap.h"

struct names {
	struct beneath root;
	struct map map;
	bool any_case; /* find names whatever their case */
};

/* The path below the root that a name means for this client: '\' as '/',
 * rewritten by the rules.  False when it is too long or names nothing. */
bool names_path(const struct names *n, const char *asked, const struct addr *client, char path[MAP_NAME]);

/* Opens it to be read.  With any_case, `path` becomes what was found.  -1
 * with errno. */
int names_open(const struct names *n, char path[MAP_NAME]);

/* Opens the folder a new file goes to; *base is its name, inside `path`. -1
 * with errno: EEXIST, also for a name that differs only in case when any_case. */
int names_open_folder(const struct names *n, char path[MAP_NAME], const char **base);

#endif
