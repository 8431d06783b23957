/*
 * The process that serves: accepts connections, waits for events on them, and ends
 * those whose time is up.
 */
#ifndef WORKER_H
#define WORKER_H

#include "accesslog.h"
#include "listen.h"
#include "events.h"
#include "inbox.h"
#include "limits.h"
#include "docroot.h"
#include "metrics.h"
#include "stats.h"
#include "trust.h"

struct worker_conf {
	struct docroot docroot;
	struct accesslog accesslog;
	struct limits *limits;
	struct inbox *inbox; /* NULL: none */
	struct stats *stats;
	struct metrics metrics; /* of -M: written by the only worker, or by whoever starts them */
	struct events events;   /* of -x */
	struct listen_set listen;
	struct trust trust;            /* of -H */
	int signals;                   /* sigs_open, before readiness is announced */
	uint32_t timeout_ms, grace_ms; /* of a silent client; for running responses, after SIGTERM */
	unsigned connections;
	bool pooled; /* there is a process that starts the workers */
};

/* Writes what all workers have counted to the file of -M, or logs it. */
void worker_report(struct worker_conf *conf, bool to_log);
/* Tells the service manager that the end has begun, and how long it may take. */
void worker_stopping(const struct worker_conf *conf);
/* What a worker does besides serving (SANDBOX_CREATE: keeping files). */
unsigned worker_calls(const struct worker_conf *conf);
/* Serves until SIGTERM or SIGINT, or until the one connection that was
 * handed over ends.  0, or -1 with errno if it could not start. */
int worker_run(struct worker_conf *conf, unsigned index);

#endif
