/* The access log, in combined format. */
#ifndef ACCESS_H
#define ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http.h"

#define ACCESS_BUF 32768
#define ACCESS_STAMP 36 /* " - - [06/Nov/1994:08:49:37 +0000] " and NUL */

struct access {
	bool on;
	int fd;
	int dir;          /* its folder, O_PATH; -1 when it is standard output */
	const char *path; /* as it was given */
	const char *name; /* in that folder */
	char *buf;        /* lines not written yet */
	size_t len;
	bool failing; /* the last write failed, and that was said */
};

/* Opens LOGFILE for appending, "-" for standard output; 0, or -1 with errno.
 * The path is kept, not copied. */
int access_open(const char *path, struct access *a);
/* Could access_open do it?  Makes and opens nothing; 0, or -1 with errno. */
int access_check(const char *path);
/* Opens it anew under its name (logrotate moved it away); -1 with errno, and
 * the old one stays in use. */
int access_reopen(struct access *a);

/* The parts of a line that the request gives, quoted: `"GET / HTTP/1.1" ` and
 * behind its NUL ` "referer" "user agent"` and the line's end.  malloc'ed; NULL
 * when memory is short.  `req` can be one that was not understood. */
char *access_request(const struct http_request *req);

/* The part that the time gives, for all lines of a second; returns out. */
const char *access_stamp(int64_t now, char out[ACCESS_STAMP]);

/* What one line says besides. */
struct access_line {
	const char *client;  /* address without port */
	const char *stamp;   /* from access_stamp */
	const char *request; /* from access_request */
	unsigned status;
	uint64_t bytes; /* of content sent */
};
void access_add(struct access *a, const struct access_line *line);
/* Writes what was added: 0, or -1 with errno the first time it fails.  What a
 * pipe has no room for is kept, and is no failure until lines are lost. */
int access_flush(struct access *a);
/* Why one of these failed, for people. */
const char *access_error(int err);

#endif
