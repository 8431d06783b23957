/* What goes wrong in a run over an image, as sentences that say what to do. */
#ifndef DIAG_H
#define DIAG_H

#include "run.h"
#include "reader.h"
#include "tree.h"

/* A result of the tree's; TREE_OK and TREE_SAME are none.  Uses errno.  Ends
 * the run where the next file will fare no better (a full disk). */
void diag_tree(struct run *run, enum tree_result r, const char *path);
/* Reading failed at a member, or between two (NULL): ends the run. */
void diag_reader(struct run *run, const struct reader *r, const char *path);
/* A member, or (NULL) a folder of them, is damaged; what follows may be fine. */
void diag_damage(struct run *run, const struct reader *r, const char *path);
/* The source failed in a member.  Ends the run where it is a server, which has
 * been tried again and again; a disk may have one bad place. */
void diag_source(struct run *run, const char *path);
/* The source turned out to be no archive: ends the run. */
void diag_unknown(struct run *run, const struct reader *r);
/* Warns when an image's descriptor says that there should be more of it. */
void diag_cut(const struct run *run);

#endif
