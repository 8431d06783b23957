/* An answer as bytes.  Pure. */
#ifndef REPLY_H
#define REPLY_H

#include "answer.h"
#include "target.h"

#define REPLY_MAX 1472 /* an Ethernet frame's worth, less IP and UDP */

/* The length of the message; 0 when even what must be in it does not fit.  *left_out
 * is the number of options that did not fit. */
size_t reply_write(const struct answer *a, uint8_t out[REPLY_MAX], unsigned *left_out);

/* Where it goes; `can_frame`: raw frames can be sent. */
void reply_target(const struct answer *a, bool can_frame, struct target *out);

#endif
