/*
 * Dates as HTTP writes and reads them (RFC 9110, 5.6.7), all in UTC.  libc does
 * the work: its names of days and months are the RFC's in the C locale, and no
 * other is ever set here (nothing calls setlocale).
 */
#ifndef DATE_H
#define DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATE_HTTP 30  /* "Sun, 06 Nov 1994 08:49:37 GMT" and NUL */
#define DATE_CLF 27   /* "06/Nov/1994:08:49:37 +0000" and NUL */
#define DATE_SHORT 17 /* "1994-11-06 08:49" and NUL */

/* Each writes seconds since 1970 into `out` and returns it.  Years outside
 * 1000..9999 are written as the nearest of them. */
const char *date_http(int64_t t, char out[DATE_HTTP]);
const char *date_clf(int64_t t, char out[DATE_CLF]);
const char *date_short(int64_t t, char out[DATE_SHORT]);

/* All three forms of the RFC; `now` decides the century of a two-digit year.
 * *out is written only on success. */
bool date_parse(const char *s, size_t len, int64_t now, int64_t *out);

#endif
