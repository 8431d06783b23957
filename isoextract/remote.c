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

#define TRIES 6 /* of one piece, while nothing of it comes */
#define FIRST_PIECE 65536
#define PAUSE_MAX_S 60 /* however long a busy server asks to wait */

struct remote {
	struct transfer *transfer;
	bool (*interrupted)(void);
	bool ranges;
	bool private; /* has a user's name or password, which are for its own host */
	bool away;    /* a redirection was followed for good */
	uint64_t size;
	uint64_t position; /* of a stream */
	char version[128]; /* what tells that the file is still the same; "" when nothing does */
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

/* Says that it is busy, so worth another try. */
static bool
is_busy(const struct remote *r)
{
	long status = transfer_status(r->transfer);

	return transfer_is_http(r->transfer) && (status == 408 || status == 429 || status >= 500);
}

/* Longer each time, or as long as a busy server asks for; a signal ends it. */
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

/* A file that changes while it is read would come out as a mixture. */
static bool
is_unchanged(const struct remote *r)
{
	const char *now = version_of(r), *range = transfer_header(r->transfer, "Content-Range");
	struct url_range part;

	if (range && url_range(range, &part) && part.size != r->size)
		return false;
	return !now || !r->version[0] || strncmp(r->version, now, sizeof(r->version) - 1) == 0;
}

/* Is it the piece that was asked for?  A proxy may have kept another one. */
static bool
starts_at(const struct remote *r, uint64_t from)
{
	const char *range = transfer_header(r->transfer, "Content-Range");
	struct url_range part;

	return !range || !url_range(range, &part) || part.first == from;
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

/* The first answer of an HTTP server that is no failure of the network's. */
static bool
judge_http(struct remote *r, char error[REMOTE_ERROR], bool *wrong)
{
	long status = transfer_status(r->transfer);
	const char *range = transfer_header(r->transfer, "Content-Range");
	struct url_range part;

	if (status == 416) /* an empty file has no first byte */
		return true;
	if (status != 206) {
		*wrong = status >= 400 && status < 500;
		say_status(status, error);
		return false;
	}
	if (!range || !url_range(range, &part) || part.first != 0) {
		snprintf(error, REMOTE_ERROR, "the server does not say how long the file is (Content-Range)");
		return false;
	}
	r->size = part.size;
	return true;
}

/* What the first answer means; a sentence when it will not do. */
static bool
judge(struct remote *r, enum transfer_result got, char error[REMOTE_ERROR], bool *wrong)
{
	switch (got) {
	case TRANSFER_OK:
		return !transfer_is_http(r->transfer) || judge_http(r, error, wrong);
	case TRANSFER_WHOLE:
		snprintf(error, REMOTE_ERROR, "its server has no ranges; -f reads it from start to end");
		return false;
	case TRANSFER_INTERRUPTED:
		snprintf(error, REMOTE_ERROR, "interrupted");
		return false;
	case TRANSFER_WRONG:
		*wrong = true;
		break;
	case TRANSFER_BROKEN:
	case TRANSFER_FAILED:
		break;
	}
	snprintf(error, REMOTE_ERROR, "%s", transfer_why(r->transfer));
	return false;
}

/* Half a first piece will do: the rest is asked for when it is wanted. */
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

/* Ranges, or with `stream` the whole file as it comes. */
static bool
remote_begin(struct remote *r, enum transfer_result got, bool stream, char error[REMOTE_ERROR], bool *wrong)
{
	const char *length = transfer_header(r->transfer, "Content-Length"), *version;

	r->ranges = got != TRANSFER_WHOLE || !stream;
	if (r->ranges && !judge(r, got, error, wrong))
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
remote_ranges(const struct remote *r)
{
	return r->ranges;
}

uint64_t
remote_size(const struct remote *r)
{
	return r->size;
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

/* An address that redirections led to may be good for minutes alone (a signed
 * one): back to the one that was given, once. */
static bool
go_back(struct remote *r)
{
	bool away = r->away;

	r->away = false;
	if (away)
		transfer_return(r->transfer);
	return away;
}

/* Does the answer end all trying? */
static bool
is_final(struct remote *r, enum transfer_result got, uint64_t from)
{
	long status = transfer_status(r->transfer);

	if (got == TRANSFER_INTERRUPTED)
		return remote_fail(r, EINTR, "interrupted") < 0;
	if (got == TRANSFER_WHOLE)
		return remote_fail(r, EIO, "the server no longer has ranges") < 0;
	if (!transfer_is_http(r->transfer))
		return false;
	if (status == 206 && !starts_at(r, from))
		return remote_fail(r, EIO, "the server sent another part than was asked for") < 0;
	if (status == 416 || (status == 206 && !is_unchanged(r)))
		return remote_fail(r, EIO, "the file has changed on the server in the meantime") < 0;
	if (got != TRANSFER_OK || is_busy(r) || status < 400)
		return false;
	say_status(status, r->error);
	errno = EIO;
	return !go_back(r);
}

static ssize_t
remote_give_up(struct remote *r, enum transfer_result got)
{
	if (got != TRANSFER_OK)
		return remote_fail(r, EIO, transfer_why(r->transfer));
	if (!is_busy(r))
		return remote_fail(r, EIO, "the server's response is short");
	say_status(transfer_status(r->transfer), r->error);
	errno = EIO;
	return -1;
}

/* The piece, taken up again where a connection broke. */
static ssize_t
read_piece(struct remote *r, uint64_t position, uint8_t *out, size_t len)
{
	size_t have = 0, more;
	unsigned try = 0;

	for (;;) {
		enum transfer_result got = transfer_piece(r->transfer, position + have, out + have, len - have, &more);

		if (is_final(r, got, position + have))
			return -1;
		have += more;
		if (have == len)
			return (ssize_t)have;
		if (more > 0)
			try = 0;
		else if (++try == TRIES)
			return remote_give_up(r, got);
		else
			pause_before(r, try - 1);
		if (is_interrupted(r))
			return remote_fail(r, EINTR, "interrupted");
	}
}

static ssize_t
read_stream(struct remote *r, uint64_t position, uint8_t *out, size_t len)
{
	ssize_t n;

	if (position != r->position)
		return remote_fail(r, ESPIPE, "its server has no ranges");
	n = transfer_next(r->transfer, out, len);
	if (n < 0)
		return remote_fail(r, errno, transfer_why(r->transfer));
	r->position += (uint64_t)n;
	return n;
}

ssize_t
remote_read(struct remote *r, uint64_t position, void *out, size_t len)
{
	if (!r->ranges)
		return read_stream(r, position, out, len);
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
