#include "date.h"

#include <string.h>
#include <time.h>

/* The forms are parameters, and RFC 850 has two digits of the year. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-y2k"

#define YEAR_1000 INT64_C(-30610224000)
#define YEAR_10000 INT64_C(253402300800)

static const char *
format_date(int64_t t, const char *form, char *out, size_t size)
{
	struct tm tm;
	time_t within = t < YEAR_1000 ? YEAR_1000 : t >= YEAR_10000 ? YEAR_10000 - 1 : t;

	gmtime_r(&within, &tm);
	strftime(out, size, form, &tm);
	return out;
}

const char *
date_http(int64_t t, char out[DATE_HTTP])
{
	return format_date(t, "%a, %d %b %Y %H:%M:%S GMT", out, DATE_HTTP);
}

const char *
date_clf(int64_t t, char out[DATE_CLF])
{
	return format_date(t, "%d/%b/%Y:%H:%M:%S +0000", out, DATE_CLF);
}

const char *
date_short(int64_t t, char out[DATE_SHORT])
{
	return format_date(t, "%Y-%m-%d %H:%M", out, DATE_SHORT);
}

/* strptime(3) is lenient about case, blanks and digits; what it has read is written
 * again, and must come out the same. */
static bool
matches(const char *text, const char *form, struct tm *tm)
{
	char again[32];
	const char *end;

	*tm = (struct tm){ 0 };
	end = strptime(text, form, tm);
	return end && !*end && strftime(again, sizeof(again), form, tm) && strcmp(again, text) == 0;
}

/* A two-digit year is never more than 50 years ahead (RFC 9110, 5.6.7). */
static void
fix_century(struct tm *tm, int64_t now)
{
	struct tm today;

	gmtime_r(&(time_t){ now }, &today);
	tm->tm_year = (today.tm_year + 1900) / 100 * 100 - 1900 + tm->tm_year % 100;
	if (tm->tm_year > today.tm_year + 50)
		tm->tm_year -= 100;
}

bool
date_parse(const char *s, size_t len, int64_t now, int64_t *out)
{
	char text[32];
	struct tm tm, day;
	time_t midnight;
	size_t name = 0;

	/* the name of the day says nothing new */
	while (name < len && ((s[name] | 0x20) >= 'a' && (s[name] | 0x20) <= 'z'))
		name++;
	if (name < 3 || len - name >= sizeof(text) || memchr(s, '\0', len))
		return false;
	memcpy(text, s + name, len - name);
	text[len - name] = '\0';
	if (matches(text, ", %d-%b-%y %H:%M:%S GMT", &tm)) /* RFC 850 */
		fix_century(&tm, now);
	else if (!matches(text, ", %d %b %Y %H:%M:%S GMT", &tm) && /* IMF-fixdate */
	    !matches(text, " %b %e %H:%M:%S %Y", &tm) &&           /* asctime */
	    !matches(text, " %b %d %H:%M:%S %Y", &tm))
		return false;
	day = (struct tm){ .tm_year = tm.tm_year, .tm_mon = tm.tm_mon, .tm_mday = tm.tm_mday };
	midnight = timegm(&day);
	/* the 31st of April has become the 1st of May; second 60 is a leap second */
	if (day.tm_mday != tm.tm_mday || tm.tm_sec > 60 || tm.tm_year < 1000 - 1900)
		return false;
	*out = (int64_t)midnight + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
	return true;
}
