#include "remote.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "transfer.h"
#include "num.h"
#include "url.h"

#define TRIES 6 /* for one piece, without a byte of it */
#define FIRST_PIECE 65536
#define PAUSE_MAX_S 60 /* no matter how long a busy server asks to wait */

struct remote {
	struct transfer *transfer;
	bool (*interrupted)(void);
	bool ranges;
	bool private; /* the URL has a user's name or password, for its own host alone */
	bool away;    /* further requests go where a redirection led to */
	uint64_t size;
	uint64_t position; /* of a stream */
	char version[128]; /* the file's ETag or date, to see if it changes; "" for neither */
	uint8_t first[FIRST_PIECE];
	size_t first_len;
	char error[REMOTE_ERROR];
};

/* ---- answers ------------------------------------------------------------------------ */

static bool
is_interrupted(const struct remote *r)
{
	return r->interrupted && r->interrupted();
}

/* Did the server answer that it is busy, so that another try makes sense? */
static bool
is_busy(const struct remote *r)
{
	long status = transfer_status(r->transfer);

	return transfer_is_http(r->transfer) && (status == 408 || status == 429 || status >= 500);
}

/* Waits longer each time, or as long as a busy server asks for.  A signal ends it. */
static void
pause_before(const struct remote *r, unsigned try)
{
	long ms = 200L << try;
	uint32_t asked = is_busy(r) ? transfer_retry_after(r->transfer) : 0;
	struct timespec t;

	if (asked > 0)
		ms = 1000L * (asked < PAUSE_MAX_S ? asked : PAUSE_MAX_S);
	t = (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	nanosleep(&t, NULL);
}

static const char *
version_of(const struct remote *r)
{
	const char *version = transfer_header(r->transfer, "ETag");

	return version ? version : transfer_header(r->transfer, "Last-Modified");
}

/* ---- opening ------------------------------------------------------------------------- */

static void
say_status(long status, char error[REMOTE_ERROR])
{
	const char *means = status == 404 || status == 410 ? " (not found)" :
	    status == 401 || status == 403                 ? " (not allowed)" :
	    status == 407                                  ? " (the proxy wants a password)" :
	                                                     "";

	snprintf(error, REMOTE_ERROR, "the server answers %ld%s", status, means);
}

/* Does the first answer give a file that can be read in pieces?  Its size is then
 * known; else there is a sentence in `error`. */
static bool
judge_first(struct remote *r, enum transfer_result got, char error[REMOTE_ERROR], bool *wrong)
{
	long status = transfer_status(r->transfer);
	const char *range = transfer_header(r->transfer, "Content-Range");
	struct url_range part;

	*wrong = got == TRANSFER_WRONG;
	if (got == TRANSFER_WHOLE) {
		snprintf(error, REMOTE_ERROR, "its server has no ranges; -f reads it from start to end");
	} else if (got == TRANSFER_INTERRUPTED) {
		snprintf(error, REMOTE_ERROR, "interrupted");
	} else if (got != TRANSFER_OK) {
		snprintf(error, REMOTE_ERROR, "%s", transfer_why(r->transfer));
	} else if (!transfer_is_http(r->transfer) || status == 416) { /* 416: an empty file has no first byte */
		return true;
	} else if (status != 206) {
		*wrong = status >= 400 && status < 500;
		say_status(status, error);
	} else if (!range || !url_range(range, &part) || part.first != 0) {
		snprintf(error, REMOTE_ERROR, "the server does not say how long the file is (Content-Range)");
	} else {
		r->size = part.size;
		return true;
	}
	return false;
}

/* A first piece cut short will do: the rest is fetched when it is wanted. */
static enum transfer_result
first_request(struct remote *r)
{
	enum transfer_result got;

	for (unsigned try = 0;; try++) {
		got = transfer_piece(r->transfer, 0, r->first, sizeof(r->first), &r->first_len);
		if (got == TRANSFER_BROKEN && transfer_is_http(r->transfer) && transfer_status(r->transfer) == 206 &&
		    r->first_len > 0)
			return TRANSFER_OK;
		if (try == TRIES - 1 || is_interrupted(r) ||
		    (got != TRANSFER_BROKEN && !(got == TRANSFER_OK && is_busy(r))))
			return got;
		pause_before(r, try);
	}
}

/* Reads by ranges, or with `stream` the whole file as it comes. */
static bool
remote_begin(struct remote *r, enum transfer_result got, bool stream, char error[REMOTE_ERROR], bool *wrong)
{
	const char *length = transfer_header(r->transfer, "Content-Length"), *version;

	r->ranges = got != TRANSFER_WHOLE || !stream;
	if (r->ranges && !judge_first(r, got, error, wrong))
		return false;
	if (!r->ranges && length)
		num_uint(length, 1, INT64_MAX, &r->size);
	version = version_of(r);
	if (version)
		snprintf(r->version, sizeof(r->version), "%s", version);
	if (!r->private) {
		transfer_stay(r->transfer);
		r->away = true;
	}
	return r->ranges || transfer_stream(r->transfer);
}

struct remote *
remote_open(const char *name, bool stream, bool (*interrupted)(void), char error[REMOTE_ERROR], bool *wrong)
{
	struct remote *r = calloc(1, sizeof(*r));
	char shown[URL_SIZE], why[REMOTE_ERROR] = "out of memory";
	enum transfer_result got = TRANSFER_OK;

	url_shown(name, shown);
	if (r) {
		r->interrupted = interrupted;
		r->private = strcmp(shown, name) != 0;
		r->transfer = transfer_open(name, interrupted);
	}
	if (r && r->transfer) {
		if (strncasecmp(name, "ftp", 3) == 0)
			got = transfer_size(r->transfer, &r->size);
		if (got == TRANSFER_OK)
			got = first_request(r);
		if (remote_begin(r, got, stream, why, wrong))
			return r;
	}
	snprintf(error, REMOTE_ERROR, "cannot fetch %.300s: %.180s", shown, why);
	remote_close(r);
	return NULL;
}

void
remote_close(struct remote *r)
{
	if (!r)
		return;
	transfer_close(r->transfer);
	free(r);
}

bool
remote_ranges(const struct remote *r, uint64_t *size)
{
	*size = r->size;
	return r->ranges;
}

void
remote_watch(struct remote *r, void (*tick)(void *context), void *context)
{
	transfer_watch(r->transfer, tick, context);
}

uint64_t
remote_traffic(const struct remote *r)
{
	return transfer_traffic(r->transfer);
}

const char *
remote_error(const struct remote *r)
{
	return r->error;
}

/* ---- reading ------------------------------------------------------------------------- */

static ssize_t
remote_fail(struct remote *r, int e, const char *why)
{
	snprintf(r->error, sizeof(r->error), "%s", why);
	errno = e;
	return -1;
}

/* Does the answer end all trying? */
static bool
is_final(struct remote *r, enum transfer_result got, uint64_t from)
{
	long status = transfer_status(r->transfer);
	const char *range = transfer_header(r->transfer, "Content-Range"), *version = version_of(r);
	struct url_range part;
	bool has_part = range && url_range(range, &part);

	if (got == TRANSFER_INTERRUPTED)
		return remote_fail(r, EINTR, "interrupted") < 0;
	if (got == TRANSFER_WHOLE)
		return remote_fail(r, EIO, "the server no longer has ranges") < 0;
	if (!transfer_is_http(r->transfer))
		return false;
	if (status == 206 && has_part && part.first != from) /* a proxy may have kept another piece */
		return remote_fail(r, EIO, "the server sent another part than was asked for") < 0;
	if (status == 416 ||
	    (status == 206 &&
	        ((has_part && part.size != r->size) ||
	            (version && r->version[0] && strncmp(r->version, version, sizeof(r->version) - 1) != 0))))
		return remote_fail(r, EIO, "the file has changed on the server in the meantime") < 0;
	if (got != TRANSFER_OK || is_busy(r) || status < 400)
		return false;
	if (r->away) { /* a redirection may be good for minutes only (a signed URL): ask the first URL again, once */
		r->away = false;
		transfer_return(r->transfer);
		return false;
	}
	say_status(status, r->error);
	errno = EIO;
	return true;
}

/* Reads a piece, and goes on where a connection broke. */
static ssize_t
read_piece(struct remote *r, uint64_t position, uint8_t *out, size_t len)
{
	enum transfer_result got;
	size_t have = 0, more;

	for (unsigned try = 0; try < TRIES;) {
		got = transfer_piece(r->transfer, position + have, out + have, len - have, &more);
		if (is_final(r, got, position + have))
			return -1;
		have += more;
		if (have == len)
			return (ssize_t)have;
		if (more > 0)
			try = 0;
		else if (++try < TRIES)
			pause_before(r, try - 1);
		if (try < TRIES && is_interrupted(r))
			return remote_fail(r, EINTR, "interrupted");
	}
	if (got != TRANSFER_OK)
		return remote_fail(r, EIO, transfer_why(r->transfer));
	if (!is_busy(r))
		return remote_fail(r, EIO, "the server's response is short");
	say_status(transfer_status(r->transfer), r->error);
	errno = EIO;
	return -1;
}

ssize_t
remote_read(struct remote *r, uint64_t position, void *out, size_t len)
{
	ssize_t n;

	if (!r->ranges) {
		if (position != r->position)
			return remote_fail(r, ESPIPE, "its server has no ranges");
		n = transfer_next(r->transfer, out, len);
		if (n < 0)
			return remote_fail(r, errno, transfer_why(r->transfer));
		r->position += (uint64_t)n;
		return n;
	}
	if (position >= r->size || len == 0)
		return 0;
	if (len > r->size - position)
		len = (size_t)(r->size - position);
	if (position < r->first_len) {
		if (len > r->first_len - position)
			len = r->first_len - (size_t)position;
		memcpy(out, r->first + position, len);
		return (ssize_t)len;
	}
	return read_piece(r, position, out, len);
}
