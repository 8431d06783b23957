/* Several workers: started, told of signals, and replaced when one dies. */
#ifndef POOL_H
#define POOL_H

#include "worker.h"

/* Runs `workers` (2..LIMITS_WORKERS) of them until SIGTERM or SIGINT.  One that
 * cannot be started is tried again each second. */
void pool_run(struct worker_conf *conf, unsigned workers);

#endif
