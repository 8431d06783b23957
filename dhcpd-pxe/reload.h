/* SIGHUP: the rules are read again, and take effect if all of them is good. */
#ifndef RELOAD_H
#define RELOAD_H

#include "daemon.h"

void reload_rules(struct daemon *d);

#endif
