#include "sums.h"

#include <ctype.h>
#include <string.h>

#define DIGITS 64

static bool
copy_digits(const char *s, size_t len, char out[SUMS_SHA256])
{
	if (len < DIGITS)
		return false;
	for (size_t i = 0; i < DIGITS; i++) {
		if (!isxdigit((unsigned char)s[i]))
			return false;
		out[i] = (char)tolower((unsigned char)s[i]);
	}
	out[DIGITS] = '\0';
	return len == DIGITS || !isxdigit((unsigned char)s[DIGITS]);
}

bool
sums_is_sha256(const char *s, char out[SUMS_SHA256])
{
	return strlen(s) == DIGITS && copy_digits(s, DIGITS, out);
}

static const char *
last_part(const char *name, size_t *len)
{
	for (size_t i = *len; i > 0; i--)
		if (name[i - 1] == '/') {
			*len -= i;
			return name + i;
		}
	return name;
}

/* "SHA256 (NAME) = SUM" */
static bool
bsd_line(const char *line, size_t len, const char **name, size_t *name_len, char sum[SUMS_SHA256])
{
	static const char start[] = "SHA256 (", middle[] = ") = ";
	size_t s = sizeof(start) - 1, m = sizeof(middle) - 1;

	if (len < s + m + DIGITS || memcmp(line, start, s) != 0 || memcmp(line + len - DIGITS - m, middle, m) != 0)
		return false;
	*name = line + s;
	*name_len = len - s - m - DIGITS;
	return copy_digits(line + len - DIGITS, DIGITS, sum);
}

/* "SUM  NAME", "SUM *NAME", or just a sum. */
static bool
plain_line(const char *line, size_t len, const char **name, size_t *name_len, char sum[SUMS_SHA256])
{
	size_t at = DIGITS;

	if (!copy_digits(line, len, sum))
		return false;
	while (at < len && (line[at] == ' ' || line[at] == '\t' || line[at] == '*'))
		at++;
	*name = line + at;
	*name_len = len - at;
	return true;
}

bool
sums_find(const char *text, size_t len, const char *name, char out[SUMS_SHA256])
{
	char sum[SUMS_SHA256], only[SUMS_SHA256];
	size_t sums = 0, name_len = strlen(name);

	name = last_part(name, &name_len);
	while (len > 0) {
		const char *end = memchr(text, '\n', len), *listed;
		size_t whole = end ? (size_t)(end - text) + 1 : len, n = whole, listed_len;

		while (n > 0 && isspace((unsigned char)text[n - 1]))
			n--;
		if (bsd_line(text, n, &listed, &listed_len, sum) || plain_line(text, n, &listed, &listed_len, sum)) {
			sums++;
			memcpy(only, sum, sizeof(only));
			listed = last_part(listed, &listed_len);
			if (listed_len == name_len && memcmp(listed, name, name_len) == 0) {
				memcpy(out, sum, SUMS_SHA256);
				return true;
			}
		}
		text += whole;
		len -= whole;
	}
	if (sums != 1)
		return false;
	memcpy(out, only, SUMS_SHA256);
	return true;
}
