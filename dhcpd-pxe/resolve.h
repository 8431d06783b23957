/*
 * Looks up the addresses of the names that server= gives: once, at the start, as the
 * running daemon connects to nobody.
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "config.h"

/* Fills *out with the names of all boot and menu lines, those of machines' own files
 * too, and with the addresses of those that are found within some seconds; a child
 * asks, with the rights of `user` (NULL: our own), as answers are a stranger's bytes.
 * Those that are not found are logged.  For names_free. */
void resolve_servers(const struct config *c, const struct priv_user *user, struct names *out);
/* Logs, once, the names that were not looked up, as they came with a reload, and adds
 * them. */
void resolve_say_new(const struct config *c, struct names *known);

#endif
