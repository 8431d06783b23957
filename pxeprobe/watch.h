/* Watches other machines boot, on a network or in a capture. */
#ifndef WATCH_H
#define WATCH_H

#include "log.h"
#include "report.h"

/* EXIT_DONE when no machine stalled, EXIT_NO when one did. */
enum exit_code watch_file(const char *path, struct report *report);
/* Until SIGINT or SIGTERM. */
enum exit_code watch_interface(const char *ifname, struct report *report);

#endif
