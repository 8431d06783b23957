/* What a connection has to send. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "conn.h"

/* Sends of c->response what can be sent now.  CONN_READ: the last byte is with the
 * kernel; CONN_GONE: it cannot be, c->fault says why when that is ours. */
enum conn_wait output_send(struct conn *c, struct conn_env *env);

#endif
