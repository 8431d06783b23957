/*
 * One connection: requests in, responses out, until it ends.  It reads and
 * writes its socket and says what to wait for; the worker does the waiting.
 */
#ifndef CONN_H
#define CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "date.h"
#include "docroot.h"
#include "eventlog.h"
#include "filecache.h"
#include "input.h"
#include "limits.h"
#include "output.h"
#include "put.h"
#include "reqcache.h"
#include "stats.h"
#include "trust.h"

#define CONN_LINGER_MS 2000 /* how long a closed connection is still read */

enum conn_state { CONN_PROXY, CONN_HEAD, CONN_BODY, CONN_PUT, CONN_SEND, CONN_LINGER };

/* Sockets are watched edge-triggered (epoll(7)): the first two are for one
 * that has been read or written until nothing more could be. */
enum conn_wait {
	CONN_READ,  /* until there is something to read */
	CONN_WRITE, /* until there is room to write */
	CONN_AGAIN, /* until the others have had their turn */
	CONN_PACE,  /* a moment: the client has had its rate */
	CONN_DISK,  /* a moment: the file is being read from a disk */
	CONN_GONE   /* it has ended */
};

/* What a worker's connections have in common. */
struct conn_env {
	const struct docroot *docroot;
	struct filecache *filecache; /* NULL: none */
	struct reqcache *reqcache;
	struct limits *limits;
	struct inbox *inbox;          /* NULL: none */
	const struct trust *trust;    /* who names its client; NULL without conn_admit */
	uint64_t *stats;              /* of this worker */
	unsigned worker, connections; /* its number, and the most of all workers */
	size_t refused;               /* connections that are told "busy" */
	struct eventlog log;
	struct input_shared shared;
	uint64_t now_ms;      /* clock_ms */
	int64_t now;          /* seconds since 1970 */
	char date[DATE_HTTP]; /* the same as text */
	bool stopping;        /* each response is its connection's last */
	size_t pages;         /* bytes of listings on their way */
};

struct conn {
	/* the worker's */
	struct conn *next, *prev;
	struct conn_queue *queue;
	uint64_t due_ms;

	int fd;
	enum conn_state state;
	bool counted;      /* in the limits, or among env->refused */
	bool refused;      /* too many connections: 503 whatever it asks */
	bool keep;         /* another request may follow */
	bool moved;        /* there was progress: its time starts over; the worker clears it */
	uint64_t skip;     /* bytes of content, or of a PROXY header, to drop */
	uint64_t close_ms; /* when CONN_LINGER began */
	size_t page;       /* bytes of the response that count in env->pages */
	int unacked;       /* SIOCOUTQ at the last deadline */
	struct put *put;   /* CONN_PUT: owned */
	struct input in;
	struct output out;
	struct eventlog_client client;
};

/* `fd` is the connection's from now on. */
void conn_init(struct conn *c, int fd);
/* Whose it is, is known (c->client.peer): counts it, and lets it in or refuses it. */
void conn_admit(struct conn *c, struct conn_env *env);
/* Reads what the client has sent, if a request is awaited, and leaves it to
 * conn_run in the same turn: all requests of a turn are read before the first
 * is answered, so that one look at a file does for all (filecache.h). */
void conn_hear(struct conn *c, struct conn_env *env);
/* Does what can be done now. */
enum conn_wait conn_run(struct conn *c, struct conn_env *env);
/* Nothing was heard in time: what to wait for now. */
enum conn_wait conn_timeout(struct conn *c, struct conn_env *env);
/* No part of a request is here: it can be closed without harm. */
bool conn_idle(const struct conn *c);
/* Logs what was cut off, closes and frees what it holds. */
void conn_end(struct conn *c, struct conn_env *env);

#endif
