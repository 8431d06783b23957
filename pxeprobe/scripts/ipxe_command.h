/* The commands of iPXE scripts. */
#ifndef IPXE_COMMAND_H
#define IPXE_COMMAND_H

#include "ipxe_state.h"

/* Runs a command. */
enum ran ipxe_command(struct ipxe *i, struct ipxe_args *a);
/* What was asked for has come, or not. */
void ipxe_came(struct ipxe *i, bool ok);

#endif
