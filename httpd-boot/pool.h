/* Several workers: starts them, passes signals on, and replaces those that die. */
#ifndef POOL_H
#define POOL_H

#include "worker.h"

/* Runs `workers` (2..LIMITS_WORKERS) of them until SIGTERM or SIGINT.  One that
 * cannot be started is retried every second. */
void pool_run(struct worker_conf *conf, unsigned workers);

#endif
