/* Do the keys of one line go together? */
#ifndef LINE_CHECK_H
#define LINE_CHECK_H

#include "reader.h"

/* Reports what is missing or contradicts itself in a line that is complete,
 * and fills in the defaults. */
void line_check(struct reader *r);

#endif
