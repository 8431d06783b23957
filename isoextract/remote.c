#include "remote.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "transfer.h"
#include "num.h"
#include "uri.h"

#define TRIES 6 /* of one piece, while nothing of it comes */
#define FIRST_PIECE 65536
#define PAUSE_MAX_S 60 /* however long a busy server asks to wait */

struct url {
	struct fetch *fetch;
	bool (*interrupted)(void);
	bool ranges;
	bool private; /* has a user's name or password, which are for its own host */
	bool away;    /* a redirection was followed for good */
	uint64_t size;
	uint64_t position; /* of a stream */
	char version[128]; /* what tells that the file is still the same; "" when nothing does */
	uint8_t first[FIRST_PIECE];
	size_t first_len;
	char error[URL_ERROR];
};

/* ---- answers ------------------------------------------------------------------------ */

static bool
is_interrupted(const struct url *u)
{
	return u->interrupted && u->interrupted();
}

/* Says that it is busy, so worth another try. */
static bool
is_busy(const struct url *u)
{
	long status = fetch_status(u->fetch);

	return fetch_is_http(u->fetch) && (status == 408 || status == 429 || status >= 500);
}

/* Longer each time, or as long as a busy server asks for; a signal ends it. */
static void
pause_before(const struct url *u, unsigned try)
{
	long ms = 200L << try;
	uint32_t asked = is_busy(u) ? fetch_retry_after(u->fetch) : 0;
	struct timespec t;

	if (asked > 0)
		ms = 1000L * (asked < PAUSE_MAX_S ? asked : PAUSE_MAX_S);
	t = (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	nanosleep(&t, NULL);
}

static const char *
version_of(const struct url *u)
{
	const char *version = fetch_header(u->fetch, "ETag");

	return version ? version : fetch_header(u->fetch, "Last-Modified");
}

/* A file that changes while it is read would come out as a mixture. */
static bool
is_unchanged(const struct url *u)
{
	const char *now = version_of(u), *range = fetch_header(u->fetch, "Content-Range");
	struct uri_range r;

	if (range && uri_range(range, &r) && r.size != u->size)
		return false;
	return !now || !u->version[0] || strncmp(u->version, now, sizeof(u->version) - 1) == 0;
}

/* Is it the piece that was asked for?  A proxy may have kept another one. */
static bool
starts_at(const struct url *u, uint64_t from)
{
	const char *range = fetch_header(u->fetch, "Content-Range");
	struct uri_range r;

	return !range || !uri_range(range, &r) || r.first == from;
}

/* ---- opening ------------------------------------------------------------------------- */

static void
say_status(long status, char error[URL_ERROR])
{
	const char *means = status == 404 || status == 410 ? " (not found)" :
	    status == 401 || status == 403                 ? " (not allowed)" :
	    status == 407                                  ? " (the proxy wants a password)" :
	                                                     "";

	snprintf(error, URL_ERROR, "the server answers %ld%s", status, means);
}

/* The first answer of an HTTP server that is no failure of the network's. */
static bool
judge_http(struct url *u, char error[URL_ERROR], bool *wrong)
{
	long status = fetch_status(u->fetch);
	const char *range = fetch_header(u->fetch, "Content-Range");
	struct uri_range r;

	if (status == 416) /* an empty file has no first byte */
		return true;
	if (status != 206) {
		*wrong = status >= 400 && status < 500;
		say_status(status, error);
		return false;
	}
	if (!range || !uri_range(range, &r) || r.first != 0) {
		snprintf(error, URL_ERROR, "the server does not say how long it is (Content-Range)");
		return false;
	}
	u->size = r.size;
	return true;
}

/* What the first answer means; a sentence when it will not do. */
static bool
judge(struct url *u, enum fetch_result got, char error[URL_ERROR], bool *wrong)
{
	switch (got) {
	case FETCH_OK:
		return !fetch_is_http(u->fetch) || judge_http(u, error, wrong);
	case FETCH_WHOLE:
		snprintf(error, URL_ERROR, "its server has no ranges; -f reads it from the start all the same");
		return false;
	case FETCH_INTERRUPTED:
		snprintf(error, URL_ERROR, "interrupted");
		return false;
	case FETCH_WRONG:
		*wrong = true;
		break;
	case FETCH_BROKEN:
	case FETCH_FAILED:
		break;
	}
	snprintf(error, URL_ERROR, "%s", fetch_why(u->fetch));
	return false;
}

/* Half a first piece will do: the rest is asked for when it is wanted. */
static enum fetch_result
first_request(struct url *u)
{
	enum fetch_result got;

	for (unsigned try = 0;; try++) {
		got = fetch_piece(u->fetch, 0, u->first, sizeof(u->first), &u->first_len);
		if (got == FETCH_BROKEN && fetch_is_http(u->fetch) && fetch_status(u->fetch) == 206 && u->first_len > 0)
			return FETCH_OK;
		if (try == TRIES - 1 || is_interrupted(u) || (got != FETCH_BROKEN && !(got == FETCH_OK && is_busy(u))))
			return got;
		pause_before(u, try);
	}
}

static void
remember_version(struct url *u)
{
	const char *version = version_of(u);

	if (version)
		snprintf(u->version, sizeof(u->version), "%s", version);
}

/* Ranges, or with `stream` the whole file as it comes. */
static bool
begin(struct url *u, enum fetch_result got, bool stream, char error[URL_ERROR], bool *wrong)
{
	const char *length = fetch_header(u->fetch, "Content-Length");

	u->ranges = got != FETCH_WHOLE || !stream;
	if (u->ranges && !judge(u, got, error, wrong))
		return false;
	if (!u->ranges && length)
		num_uint(length, 1, INT64_MAX, &u->size);
	remember_version(u);
	if (!u->private) {
		fetch_stay(u->fetch);
		u->away = true;
	}
	return u->ranges || fetch_stream(u->fetch);
}

static enum fetch_result
ask_first(struct url *u, const char *name)
{
	enum fetch_result got = FETCH_OK;

	if (strncasecmp(name, "ftp", 3) == 0)
		got = fetch_size(u->fetch, &u->size);
	return got == FETCH_OK ? first_request(u) : got;
}

struct url *
url_open(const char *name, bool stream, bool (*interrupted)(void), char error[URL_ERROR], bool *wrong)
{
	struct url *u = calloc(1, sizeof(*u));
	char shown[URI_SIZE], why[URL_ERROR] = "out of memory";

	uri_shown(name, shown);
	if (u) {
		u->interrupted = interrupted;
		u->private = strcmp(shown, name) != 0;
		u->fetch = fetch_open(name, interrupted);
	}
	if (u && u->fetch && begin(u, ask_first(u, name), stream, why, wrong))
		return u;
	snprintf(error, URL_ERROR, "cannot fetch %.300s: %.180s", shown, why);
	url_close(u);
	return NULL;
}

void
url_close(struct url *u)
{
	if (!u)
		return;
	fetch_close(u->fetch);
	free(u);
}

bool
url_ranges(const struct url *u)
{
	return u->ranges;
}

uint64_t
url_size(const struct url *u)
{
	return u->size;
}

void
url_watch(struct url *u, void (*tick)(void *context), void *context)
{
	fetch_watch(u->fetch, tick, context);
}

uint64_t
url_traffic(const struct url *u)
{
	return fetch_traffic(u->fetch);
}

const char *
url_error(const struct url *u)
{
	return u->error;
}

/* ---- reading ------------------------------------------------------------------------- */

static ssize_t
fail(struct url *u, int e, const char *why)
{
	snprintf(u->error, sizeof(u->error), "%s", why);
	errno = e;
	return -1;
}

/* An address that redirections led to may be good for minutes alone (a signed
 * one): back to the one that was given, once. */
static bool
go_back(struct url *u)
{
	bool away = u->away;

	u->away = false;
	if (away)
		fetch_return(u->fetch);
	return away;
}

/* Does the answer end all trying? */
static bool
is_final(struct url *u, enum fetch_result got, uint64_t from)
{
	long status = fetch_status(u->fetch);

	if (got == FETCH_INTERRUPTED)
		return fail(u, EINTR, "interrupted") < 0;
	if (got == FETCH_WHOLE)
		return fail(u, EIO, "the server no longer has ranges of it") < 0;
	if (!fetch_is_http(u->fetch))
		return false;
	if (status == 206 && !starts_at(u, from))
		return fail(u, EIO, "the server answers with another part than was asked for") < 0;
	if (status == 416 || (status == 206 && !is_unchanged(u)))
		return fail(u, EIO, "the file has changed on the server meanwhile") < 0;
	if (got != FETCH_OK || is_busy(u) || status < 400)
		return false;
	say_status(status, u->error);
	errno = EIO;
	return !go_back(u);
}

static ssize_t
give_up(struct url *u, enum fetch_result got)
{
	if (got != FETCH_OK)
		return fail(u, EIO, fetch_why(u->fetch));
	if (!is_busy(u))
		return fail(u, EIO, "the server's answer is short");
	say_status(fetch_status(u->fetch), u->error);
	errno = EIO;
	return -1;
}

/* The piece, taken up again where a connection broke. */
static ssize_t
read_piece(struct url *u, uint64_t position, uint8_t *out, size_t len)
{
	size_t have = 0, more;
	unsigned try = 0;

	for (;;) {
		enum fetch_result got = fetch_piece(u->fetch, position + have, out + have, len - have, &more);

		if (is_final(u, got, position + have))
			return -1;
		have += more;
		if (have == len)
			return (ssize_t)have;
		if (more > 0)
			try = 0;
		else if (++try == TRIES)
			return give_up(u, got);
		else
			pause_before(u, try - 1);
		if (is_interrupted(u))
			return fail(u, EINTR, "interrupted");
	}
}

static ssize_t
read_stream(struct url *u, uint64_t position, uint8_t *out, size_t len)
{
	ssize_t n;

	if (position != u->position)
		return fail(u, ESPIPE, "its server has no ranges");
	n = fetch_next(u->fetch, out, len);
	if (n < 0)
		return fail(u, errno, fetch_why(u->fetch));
	u->position += (uint64_t)n;
	return n;
}

ssize_t
url_read(struct url *u, uint64_t position, void *out, size_t len)
{
	if (!u->ranges)
		return read_stream(u, position, out, len);
	if (position >= u->size || len == 0)
		return 0;
	if (len > u->size - position)
		len = (size_t)(u->size - position);
	if (position < u->first_len) {
		if (len > u->first_len - position)
			len = u->first_len - (size_t)position;
		memcpy(out, u->first + position, len);
		return (ssize_t)len;
	}
	return read_piece(u, position, out, len);
}
