#include "url.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "num.h"

#define TRIES 6              /* of one piece, while nothing of it comes */
#define FIRST_PIECE 65536
#define STREAM_ROOM 4194304  /* what may wait to be read */
#define CONNECT_S 20L
#define SILENCE_S 30L

struct url {
	CURL *easy;
	CURLM *multi;            /* a stream's; NULL with ranges */
	bool (*interrupted)(void);
	void (*tick)(void *context);  /* while bytes arrive; NULL: nobody asks */
	void *tick_context;
	bool ranges, ftp;
	uint64_t size, traffic;
	char etag[128];          /* "" when there is none */
	uint8_t first[FIRST_PIECE];
	size_t first_len;
	/* The request under way. */
	uint8_t *to;
	size_t room, got;
	bool refused;            /* the whole file came where a piece was asked for */
	/* A stream's bytes that wait, and where in the file they start. */
	uint8_t *waiting;
	size_t waiting_len, waiting_from;
	uint64_t position;
	bool paused, ended;
	char curl_error[CURL_ERROR_SIZE];
	char error[URL_ERROR];
};

bool
url_is(const char *name)
{
	return strncasecmp(name, "http://", 7) == 0 || strncasecmp(name, "https://", 8) == 0 ||
	    strncasecmp(name, "ftp://", 6) == 0;
}

/* ---- one request for a piece ------------------------------------------------- */

static long
status_of(const struct url *u)
{
	long status = 0;

	curl_easy_getinfo(u->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static size_t
on_piece(char *bytes, size_t one, size_t n, void *context)
{
	struct url *u = context;
	long status = status_of(u);

	(void)one;
	u->traffic += n;
	if (!u->ftp && status == 200) {
		u->refused = true;
		return 0;
	}
	if (!u->ftp && status != 206)
		return n;                    /* an error's page */
	if (n > u->room - u->got)
		return 0;                    /* more than was asked for */
	memcpy(u->to + u->got, bytes, n);
	u->got += n;
	return n;
}

static int
on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct url *u = context;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	if (u->tick)
		u->tick(u->tick_context);
	return u->interrupted && u->interrupted();
}

static CURLcode
request(struct url *u, uint64_t from, uint8_t *out, size_t len)
{
	char range[64];

	snprintf(range, sizeof(range), "%llu-%llu", (unsigned long long)from,
	    (unsigned long long)(from + len - 1));
	u->to = out;
	u->room = len;
	u->got = 0;
	u->refused = false;
	u->curl_error[0] = '\0';
	curl_easy_setopt(u->easy, CURLOPT_RANGE, range);
	return curl_easy_perform(u->easy);
}

/* A file that changes while it is read would come out as a mixture. */
static bool
is_unchanged(struct url *u)
{
	struct curl_header *h;

	if (u->ftp || curl_easy_header(u->easy, "ETag", 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return true;
	if (!u->etag[0]) {
		snprintf(u->etag, sizeof(u->etag), "%s", h->value);
		return true;
	}
	return strncmp(u->etag, h->value, sizeof(u->etag) - 1) == 0;
}

/* Longer each time; a signal ends it. */
static void
pause_before(unsigned try)
{
	const struct timespec t = { .tv_sec = (200L << try) / 1000, .tv_nsec = (200L << try) % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* ---- opening -------------------------------------------------------------------- */

static bool
set_up(struct url *u, const char *name)
{
	CURL *e = u->easy;

	return curl_easy_setopt(e, CURLOPT_URL, name) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https,ftp") == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR, "http,https,ftp") == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_MAXREDIRS, 10L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_USERAGENT, "isoextract/" VERSION) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, CONNECT_S) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, SILENCE_S) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_XFERINFODATA, u) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_piece) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_WRITEDATA, u) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, u->curl_error) == CURLE_OK;
}

/* Redirectors may choose another mirror each time: stay with the first. */
static void
stay_there(struct url *u)
{
	char *now = NULL, *copy;

	if (curl_easy_getinfo(u->easy, CURLINFO_EFFECTIVE_URL, &now) != CURLE_OK || !now)
		return;
	copy = strdup(now);      /* setting the URL frees what `now` points to */
	if (copy)
		curl_easy_setopt(u->easy, CURLOPT_URL, copy);
	free(copy);
}

/* The whole length: behind the '/' of Content-Range (RFC 9110, 14.4). */
static bool
read_size(struct url *u)
{
	struct curl_header *h;
	const char *slash;

	if (curl_easy_header(u->easy, "Content-Range", 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return false;
	slash = strchr(h->value, '/');
	return slash && num_uint(slash + 1, 0, INT64_MAX, &u->size);
}

static size_t
on_nothing(char *bytes, size_t one, size_t n, void *context)
{
	(void)bytes;
	(void)one;
	(void)context;
	return n;
}

/* An FTP server tells the size when it is asked for no body (RFC 3659). */
static CURLcode
ask_ftp_size(struct url *u)
{
	curl_off_t size = -1;
	CURLcode e;

	curl_easy_setopt(u->easy, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(u->easy, CURLOPT_WRITEFUNCTION, on_nothing);
	e = curl_easy_perform(u->easy);
	curl_easy_setopt(u->easy, CURLOPT_WRITEFUNCTION, on_piece);
	curl_easy_setopt(u->easy, CURLOPT_NOBODY, 0L);
	curl_easy_setopt(u->easy, CURLOPT_HTTPGET, 1L);
	curl_easy_getinfo(u->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
	if (e == CURLE_OK && size > 0)
		u->size = (uint64_t)size;
	return e;
}

static const char *
curl_text(const struct url *u, CURLcode e)
{
	return u->curl_error[0] ? u->curl_error : curl_easy_strerror(e);
}

/* What the answer to the first request means; a sentence when it will not do. */
static bool
judge(struct url *u, CURLcode e, bool stream, char error[URL_ERROR], bool *wrong)
{
	long status = status_of(u);

	if (u->refused && stream)
		return true;
	if (u->refused) {
		snprintf(error, URL_ERROR, "its server has no ranges; -f reads it from the start all the same");
		return false;
	}
	if (e != CURLE_OK) {
		*wrong = e == CURLE_URL_MALFORMAT || e == CURLE_COULDNT_RESOLVE_HOST ||
		    e == CURLE_REMOTE_FILE_NOT_FOUND;
		snprintf(error, URL_ERROR, "%s", curl_text(u, e));
		return false;
	}
	if (!u->ftp && status != 206 && status != 416) {
		*wrong = status >= 400 && status < 500;
		snprintf(error, URL_ERROR, "the server answers %ld%s", status,
		    status == 404 ? " (not found)" : status == 401 || status == 403 ? " (not allowed)" : "");
		return false;
	}
	if (!u->ftp && status == 206 && !read_size(u)) {
		snprintf(error, URL_ERROR, "the server does not say how long it is (Content-Range)");
		return false;
	}
	return true;
}

static size_t
on_stream(char *bytes, size_t one, size_t n, void *context)
{
	struct url *u = context;

	(void)one;
	if (u->waiting_len + n > STREAM_ROOM) {
		u->paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	if (u->waiting_from > 0)
		memmove(u->waiting, u->waiting + u->waiting_from, u->waiting_len);
	u->waiting_from = 0;
	memcpy(u->waiting + u->waiting_len, bytes, n);
	u->waiting_len += n;
	u->traffic += n;
	return n;
}

static bool
start_stream(struct url *u)
{
	curl_off_t size = -1;

	curl_easy_getinfo(u->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
	if (size > 0)
		u->size = (uint64_t)size;
	u->multi = curl_multi_init();
	u->waiting = malloc(STREAM_ROOM);
	if (!u->multi || !u->waiting)
		return false;
	curl_easy_setopt(u->easy, CURLOPT_RANGE, NULL);
	curl_easy_setopt(u->easy, CURLOPT_WRITEFUNCTION, on_stream);
	curl_easy_setopt(u->easy, CURLOPT_FAILONERROR, 1L);
	return curl_multi_add_handle(u->multi, u->easy) == CURLM_OK;
}

/* Worth another try: the server was there and broke off, or says that it is
 * busy. */
static bool
is_passing(struct url *u, CURLcode e)
{
	long status = status_of(u);

	if (e == CURLE_OK)
		return !u->ftp && (status == 429 || status >= 500);
	return e == CURLE_PARTIAL_FILE || e == CURLE_RECV_ERROR || e == CURLE_SEND_ERROR ||
	    e == CURLE_GOT_NOTHING || e == CURLE_OPERATION_TIMEDOUT;
}

static CURLcode
first_request(struct url *u)
{
	CURLcode e = u->ftp ? ask_ftp_size(u) : CURLE_OK;

	for (unsigned try = 0; e == CURLE_OK; try++) {
		e = request(u, 0, u->first, sizeof(u->first));
		if (e == CURLE_PARTIAL_FILE && !u->ftp && status_of(u) == 206 && u->got > 0)
			return CURLE_OK;     /* the rest is asked for when it is wanted */
		if (try == TRIES - 1 || !is_passing(u, e) || (u->interrupted && u->interrupted()))
			break;
		pause_before(try);
		e = CURLE_OK;
	}
	return e;
}

struct url *
url_open(const char *name, bool stream, bool (*interrupted)(void),
    char error[URL_ERROR], bool *wrong)
{
	struct url *u = calloc(1, sizeof(*u));
	char why[URL_ERROR] = "out of memory";
	CURLcode e;

	if (u) {
		u->interrupted = interrupted;
		u->ftp = strncasecmp(name, "ftp", 3) == 0;
		u->easy = curl_easy_init();
	}
	if (u && u->easy && set_up(u, name)) {
		e = first_request(u);
		if (judge(u, e, stream, why, wrong)) {
			u->ranges = !u->refused;
			u->first_len = u->got;
			is_unchanged(u);
			stay_there(u);
			if (u->ranges || start_stream(u))
				return u;
		}
	}
	snprintf(error, URL_ERROR, "cannot fetch %.300s: %.180s", name, why);
	url_close(u);
	return NULL;
}

void
url_close(struct url *u)
{
	if (!u)
		return;
	if (u->multi && u->easy)
		curl_multi_remove_handle(u->multi, u->easy);
	curl_easy_cleanup(u->easy);
	curl_multi_cleanup(u->multi);
	free(u->waiting);
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
	u->tick = tick;
	u->tick_context = context;
}

uint64_t
url_traffic(const struct url *u)
{
	return u->traffic;
}

const char *
url_error(const struct url *u)
{
	return u->error;
}

/* ---- reading ------------------------------------------------------------------------ */

static ssize_t
fail(struct url *u, int e, const char *why)
{
	snprintf(u->error, sizeof(u->error), "%s", why);
	errno = e;
	return -1;
}

/* The piece, taken up again where a connection broke. */
static ssize_t
read_piece(struct url *u, uint64_t position, uint8_t *out, size_t len)
{
	size_t have = 0;
	char why[URL_ERROR];

	for (unsigned try = 0; try < TRIES; try++) {
		CURLcode e = request(u, position + have, out + have, len - have);
		long status = status_of(u);

		have += u->got;
		if (e == CURLE_ABORTED_BY_CALLBACK)
			return fail(u, EINTR, "interrupted");
		if (u->refused || !is_unchanged(u))
			return fail(u, EIO, "the file has changed on the server meanwhile");
		if (have == len)
			return (ssize_t)have;
		if (e == CURLE_OK && status >= 400 && status < 500)
			return fail(u, EIO, "the server no longer gives it");
		snprintf(why, sizeof(why), "%s", e == CURLE_OK ? "the server's answer is short" : curl_text(u, e));
		if (u->got > 0)
			try = 0;
		else
			pause_before(try);
		if (u->interrupted && u->interrupted())
			return fail(u, EINTR, "interrupted");
	}
	return fail(u, EIO, why);
}

static bool
end_stream(struct url *u, CURLcode e)
{
	u->ended = true;
	return e == CURLE_OK || fail(u, EIO, curl_text(u, e)) == 0;
}

/* Lets the transfer run until something waits or it has ended. */
static bool
pump_stream(struct url *u)
{
	int running = 1, left;
	CURLMsg *m;

	while (u->waiting_len == 0 && !u->ended) {
		if (u->paused) {
			u->paused = false;
			curl_easy_pause(u->easy, CURLPAUSE_CONT);
		}
		if (curl_multi_perform(u->multi, &running) != CURLM_OK)
			return false;
		while ((m = curl_multi_info_read(u->multi, &left)))
			if (m->msg == CURLMSG_DONE && !end_stream(u, m->data.result))
				return false;
		if (u->waiting_len == 0 && !u->ended)
			curl_multi_poll(u->multi, NULL, 0, 1000, NULL);
		if (u->interrupted && u->interrupted())
			return fail(u, EINTR, "interrupted") == 0;
	}
	return true;
}

static ssize_t
read_stream(struct url *u, uint64_t position, uint8_t *out, size_t len)
{
	if (position != u->position)
		return fail(u, ESPIPE, "its server has no ranges");
	if (!pump_stream(u))
		return -1;
	if (len > u->waiting_len)
		len = u->waiting_len;
	memcpy(out, u->waiting + u->waiting_from, len);
	u->waiting_from += len;
	u->waiting_len -= len;
	u->position += len;
	return (ssize_t)len;
}

ssize_t
url_read(struct url *u, uint64_t position, void *out, size_t len)
{
	if (u->multi)
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
