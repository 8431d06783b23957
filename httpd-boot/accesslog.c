#include "accesslog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "date.h"
#include "wire.h"

#define QUOTED_MAX 1024 /* longest quoted value; a longer one is cut */
#define LINE_ROOM (3 * QUOTED_MAX + 256)

/* The reader of a FIFO may be slow or absent, which must not block the server. */
static int
open_log(int dir, const char *name)
{
	return openat(dir, name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);
}

static int
log_directory(const char *path, const char *slash)
{
	char *parent = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int fd = parent ? open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;

	free(parent);
	return fd;
}

int
accesslog_open(const char *path, struct accesslog *a)
{
	const char *slash = strrchr(path, '/');
	struct accesslog new = { .on = true, .dir = -1, .path = path, .name = slash ? slash + 1 : path };
	struct stat st;
	int err;

	if (strcmp(path, "-") == 0) {
		/* A pipe is opened again: O_NONBLOCK on the one we were given would
		 * affect everybody who has it. */
		new.fd = fstat(STDOUT_FILENO, &st) == 0 && S_ISFIFO(st.st_mode) ?
		    open("/proc/self/fd/1", O_WRONLY | O_CLOEXEC | O_NONBLOCK) :
		    -1;
		if (new.fd < 0)
			new.fd = STDOUT_FILENO;
	} else {
		new.dir = log_directory(path, slash);
		if (new.dir < 0)
			return -1;
		new.fd = open_log(new.dir, new.name);
	}
	new.buf = new.fd < 0 ? NULL : malloc(ACCESSLOG_BUF);
	if (!new.buf) {
		err = errno;
		if (new.dir >= 0)
			close(new.dir);
		errno = err;
		return -1;
	}
	*a = new;
	return 0;
}

int
accesslog_check(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat st;
	int dir, rc, err;

	if (strcmp(path, "-") == 0)
		return 0;
	dir = log_directory(path, slash);
	if (dir < 0)
		return -1;
	path = slash ? slash + 1 : path;
	rc = fstatat(dir, path, &st, 0);
	if (rc == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		rc = -1;
	} else if (rc == 0) {
		rc = faccessat(dir, path, W_OK, AT_EACCESS);
	} else if (errno == ENOENT && *path) {
		rc = faccessat(dir, ".", W_OK | X_OK, AT_EACCESS);
	}
	err = errno;
	close(dir);
	errno = err;
	return rc;
}

int
accesslog_reopen(struct accesslog *a)
{
	int fd;

	if (!a->on || a->dir < 0)
		return 0;
	fd = open_log(a->dir, a->name);
	if (fd < 0)
		return -1;
	close(a->fd);
	a->fd = fd;
	return 0;
}

/* The next byte from `at` on that would break the line. */
static size_t
plain_to(struct http_text t, size_t at, size_t end)
{
	static const bool odd[256] = {
		[0 ... ' ' - 1] = true,
		['"'] = true,
		['\\'] = true,
		[0x7f ... 0xff] = true,
	};

	while (at < end && !odd[(unsigned char)t.at[at]])
		at++;
	return at;
}

/* As nginx and Apache do it: what could break the line is \xHH. */
static char *
put_quoted(char *p, struct http_text t)
{
	static const char hex[] = "0123456789ABCDEF";
	char *end = p + QUOTED_MAX - 6;
	size_t i = 0;

	*p++ = '"';
	if (!t.len)
		*p++ = '-';
	while (i < t.len && p < end) {
		size_t room = (size_t)(end - p), n = plain_to(t, i, t.len - i < room ? t.len : i + room) - i;

		memcpy(p, t.at + i, n);
		p += n;
		i += n;
		if (i == t.len || p >= end)
			break;
		*p++ = '\\';
		*p++ = 'x';
		*p++ = hex[(unsigned char)t.at[i] >> 4];
		*p++ = hex[t.at[i++] & 15];
	}
	*p++ = '"';
	return p;
}

char *
accesslog_request(const struct http_request *req)
{
	char text[3 * QUOTED_MAX + 6], *p = text, *out;
	size_t n;

	p = put_quoted(p, req->line);
	*p++ = ' ';
	*p++ = '\0';
	*p++ = ' ';
	p = put_quoted(p, http_get(req, HTTP_REFERER));
	*p++ = ' ';
	p = put_quoted(p, http_get(req, HTTP_USER_AGENT));
	*p++ = '\n';
	*p++ = '\0';
	n = (size_t)(p - text);
	out = malloc(n);
	if (out)
		memcpy(out, text, n);
	return out;
}

const char *
accesslog_stamp(int64_t now, char out[ACCESSLOG_STAMP])
{
	char date[DATE_CLF];

	snprintf(out, ACCESSLOG_STAMP, " - - [%s] ", date_clf(now, date));
	return out;
}

/* Without printf and in few pieces, since it is done for each request. */
void
accesslog_add(struct accesslog *a, const struct accesslog_line *line)
{
	struct wr w;

	/* a failure is reported by the flush at the end of the turn */
	if (ACCESSLOG_BUF - a->len < LINE_ROOM && accesslog_flush(a) < 0)
		a->failing = false;
	w = wr_open(a->buf + a->len, ACCESSLOG_BUF - a->len);
	wr_text(&w, line->client);
	wr_text(&w, line->stamp);
	wr_text(&w, line->request);
	wr_decimal(&w, line->status);
	wr_text(&w, " ");
	wr_decimal(&w, line->bytes);
	wr_text(&w, line->request + strlen(line->request) + 1);
	if (!w.full)
		a->len += wr_len(&w);
}

/* Lines of several workers do not mix: one write of whole lines to a file
 * opened for appending.  What a pipe has no room for waits for the next flush. */
int
accesslog_flush(struct accesslog *a)
{
	bool was = a->failing;
	ssize_t n = 0;

	while (a->len && (n = write(a->fd, a->buf, a->len)) > 0) {
		a->len -= (size_t)n;
		memmove(a->buf, a->buf + n, a->len);
		a->failing = a->failing && a->len;
	}
	if (n >= 0 || (errno == EAGAIN && ACCESSLOG_BUF - a->len >= LINE_ROOM))
		return 0;
	if (errno != EAGAIN)
		a->len = 0;
	a->failing = true;
	return was ? 0 : -1;
}

const char *
accesslog_error(int err)
{
	switch (err) {
	case EAGAIN:
		return "its reader does not keep up, lines are lost";
	case ENXIO:
		return "nobody reads this FIFO, start its reader first";
	default:
		return strerror(err);
	}
}
