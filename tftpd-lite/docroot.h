/* From the name a client asks for to an open file below the served directory. */
#ifndef DOCROOT_H
#define DOCROOT_H

#include <stdbool.h>
#include <stddef.h>

#include "addr.h"
#include "beneath.h"
#include "download.h"
#include "imagemaps.h"
#include "remap.h"

struct docroot {
	struct beneath root;
	struct remap remap;
	bool any_case;            /* ignore case in names */
	struct imagemaps *images; /* NULL: none */
	int neighbours;           /* neighbours_open, for rules with {mac}; 0: none */
};
void docroot_close(struct docroot *d);

/* The path below the root that a name means for this client: '\' counts as
 * '/', and the rules rewrite it.  False when it is too long or names nothing. */
bool docroot_resolve(const struct docroot *d, const char *asked, const struct addr *client, char path[REMAP_NAME]);

/* Opens it for reading, on disk or within an image (EBADMSG: which has changed).  With any_case, `path` becomes what was found.  -1
 * with errno. */
int docroot_open_file(const struct docroot *d, char path[REMAP_NAME], struct download_source *out);

/* Is a name not found because a symbolic link leads out?  What that says in `to`. */
bool docroot_leads_out(const struct docroot *d, const char *path, char to[REMAP_NAME]);

/* Opens the directory of a new file; *base is its name there, inside `path`.
 * With any_case, `path` becomes what was found.  -1 with errno. */
int docroot_open_parent(const struct docroot *d, char path[REMAP_NAME], const char **base);

#endif
