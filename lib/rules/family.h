/*
 * Which daemons a line is for.  A boot line is for both, unless something on it is of
 * one alone: a network, an address, an option by its number.
 */
#ifndef FAMILY_H
#define FAMILY_H

#include "facts.h"
#include "reader.h"

/* Before the line is read: sets r->six, whether options without a family are DHCPv6's,
 * and r->rule.guessed. */
void family_begin(struct reader *r, const struct facts *f);
/* Is this the subnet line of an IPv6 network? */
bool family_is_subnet6(const struct facts *f);
/* After it is read: sets r->rule.families, and refuses a line that nobody is left for. */
bool family_settle(struct reader *r);
/* When all lines are there: was the guess good? */
void family_check_guess(struct reader *r);

#endif
