/* Watches other machines boot, on a network or in a capture. */
#ifndef WATCH_H
#define WATCH_H

#include "capture.h"
#include "log.h"
#include "report.h"

/* EXIT_DONE when no machine stalled, EXIT_NO when one did.  Several captures, compressed with
 * gzip or not, are read as one, in this order. */
enum exit_code watch_files(char **path, size_t n, struct report *report);
/* The same of a capture that is open, with the rights as they are; closes it.  `path`
 * is its name in messages. */
enum exit_code watch_capture(struct capture *c, const char *path, struct report *report);
/* Until SIGINT or SIGTERM. */
enum exit_code watch_interface(const char *ifname, struct report *report);

#endif
