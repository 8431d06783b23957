/* One line of a rules file, from words to a struct rule. */
#ifndef LINE_H
#define LINE_H

#include "facts.h"
#include "reader.h"

/* Reads a line of at least one word into r->rule and reports what is wrong
 * with it.  True when the line is to be kept: a faulty one too, so that lines
 * that refer to it are not blamed. */
bool line_read(struct reader *r, const struct facts *f);

#endif
