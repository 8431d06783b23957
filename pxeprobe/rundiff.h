/* Two runs side by side: only what differs. */
#ifndef RUNDIFF_H
#define RUNDIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "report.h"
#include "runlog.h"

/* Reports what one has and the other has not, and what both have with other values; a step
 * that took three times as long and a second more.  How many differences that are in *count;
 * false when there is no memory for it. */
bool rundiff(const struct runlog *a, const struct runlog *b, struct report *r, size_t *count);

#endif
