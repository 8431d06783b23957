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

bool
sums_find(const char *text, size_t len, const char *name, char out[SUMS_SHA256])
{
	static const char start[] = "SHA256 (", middle[] = ") = ";
	const size_t s = sizeof(start) - 1, m = sizeof(middle) - 1;
	char sum[SUMS_SHA256], only[SUMS_SHA256];
	size_t sums = 0, name_len = strlen(name), whole;

	name = last_part(name, &name_len);
	for (; len > 0; text += whole, len -= whole) {
		const char *end = memchr(text, '\n', len), *listed;
		size_t n, listed_len;

		whole = end ? (size_t)(end - text) + 1 : len;
		for (n = whole; n > 0 && isspace((unsigned char)text[n - 1]);)
			n--;
		if (n >= s + m + DIGITS && memcmp(text, start, s) == 0 &&
		    memcmp(text + n - DIGITS - m, middle, m) == 0 &&
		    copy_digits(text + n - DIGITS, DIGITS, sum)) { /* "SHA256 (NAME) = SUM" */
			listed = text + s;
			listed_len = n - s - m - DIGITS;
		} else if (copy_digits(text, n, sum)) { /* "SUM  NAME", "SUM *NAME", or just a sum */
			size_t at = DIGITS;

			while (at < n && (text[at] == ' ' || text[at] == '\t' || text[at] == '*'))
				at++;
			listed = text + at;
			listed_len = n - at;
		} else {
			continue;
		}
		sums++;
		memcpy(only, sum, sizeof(only));
		listed = last_part(listed, &listed_len);
		if (listed_len == name_len && memcmp(listed, name, name_len) == 0) {
			memcpy(out, sum, SUMS_SHA256);
			return true;
		}
	}
	if (sums != 1)
		return false;
	memcpy(out, only, SUMS_SHA256);
	return true;
}
