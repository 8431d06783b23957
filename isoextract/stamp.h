/* Dates of file systems as seconds since 1970.  Pure. */
#ifndef STAMP_H
#define STAMP_H

#include <stdbool.h>
#include <stdint.h>

struct stamp {
	int year;            /* 1 to 9999 */
	unsigned month, day; /* from 1 */
	unsigned hour, minute, second;
	int offset_min; /* of its time zone, east of Greenwich */
};

/* False when there is no such day or hour. */
bool stamp_seconds(const struct stamp *s, int64_t *seconds);

#endif
