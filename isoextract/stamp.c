#include "stamp.h"

/* Days since 1970-01-01; years begin in March, so that the leap day is the
 * last one. */
static int64_t
days(int year, unsigned month, unsigned day)
{
	int64_t y = month > 2 ? year : year - 1;
	unsigned m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

bool
stamp_seconds(const struct stamp *s, int64_t *seconds)
{
	if (s->year < 1 || s->year > 9999 || s->month < 1 || s->month > 12 || s->day < 1 || s->day > 31 ||
	    s->hour > 23 || s->minute > 59 || s->second > 60)
		return false;
	*seconds = days(s->year, s->month, s->day) * 86400 + s->hour * 3600 + s->minute * 60 + s->second -
	    (int64_t)s->offset_min * 60;
	return true;
}
