/* The event loop: what comes in, and who deals with it. */
#ifndef LOOP_H
#define LOOP_H

#include "daemon.h"

/* Serves until SIGTERM or SIGINT; an enum exit_code (log.h). */
int loop_run(struct daemon *d);

#endif
