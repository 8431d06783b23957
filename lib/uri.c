#include "uri.h"

#include <string.h>
#include <strings.h>

#include "num.h"

static bool
is_scheme(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool letter = (p[i] | 32) >= 'a' && (p[i] | 32) <= 'z';
		bool other = (p[i] >= '0' && p[i] <= '9') || p[i] == '+' || p[i] == '-' || p[i] == '.';

		if (!letter && (i == 0 || !other))
			return false;
	}
	return len > 0;
}

/* The last '@' ends the user's part: a password with an '@' that nobody escaped is
 * one all the same.  A '[' that nothing closes is part of the host, which no resolver
 * will know. */
static void
split_authority(const char *p, size_t len, struct uri *u)
{
	const char *at = memrchr(p, '@', len), *end = p + len, *close = NULL, *colon;

	if (at) {
		u->userinfo = (struct uri_part){ p, (size_t)(at - p) };
		p = at + 1;
	}
	if (p < end && *p == '[')
		close = memchr(p, ']', (size_t)(end - p));
	colon = memchr(close ? close : p, ':', (size_t)(end - (close ? close : p)));
	u->host = close ? (struct uri_part){ p + 1, (size_t)(close - p) - 1 } :
	                  (struct uri_part){ p, (size_t)((colon ? colon : end) - p) };
	if (colon)
		u->port = (struct uri_part){ colon + 1, (size_t)(end - colon) - 1 };
}

bool
uri_split(const char *text, struct uri *out)
{
	size_t scheme = strcspn(text, ":/?#"), n;
	struct uri u = { .scheme = { text, scheme } };

	if (strncmp(text + scheme, "://", 3) != 0 || !is_scheme(text, scheme))
		return false;
	text += scheme + 3;
	n = strcspn(text, "/?#");
	split_authority(text, n, &u);
	text += n;
	n = strcspn(text, "?#");
	u.path = (struct uri_part){ text, n };
	u.rest = (struct uri_part){ text + n, strlen(text + n) };
	*out = u;
	return true;
}

bool
uri_part_is(const struct uri_part *p, const char *word)
{
	return strlen(word) == p->len && strncasecmp(p->at, word, p->len) == 0;
}

bool
uri_part_copy(const struct uri_part *p, char *out, size_t size)
{
	if (p->len >= size)
		return false;
	if (p->len > 0)
		memcpy(out, p->at, p->len);
	out[p->len] = '\0';
	return true;
}

void
uri_unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		int byte = *text == '%' ? num_hex_byte(text + 1) : -1;

		*to++ = byte > 0 ? (char)byte : *text;
		text += byte > 0 ? 2 : 0;
	}
	*to = '\0';
}
