/* What other servers say to the clients of our links. */
#ifndef REPLIES_H
#define REPLIES_H

#include "batch.h"

/* Reads what was heard, and logs who should not have said it. */
void replies_read(const struct batch_use *use, int64_t now);

#endif
