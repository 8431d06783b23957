/* The event loop. */
#ifndef LOOP6_H
#define LOOP6_H

#include "daemon6.h"

/* Serves until a signal ends it; returns the exit code. */
int loop6_run(struct daemon *d);

#endif
