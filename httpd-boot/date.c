#include "date.h"

#include <string.h>

static const char month_name[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char day_name[] = "SunMonTueWedThuFriSat";

struct civil {
	int64_t year;
	unsigned month, day; /* 0.., 1.. */
	unsigned hour, minute, second, weekday;
};

/* Days since 1970-01-01 of a date in the Gregorian calendar; years begin in
 * March, so that the leap day is the last. */
static int64_t
days_of(int64_t year, unsigned month, unsigned day)
{
	int64_t y = year - (month < 2);
	int64_t m = (month + 10) % 12;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static void
civil_of(int64_t t, struct civil *c)
{
	const int64_t first = days_of(0, 0, 1) * 86400, last = days_of(10000, 0, 1) * 86400 - 1;
	int64_t days, rest, z, era, y;
	unsigned of_era, of_year, m;

	t = t < first ? first : t > last ? last : t;
	days = t >= 0 ? t / 86400 : -((86399 - t) / 86400);
	rest = t - days * 86400;
	c->hour = (unsigned)(rest / 3600);
	c->minute = (unsigned)(rest / 60 % 60);
	c->second = (unsigned)(rest % 60);
	c->weekday = (unsigned)(((days + 4) % 7 + 7) % 7);
	z = days + 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	of_era = (unsigned)(z - era * 146097);
	y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = (unsigned)(of_era - (365 * y + y / 4 - y / 100));
	m = (5 * of_year + 2) / 153;
	c->day = of_year - (153 * m + 2) / 5 + 1;
	c->month = (m + 2) % 12;
	c->year = y + era * 400 + (c->month < 2);
}

static char *
put_digits(char *p, uint64_t n, int width)
{
	for (int i = width - 1; i >= 0; i--, n /= 10)
		p[i] = (char)('0' + n % 10);
	return p + width;
}

static char *
put_text(char *p, const char *s, size_t n)
{
	memcpy(p, s, n);
	return p + n;
}

/* Dates are written and read after a pattern: w a weekday name (short; in
 * full too where it is read), D two digits of the day (the first may be read
 * as a blank, as asctime has it), M month name, N two digits of the month, Y
 * four digits, y two, h m s clock digits, z the zone (GMT, the only one there
 * is); the rest is literal. */
static const char rfc_pattern[] = "w, D M Y h:m:s z";

static char *
put(char *p, char what, const struct civil *c)
{
	switch (what) {
	case 'w':
		return put_text(p, day_name + 3 * c->weekday, 3);
	case 'D':
		return put_digits(p, c->day, 2);
	case 'M':
		return put_text(p, month_name + 3 * c->month, 3);
	case 'N':
		return put_digits(p, c->month + 1, 2);
	case 'Y':
		return put_digits(p, (uint64_t)c->year, 4);
	case 'h':
		return put_digits(p, c->hour, 2);
	case 'm':
		return put_digits(p, c->minute, 2);
	case 's':
		return put_digits(p, c->second, 2);
	case 'z':
		return put_text(p, "GMT", 3);
	default:
		*p = what;
		return p + 1;
	}
}

static const char *
write_date(int64_t t, const char *pattern, char *out)
{
	struct civil c;
	char *p = out;

	civil_of(t, &c);
	for (; *pattern; pattern++)
		p = put(p, *pattern, &c);
	*p = '\0';
	return out;
}

const char *
date_http(int64_t t, char out[DATE_HTTP])
{
	return write_date(t, rfc_pattern, out);
}

const char *
date_clf(int64_t t, char out[DATE_CLF])
{
	return write_date(t, "D/M/Y:h:m:s +0000", out);
}

const char *
date_short(int64_t t, char out[DATE_SHORT])
{
	return write_date(t, "Y-N-D h:m", out);
}

struct match {
	const char *p, *end;
	struct civil c;
	bool short_year;
};

static bool
take_digits(struct match *m, int n, unsigned *out)
{
	unsigned v = 0;

	for (int i = 0; i < n; i++, m->p++) {
		if (m->p == m->end || *m->p < '0' || *m->p > '9')
			return false;
		v = v * 10 + (unsigned)(*m->p - '0');
	}
	*out = v;
	return true;
}

static bool
take_month(struct match *m)
{
	if (m->end - m->p < 3)
		return false;
	for (unsigned i = 0; i < 12; i++)
		if (memcmp(m->p, month_name + 3 * i, 3) == 0) {
			m->c.month = i;
			m->p += 3;
			return true;
		}
	return false;
}

static bool
take_weekday(struct match *m)
{
	const char *start = m->p;

	while (m->p < m->end && ((*m->p | 0x20) >= 'a' && (*m->p | 0x20) <= 'z'))
		m->p++;
	return m->p - start >= 3;
}

static bool
take(struct match *m, char what)
{
	unsigned year;

	switch (what) {
	case 'w':
		return take_weekday(m);
	case 'M':
		return take_month(m);
	case 'D':
		if (m->p < m->end && *m->p == ' ') {
			m->p++;
			return take_digits(m, 1, &m->c.day);
		}
		return take_digits(m, 2, &m->c.day);
	case 'Y':
	case 'y':
		m->short_year = what == 'y';
		if (!take_digits(m, what == 'y' ? 2 : 4, &year))
			return false;
		m->c.year = year;
		return true;
	case 'z':
		if (m->end - m->p < 3 || memcmp(m->p, "GMT", 3) != 0)
			return false;
		m->p += 3;
		return true;
	case 'h':
		return take_digits(m, 2, &m->c.hour);
	case 'm':
		return take_digits(m, 2, &m->c.minute);
	case 's':
		return take_digits(m, 2, &m->c.second);
	default:
		return m->p < m->end && *m->p++ == what;
	}
}

static bool
fits(struct match *m, const char *pattern)
{
	for (; *pattern; pattern++)
		if (!take(m, *pattern))
			return false;
	return m->p == m->end;
}

/* A two-digit year is never more than 50 years ahead (RFC 9110, 5.6.7). */
static int64_t
full_year(int64_t short_year, int64_t now)
{
	struct civil c;
	int64_t year;

	civil_of(now, &c);
	year = c.year / 100 * 100 + short_year;
	return year > c.year + 50 ? year - 100 : year;
}

/* A second of 60 is a leap second (RFC 9110, 5.6.7). */
static bool
exists(const struct civil *c)
{
	struct civil same;

	if (c->day < 1 || c->day > 31 || c->hour > 23 || c->minute > 59 || c->second > 60)
		return false;
	civil_of(days_of(c->year, c->month, c->day) * 86400, &same);
	return same.day == c->day; /* the 31st of April is the 1st of May */
}

bool
date_parse(const char *s, size_t len, int64_t now, int64_t *out)
{
	static const char *const pattern[] = { rfc_pattern, "w, D-M-y h:m:s z", "w M D h:m:s Y" };

	for (size_t i = 0; i < sizeof(pattern) / sizeof(pattern[0]); i++) {
		struct match m = { .p = s, .end = s + len };
		struct civil *c = &m.c;

		if (!fits(&m, pattern[i]))
			continue;
		if (m.short_year)
			c->year = full_year(c->year, now);
		if (!exists(c))
			return false;
		*out = days_of(c->year, c->month, c->day) * 86400 + c->hour * 3600 + c->minute * 60 + c->second;
		return true;
	}
	return false;
}
