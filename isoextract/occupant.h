/* What stands in a place already where something is to be written. */
#ifndef OCCUPANT_H
#define OCCUPANT_H

#include <sys/stat.h>

#include "tree.h"

/* TREE_OK: nothing; TREE_SAME: just what would be written; TREE_DIFFERS,
 * TREE_IN_THE_WAY (a folder), TREE_FAILED (errno).  `dir` is a folder's fd. */
enum tree_result occupant_of_file(int dir, const char *name, const struct tree_meta *m);
enum tree_result occupant_of_symlink(int dir, const char *name, const char *target);
/* `st` is the file that the name is to lead to. */
enum tree_result occupant_of_hardlink(int dir, const char *name, const struct stat *st);

#endif
