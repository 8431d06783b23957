/* -D: two runs are read, or played, and compared. */
#ifndef COMPARE_H
#define COMPARE_H

#include "log.h"
#include "options.h"
#include "report.h"

/* True if one of both is a machine to be played, for which an interface is needed. */
bool compare_plays(const struct options *o);
/* EXIT_DONE when nothing differs, EXIT_NO when something does. */
enum exit_code compare(const struct options *o, struct report *report);

#endif
