#include "url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "num.h"
#include "uri.h"

static bool
fit_text(char *out, size_t size, const char *from, size_t len)
{
	if (len >= size)
		return false;
	memmove(out, from, len);
	out[len] = '\0';
	return true;
}

bool
url_parse(const char *text, struct url *out)
{
	struct url u = { .port = 0 };
	struct uri parts;
	char host[URL_HOST - 2], port[8];
	uint64_t number;

	if (!uri_split(text, &parts) || !uri_part_copy(&parts.scheme, u.scheme, sizeof(u.scheme)) ||
	    !uri_part_copy(&parts.host, host, sizeof(host)) || !host[0])
		return false;
	snprintf(u.host, sizeof(u.host), strchr(host, ':') ? "[%s]" : "%s", host);
	for (char *s = u.scheme; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s |= 32;
	if (strcmp(u.scheme, "tftp") != 0 && strcmp(u.scheme, "http") != 0 && strcmp(u.scheme, "https") != 0)
		return false;
	if (parts.port.at) {
		if (!uri_part_copy(&parts.port, port, sizeof(port)) || !num_uint(port, 1, 65535, &number))
			return false;
		u.port = (uint16_t)number;
	}
	if (u.scheme[0] == 't') {
		/* '?' and '#' are letters of a TFTP name like others. */
		const char *name = parts.path.at + (*parts.path.at == '/');

		if (!fit_text(u.path, sizeof(u.path), name, strlen(name)))
			return false;
		uri_unescape(u.path);
	} else {
		size_t at = parts.path.len == 0 ? 1 : 0, len = parts.path.len + strcspn(parts.rest.at, "#");

		u.path[0] = '/';
		if (!fit_text(u.path + at, sizeof(u.path) - at, parts.path.at, len))
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
	if (!fit_text(u.path, sizeof(u.path), name, strlen(name)))
		return false;
	*out = u;
	return true;
}

void
url_directory(const struct url *file, struct url *out)
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

bool
url_join(const struct url *base, const char *name, struct url *out)
{
	struct url u;
	char *dots;
	size_t at;

	if (strstr(name, "://"))
		return url_parse(name, out);
	url_directory(base, &u);
	if (name[0] == '/')
		u.path[0] = '\0';
	at = strlen(u.path);
	if (!fit_text(u.path + at, sizeof(u.path) - at, name, strlen(name)))
		return false;
	if (u.scheme[0] == 't')
		uri_unescape(u.path + at);
	/* "a/./b" and "a/x/../b", as iPXE and browsers shorten them. */
	while ((dots = strstr(u.path, "/./")))
		memmove(dots, dots + 2, strlen(dots + 2) + 1);
	while ((dots = strstr(u.path, "/../"))) {
		char *before = dots;

		while (before > u.path && before[-1] != '/')
			before--;
		memmove(before, dots + 4, strlen(dots + 4) + 1);
	}
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
	struct uri parts;
	char host[URL_HOST];
	uint32_t addr;

	if (!uri_split(uri, &parts))
		return false;
	if (!uri_part_copy(&parts.host, host, sizeof(host)))
		return true;
	return !strchr(host, ':') && !num_ip4(host, &addr);
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
