#include "date.h"

#include <string.h>
#include <time.h>

/* The forms are parameters, and RFC 850 has two digits of the year. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-y2k"

#define YEAR_1000 INT64_C(-30610224000)
#define YEAR_10000 INT64_C(253402300800)

#define DAY 86400
#define DAYS_400 146097  /* of 400 years */
#define DAYS_1970 719468 /* from the 1st of March of the year 0 to 1970 */

/* gmtime and timegm end in 2038 on machines of 32 bits.  The calendar repeats every
 * 400 years; a year is counted from March, so that the odd day comes last.  Both
 * are for years from 1 on. */
static int64_t
days_to(const struct tm *tm)
{
	int64_t month = (tm->tm_mon + 10) % 12, year = tm->tm_year + 1900 - (month >= 10), of_400 = year % 400;

	return year / 400 * DAYS_400 + of_400 * 365 + of_400 / 4 - of_400 / 100 + (153 * month + 2) / 5 + tm->tm_mday -
	    1 - DAYS_1970;
}

static void
utc(int64_t t, struct tm *tm)
{
	int64_t days = t / DAY - (t % DAY < 0), second = t - days * DAY;
	int64_t of_400 = (days + DAYS_1970) % DAYS_400;
	int64_t year = (of_400 - of_400 / 1460 + of_400 / 36524 - of_400 / 146096) / 365;
	int64_t day = of_400 - (365 * year + year / 4 - year / 100), month = (5 * day + 2) / 153;

	*tm = (struct tm){
		.tm_hour = (int)(second / 3600), .tm_min = (int)(second / 60 % 60), .tm_sec = (int)(second % 60)
	};
	tm->tm_mday = (int)(day - (153 * month + 2) / 5 + 1);
	tm->tm_mon = (int)((month + 2) % 12);
	tm->tm_year = (int)((days + DAYS_1970) / DAYS_400 * 400 + year + (month >= 10) - 1900);
	tm->tm_wday = (int)((days + DAYS_1970 + 3) % 7); /* which was a Wednesday */
}

static const char *
format_date(int64_t t, const char *form, char *out, size_t size)
{
	struct tm tm;

	utc(t < YEAR_1000 ? YEAR_1000 : t >= YEAR_10000 ? YEAR_10000 - 1 : t, &tm);
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

	utc(now, &today);
	tm->tm_year = (today.tm_year + 1900) / 100 * 100 - 1900 + tm->tm_year % 100;
	if (tm->tm_year > today.tm_year + 50)
		tm->tm_year -= 100;
}

bool
date_parse(const char *s, size_t len, int64_t now, int64_t *out)
{
	char text[32];
	struct tm tm, day;
	int64_t days;
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
	if (tm.tm_sec > 60 || tm.tm_year < 1000 - 1900) /* second 60 is a leap second */
		return false;
	days = days_to(&tm);
	utc(days * DAY, &day);
	if (day.tm_mday != tm.tm_mday) /* the 31st of April is the 1st of May */
		return false;
	*out = days * DAY + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
	return true;
}
