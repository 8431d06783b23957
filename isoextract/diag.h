/* What goes wrong in a run over an image, as sentences that say what to do. */
#ifndef DIAG_H
#define DIAG_H

#include "run.h"
#include "reader.h"
#include "tree.h"

/* A result of the tree's; TREE_OK and TREE_SAME are none.  Uses errno.  Ends
 * the run where the next file will fare no better (a full disk). */
void complain_tree(struct job *j, enum tree_result r, const char *path);
/* Reading failed at a member, or between two (NULL): ends the run. */
void complain_reader(struct job *j, const struct reader *r, const char *path);
/* A member, or (NULL) a folder of them, is damaged; what follows may be fine. */
void complain_damage(struct job *j, const struct reader *r, const char *path);
/* The source failed in a member.  Ends the run where it is a server, which has
 * been tried again and again; a disk may have one bad place. */
void complain_source(struct job *j, const char *path);
/* The source turned out to be no archive: ends the run. */
void complain_unknown(struct job *j, const struct reader *r);
/* Warns when an image's descriptor says that there should be more of it. */
void complain_cut(const struct job *j);

#endif
