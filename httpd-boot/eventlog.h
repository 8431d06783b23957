/*
 * What connections report: one line per event in the log, and one per request
 * in the access log if there is one.
 */
#ifndef EVENTLOG_H
#define EVENTLOG_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "accesslog.h"
#include "events.h"
#include "log.h"
#include "loggate.h"

/* What a worker's lines have in common. */
struct eventlog {
	struct accesslog *accesslog;
	char stamp[ACCESSLOG_STAMP]; /* accesslog_stamp of now */
	struct loggate requests, faulty;
	struct events *events;   /* of -x; NULL: none */
	struct log_limit faults; /* of our own, apart from what clients do */
};

/* What the lines of one connection say. */
struct eventlog_client {
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} peer;
	char address[48]; /* without port, for the access log; "" until it is needed */
	bool busy;        /* eventlog_busy has said everything about it */
	char *what;       /* "get "/path"", malloc'ed; NULL: not to be logged */
	char *link;       /* why it is not found: a symbolic link that leads there, out of the directory; malloc'ed */
	char *path;       /* for an event; malloc'ed, NULL: none */
	char *kept;       /* the file in the inbox that came of it; malloc'ed */
	uint64_t kept_bytes;
	char *request;     /* accesslog_request; NULL: no access log */
	uint64_t start_ms; /* of the response */
};

/* How a response ended. */
struct eventlog_result {
	unsigned status;
	uint64_t bytes, content; /* of content: sent, announced */
	bool whole;              /* all of it was sent */
	const char *fault;       /* why not; NULL: the client left */
};

/* The client's address, without port. */
const char *eventlog_address(struct eventlog_client *c);

void eventlog_open(struct eventlog *log);
/* Says how many lines were left out. */
void eventlog_close(struct eventlog *log);

/* All `now_ms` are clock_ms.
 * A response is about to be sent: keeps what the lines will say of the request. */
void eventlog_request(struct eventlog *log, struct eventlog_client *c, const struct http_request *req, uint64_t now_ms);
/* What it brought is in the inbox under this name. */
void eventlog_kept(struct eventlog *log, struct eventlog_client *c, const char *name, uint64_t bytes);
/* It was sent, or cut off. */
void eventlog_response(struct eventlog *log, struct eventlog_client *c, const struct eventlog_result *result);
/* Forgets what eventlog_request kept. */
void eventlog_drop(struct eventlog_client *c);
/* A bad request, or what there is of it. */
void eventlog_fault(
    struct eventlog *log, const struct eventlog_client *c, const char *why, struct http_text text, uint64_t now_ms);
/* Too many connections: this client is turned away. */
void eventlog_busy(struct eventlog *log, struct eventlog_client *c, const char *why, uint64_t now_ms);

#endif
