/* What a connection has read and not used yet. */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "conn.h"

/* Drops the first n bytes; a client that is between two requests costs no
 * buffer. */
void input_use(struct conn *c, size_t n);
/* Makes room for more in a buffer of its own; false when memory is short. */
bool input_own(struct conn *c);
/* Bytes read behind the others; 0: the client has sent all; -1 with errno. */
ssize_t input_read(struct conn *c, struct conn_env *env);

#endif
