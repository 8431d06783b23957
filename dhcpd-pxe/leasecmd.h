/* What is done with a lease file beside the daemon: -L prints it, -r has the running
 * daemon forget some of it. */
#ifndef LEASECMD_H
#define LEASECMD_H

#include "config.h"

/* Each returns the exit code; what goes wrong is said on stderr. */
int leasecmd_list(const struct config_options *o);
int leasecmd_forget(const struct config_options *o);
/* An address or a MAC address? */
bool leasecmd_is_word(const char *s);

#endif
