/* iSCSI disks, which iPXE boots from or hooks in for what it boots. */
#ifndef BOOT_ISCSI_H
#define BOOT_ISCSI_H

#include "boot_steps.h"

/* The disk that a root path names, looked at as a step; false when it is not to be had, with
 * the finding as an error unless `softly`. */
bool boot_iscsi_look(struct attempt *a, const char *root_path, bool softly, char text[FINDING_TEXT]);
/* It is booted from: what is on it is not followed. */
enum boot_next boot_iscsi(struct attempt *a, const char *root_path);

#endif
