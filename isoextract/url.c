#include "url.h"

#include <string.h>
#include <strings.h>

#include "num.h"

bool
url_is(const char *name)
{
	return strncasecmp(name, "http://", 7) == 0 || strncasecmp(name, "https://", 8) == 0 ||
	    strncasecmp(name, "ftp://", 6) == 0;
}

static const char *
copy(const char *from, size_t len, char out[URL_SIZE])
{
	if (len >= URL_SIZE)
		len = URL_SIZE - 1;
	memcpy(out, from, len);
	out[len] = '\0';
	return out;
}

/* Where the host begins: behind the last '@' of the authority (RFC 3986, 3.2;
 * a password with an '@' that nobody escaped is one all the same). */
static const char *
host_of(const char *authority)
{
	const char *host = authority;

	for (size_t i = 0, n = strcspn(authority, "/?#"); i < n; i++)
		if (authority[i] == '@')
			host = authority + i + 1;
	return host;
}

const char *
url_shown(const char *name, char out[URL_SIZE])
{
	const char *authority = url_is(name) ? strchr(name, '/') + 2 : name;
	const char *host = url_is(name) ? host_of(authority) : name;
	size_t scheme = (size_t)(authority - name);

	copy(name, scheme, out);
	copy(host, strnlen(host, URL_SIZE - 1 - scheme), out + scheme);
	return out;
}

static void
unescape(char *text)
{
	char *to = text;

	for (const char *p = text; *p; p++) {
		int byte = *p == '%' ? num_hex_byte(p + 1) : -1;

		*to++ = byte < 0 ? *p : (char)byte;
		p += byte < 0 ? 0 : 2;
	}
	*to = '\0';
}

const char *
url_file(const char *name, char out[URL_SIZE])
{
	const char *path = name;
	size_t n;

	if (!url_is(name))
		return copy(name, strlen(name), out);
	path = strchr(name, '/') + 2;
	path += strcspn(path, "/?#");
	n = strcspn(path, "?#");
	for (const char *slash; (slash = memchr(path, '/', n)); path = slash + 1)
		n -= (size_t)(slash - path) + 1;
	copy(path, n, out);
	unescape(out);
	return out;
}

/* The digits before `end`; where reading goes on behind it, NULL for anything
 * else. */
static const char *
number(const char *p, char end, uint64_t *out)
{
	char text[24];
	size_t n = strspn(p, "0123456789");

	if (n >= sizeof(text) || p[n] != end)
		return NULL;
	memcpy(text, p, n);
	text[n] = '\0';
	return num_uint(text, 0, INT64_MAX, out) ? p + n + (end != '\0') : NULL;
}

bool
url_range(const char *content_range, struct url_range *out)
{
	const char *p = content_range;
	struct url_range r;

	if (strncasecmp(p, "bytes", 5) != 0)
		return false;
	p += 5 + strspn(p + 5, " \t="); /* '=': as some servers write it */
	if (!(p = number(p, '-', &r.first)) || !(p = number(p, '/', &r.last)) || !number(p, '\0', &r.size) ||
	    r.first > r.last || r.last >= r.size)
		return false;
	*out = r;
	return true;
}
