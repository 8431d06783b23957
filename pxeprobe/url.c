#include "url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "num.h"

static bool
copy(char *out, size_t size, const char *from, size_t len)
{
	if (len >= size)
		return false;
	memmove(out, from, len);
	out[len] = '\0';
	return true;
}

/* %XX in a TFTP name; HTTP paths stay as they are. */
static void
unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		int byte = *s == '%' ? num_hex_byte(s + 1) : -1;

		*to++ = byte > 0 ? (char)byte : *s;
		s += byte > 0 ? 2 : 0;
	}
	*to = '\0';
}

bool
url_parse(const char *text, struct url *out)
{
	struct url u = { .port = 0 };
	const char *host = strstr(text, "://"), *end, *colon;
	uint64_t port;

	if (!host || !copy(u.scheme, sizeof(u.scheme), text, (size_t)(host - text)))
		return false;
	for (char *s = u.scheme; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s |= 32;
	if (strcmp(u.scheme, "tftp") != 0 && strcmp(u.scheme, "http") != 0 && strcmp(u.scheme, "https") != 0)
		return false;
	host += 3;
	end = host + strcspn(host, "/?#");
	if (!copy(u.host, sizeof(u.host), host, (size_t)(end - host)))
		return false;
	colon = strrchr(u.host, ':');
	if (colon && u.host[0] != '[') {
		if (!num_uint(colon + 1, 1, 65535, &port))
			return false;
		u.port = (uint16_t)port;
		u.host[colon - u.host] = '\0';
	}
	if (!u.host[0])
		return false;
	if (u.scheme[0] == 't') {
		if (!copy(u.path, sizeof(u.path), *end ? end + 1 : end, strlen(*end ? end + 1 : end)))
			return false;
		unescape(u.path);
	} else if (!copy(u.path, sizeof(u.path), *end ? end : "/", *end ? strcspn(end, "#") : 1)) {
		return false;
	}
	*out = u;
	return true;
}

bool
url_tftp(uint32_t server, const char *name, struct url *out)
{
	struct url u = { .scheme = "tftp" };

	num_ip4_text(server, u.host);
	if (!copy(u.path, sizeof(u.path), name, strlen(name)))
		return false;
	*out = u;
	return true;
}

void
url_folder(const struct url *file, struct url *out)
{
	size_t len = strcspn(file->path, "?");
	char *end;

	*out = *file;
	out->path[len] = '\0';
	end = strrchr(out->path, '/');
	if (end)
		end[1] = '\0';
	else
		out->path[0] = '\0';
}

/* "a/./b" and "a/x/../b", as iPXE and browsers shorten them. */
static void
shorten(char *path)
{
	char *dots;

	while ((dots = strstr(path, "/./")))
		memmove(dots, dots + 2, strlen(dots + 2) + 1);
	while ((dots = strstr(path, "/../"))) {
		char *before = dots;

		while (before > path && before[-1] != '/')
			before--;
		memmove(before, dots + 4, strlen(dots + 4) + 1);
	}
}

bool
url_join(const struct url *base, const char *name, struct url *out)
{
	struct url u;
	size_t at;

	if (strstr(name, "://"))
		return url_parse(name, out);
	url_folder(base, &u);
	if (name[0] == '/')
		u.path[0] = '\0';
	at = strlen(u.path);
	if (!copy(u.path + at, sizeof(u.path) - at, name, strlen(name)))
		return false;
	if (u.scheme[0] == 't')
		unescape(u.path + at);
	shorten(u.path);
	*out = u;
	return true;
}

const char *
url_text(const struct url *u, char out[URL_TEXT])
{
	char port[8] = "";

	if (u->port)
		snprintf(port, sizeof(port), ":%u", u->port);
	snprintf(out, URL_TEXT, "%s://%s%s%s%s", u->scheme, u->host, port, u->scheme[0] == 't' ? "/" : "", u->path);
	return out;
}

bool
url_needs_dns(const char *uri)
{
	const char *host = strstr(uri, "://");
	char name[256];
	uint32_t addr;
	size_t len;

	if (!host)
		return false;
	host += 3;
	if (*host == '[')
		return false;
	len = strcspn(host, ":/?");
	if (len >= sizeof(name))
		return true;
	memcpy(name, host, len);
	name[len] = '\0';
	return !num_ip4(name, &addr);
}

void
url_header(const struct url *u, const char *form, size_t len, struct wr *w)
{
	const char *mark = memchr(form, '%', len);

	wr_bytes(w, form, mark ? (size_t)(mark - form) : len);
	if (!mark)
		return;
	wr_text(w, u->host);
	if (mark[1] == 'a' && u->port) {
		wr_u8(w, ':');
		wr_decimal(w, u->port);
	}
}
