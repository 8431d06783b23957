/* Rules files, and the files and directories that their include lines name. */
#ifndef RULESFILE_H
#define RULESFILE_H

#include "priv.h"
#include "reach.h"
#include "rules/rules.h"

struct rulesfile_access {
	const struct reach *reach;  /* after chroot: where they are; NULL: the names are as they are */
	const struct priv_user *as; /* with whose rights root opens files; NULL: its own */
};

/* Adds the lines of the file; "-" is standard input.  What cannot be read is
 * reported. */
void rulesfile_read(struct rules *rules, const char *path, const struct rulesfile_access *access, struct diag *diag);
/* Include lines of what rules_read reads from here on are followed; with NULL, not any
 * more.  *access must stay until then. */
void rulesfile_follow(struct rules *rules, const struct rulesfile_access *access);

#endif
