/* The options that say what to boot, in the shape that each firmware takes
 * (60, 66, 67, 43; iPXE's 175).  Pure. */
#ifndef REPLY_BOOT_H
#define REPLY_BOOT_H

#include "options.h"

/* 60, 66, 67 and 43; not for BOOTP. */
void reply_put_boot(struct writer *o);
void reply_put_ipxe(struct writer *o);

#endif
