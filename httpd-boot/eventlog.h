/* What connections tell people: the log and the access log. */
#ifndef EVENTLOG_H
#define EVENTLOG_H

#include <stdbool.h>

#include "conn.h"

#define EVENTLOG_PER_SECOND 50 /* requests logged without -v; the rest is counted */

/* A response is about to be sent: keeps what the lines will say. */
void eventlog_begin(struct conn *c, struct conn_env *env, const struct http_request *req);
/* It was sent, or cut off. */
void eventlog_end(struct conn *c, struct conn_env *env, bool whole);
/* A request that is wrong. */
void eventlog_fault(struct conn *c, struct conn_env *env, const char *why, struct http_text text);
/* Too many connections: this one is sent away. */
void eventlog_busy(struct conn *c, struct conn_env *env, const char *why);

#endif
