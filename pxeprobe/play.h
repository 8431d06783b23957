/* Plays the machines that the command line names: one after the other, or as a storm. */
#ifndef PLAY_H
#define PLAY_H

#include "log.h"
#include "options.h"
#include "report.h"

/* EXIT_NO when one of them would not boot.  Gives up rights and namespaces, so that it can be
 * called once; ends the process where the command line cannot be played. */
enum exit_code play(const struct options *o, struct report *report);

#endif
