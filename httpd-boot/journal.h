/* What connections tell people: the log and the access log. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdbool.h>

#include "conn.h"

#define JOURNAL_PER_SECOND 50 /* requests logged without -v; the rest is counted */

/* An answer is about to be sent: keeps what the lines will say. */
void journal_begin(struct conn *c, struct conn_env *env, const struct http_request *req);
/* It was sent, or cut off. */
void journal_end(struct conn *c, struct conn_env *env, bool whole);
/* A request that is wrong. */
void journal_fault(struct conn *c, struct conn_env *env, const char *why, struct http_text text);
/* Too many connections: this one is sent away. */
void journal_busy(struct conn *c, struct conn_env *env, const char *why);

#endif
