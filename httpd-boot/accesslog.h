/* The access log, in combined format. */
#ifndef ACCESSLOG_H
#define ACCESSLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http.h"

#define ACCESSLOG_BUF 32768
#define ACCESSLOG_STAMP 36 /* " - - [06/Nov/1994:08:49:37 +0000] " and NUL */

struct accesslog {
	bool on;
	int fd;
	int dir;          /* its directory, O_PATH; -1 for standard output */
	const char *path; /* as given */
	const char *name; /* in that directory */
	char *buf;        /* lines not written yet */
	size_t len;
	bool failing; /* the last write failed, and that was reported */
};

/* Opens LOGFILE for appending, "-" for standard output; 0, or -1 with errno.
 * The path is kept, not copied. */
int accesslog_open(const char *path, struct accesslog *a);
/* Would accesslog_open succeed?  Creates and opens nothing; 0, or -1 with errno. */
int accesslog_check(const char *path);
/* Opens the path again (logrotate has moved the file away): 0, or -1 with errno, and
 * the old file stays in use. */
int accesslog_reopen(struct accesslog *a);

/* The parts of a line that the request gives, quoted: `"GET / HTTP/1.1" ` and
 * behind its NUL ` "referer" "user agent"` and the line's end.  malloc'ed; NULL
 * when memory is short.  `req` may be a bad request. */
char *accesslog_request(const struct http_request *req);

/* The part that the time gives, for all lines of a second; returns out. */
const char *accesslog_stamp(int64_t now, char out[ACCESSLOG_STAMP]);

/* What one line says besides. */
struct accesslog_line {
	const char *client;  /* address without port */
	const char *stamp;   /* from accesslog_stamp */
	const char *request; /* from accesslog_request */
	unsigned status;
	uint64_t bytes; /* of content sent */
};
void accesslog_add(struct accesslog *a, const struct accesslog_line *line);
/* Writes what was added: 0, or -1 with errno the first time it fails.  What a
 * pipe has no room for is kept, which is not a failure until lines are lost. */
int accesslog_flush(struct accesslog *a);
/* Why one of these failed, as text for the log. */
const char *accesslog_error(int err);

#endif
