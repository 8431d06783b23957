/* Reports what goes wrong in a run, in sentences that say what to do. */
#ifndef DIAG_H
#define DIAG_H

#include "run.h"
#include "tree.h"

/* Reports a tree's result, except TREE_OK and TREE_SAME.  Uses errno.  Ends the run
 * if the next file will fare no better (a full disk). */
void diag_tree(struct run *run, enum tree_result r, const char *path);
/* Reading failed in a member, or between two (NULL): ends the run. */
void diag_fatal(struct run *run, const char *why, const char *path);
/* Reading failed before the first member: ends the run. */
void diag_unreadable(struct run *run, const char *why);
/* A member, or (NULL) what `why` names, is damaged; what follows may be fine. */
void diag_damage(struct run *run, const char *why, const char *path);
/* The source failed in a member.  Ends the run if it is a server, after several
 * tries; a disk may have just one bad sector. */
void diag_source(struct run *run, const char *path);
/* The source is not an archive: ends the run. */
void diag_unknown(struct run *run, const char *why);
/* Warns if an image is shorter than its descriptor says. */
void diag_truncated(const struct run *run);

#endif
