#include "url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "num.h"
#include "uri.h"

static bool
split_url(const char *name, struct uri *u)
{
	return uri_split(name, u) &&
	    (uri_part_is(&u->scheme, "http") || uri_part_is(&u->scheme, "https") || uri_part_is(&u->scheme, "ftp"));
}

bool
url_is(const char *name)
{
	struct uri u;

	return split_url(name, &u);
}

const char *
url_shown(const char *name, char out[URL_SIZE])
{
	struct uri u;

	if (!split_url(name, &u) || !u.userinfo.at)
		snprintf(out, URL_SIZE, "%s", name);
	else
		snprintf(
		    out, URL_SIZE, "%.*s%s", (int)(u.userinfo.at - name), name, u.userinfo.at + u.userinfo.len + 1);
	return out;
}

const char *
url_file(const char *name, char out[URL_SIZE])
{
	struct uri u;
	const char *slash;

	if (!split_url(name, &u)) {
		snprintf(out, URL_SIZE, "%s", name);
		return out;
	}
	slash = memrchr(u.path.at, '/', u.path.len);
	if (slash) {
		u.path.len -= (size_t)(slash + 1 - u.path.at);
		u.path.at = slash + 1;
	}
	snprintf(out, URL_SIZE, "%.*s", (int)(u.path.len < URL_SIZE ? u.path.len : URL_SIZE - 1), u.path.at);
	uri_unescape(out);
	return out;
}

/* Reads digits up to `end`.  Returns what follows it; NULL for anything else. */
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
	p += 5 + strspn(p + 5, " \t="); /* some servers write '=' */
	if (!(p = number(p, '-', &r.first)) || !(p = number(p, '/', &r.last)) || !number(p, '\0', &r.size) ||
	    r.first > r.last || r.last >= r.size)
		return false;
	*out = r;
	return true;
}
