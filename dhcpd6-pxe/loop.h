/* The event loop. */
#ifndef LOOP_H
#define LOOP_H

#include "daemon.h"

/* Serves until a signal ends it; returns the exit code. */
int loop_run(struct daemon *d);

#endif
