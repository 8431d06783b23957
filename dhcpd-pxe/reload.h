/* SIGHUP: reads the rules again, and takes them if nothing is wrong with them. */
#ifndef RELOAD_H
#define RELOAD_H

#include "daemon.h"

void reload_rules(struct daemon *d);

#endif
