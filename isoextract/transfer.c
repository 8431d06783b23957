#include "transfer.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STREAM_ROOM 4194304 /* what may wait to be read */
#define CONNECT_S 20L
#define SILENCE_S 30L

struct fetch {
	CURL *easy;
	CURLM *multi; /* a stream's; NULL with pieces */
	char *url;    /* as it was given */
	bool (*interrupted)(void);
	void (*tick)(void *context); /* while bytes arrive; NULL: nobody asks */
	void *tick_context;
	uint64_t traffic;
	/* The piece under way. */
	uint8_t *to;
	size_t room, got;
	bool whole, more; /* the whole file comes, or more than was asked for: enough */
	/* A stream's bytes that wait, and where in `waiting` they start. */
	uint8_t *waiting;
	size_t waiting_len, waiting_from;
	bool paused, ended;
	char curl_why[CURL_ERROR_SIZE];
	char why[FETCH_WHY];
};

/* ---- callbacks -------------------------------------------------------------------- */

static size_t
on_piece(char *bytes, size_t one, size_t n, void *context)
{
	struct fetch *f = context;

	(void)one;
	f->traffic += n;
	if (fetch_is_http(f) && fetch_status(f) != 206) {
		f->whole = fetch_status(f) == 200;
		return f->whole ? 0 : n; /* else an error's page */
	}
	f->more = n > f->room - f->got;
	if (f->more)
		n = f->room - f->got;
	memcpy(f->to + f->got, bytes, n);
	f->got += n;
	return f->more ? 0 : n;
}

static size_t
on_nothing(char *bytes, size_t one, size_t n, void *context)
{
	(void)bytes;
	(void)one;
	(void)context;
	return n;
}

static size_t
on_stream(char *bytes, size_t one, size_t n, void *context)
{
	struct fetch *f = context;

	(void)one;
	if (f->waiting_len + n > STREAM_ROOM) {
		f->paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	if (f->waiting_from > 0)
		memmove(f->waiting, f->waiting + f->waiting_from, f->waiting_len);
	f->waiting_from = 0;
	memcpy(f->waiting + f->waiting_len, bytes, n);
	f->waiting_len += n;
	f->traffic += n;
	return n;
}

static int
on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct fetch *f = context;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	if (f->tick)
		f->tick(f->tick_context);
	return f->interrupted && f->interrupted();
}

/* ---- opening ---------------------------------------------------------------------- */

/* ~/.netrc keeps passwords off the command line, where every user sees them. */
static bool
set_up(struct fetch *f)
{
	CURL *e = f->easy;

	return curl_easy_setopt(e, CURLOPT_URL, f->url) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https,ftp") == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR, "http,https,ftp") == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_MAXREDIRS, 10L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_NETRC, CURL_NETRC_OPTIONAL) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_USERAGENT, "isoextract/" VERSION) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, CONNECT_S) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, SILENCE_S) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_XFERINFODATA, f) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_piece) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_WRITEDATA, f) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, f->curl_why) == CURLE_OK;
}

struct fetch *
fetch_open(const char *url, bool (*interrupted)(void))
{
	struct fetch *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->interrupted = interrupted;
	f->url = strdup(url);
	f->easy = curl_easy_init();
	if (f->url && f->easy && set_up(f))
		return f;
	fetch_close(f);
	return NULL;
}

void
fetch_close(struct fetch *f)
{
	if (!f)
		return;
	if (f->multi && f->easy)
		curl_multi_remove_handle(f->multi, f->easy);
	curl_easy_cleanup(f->easy);
	curl_multi_cleanup(f->multi);
	free(f->waiting);
	free(f->url);
	free(f);
}

void
fetch_watch(struct fetch *f, void (*tick)(void *context), void *context)
{
	f->tick = tick;
	f->tick_context = context;
}

uint64_t
fetch_traffic(const struct fetch *f)
{
	return f->traffic;
}

/* ---- pieces ----------------------------------------------------------------------- */

static void
explain(struct fetch *f, CURLcode e)
{
	snprintf(f->why, sizeof(f->why), "%s", f->curl_why[0] ? f->curl_why : curl_easy_strerror(e));
}

static enum fetch_result
result_of(struct fetch *f, CURLcode e)
{
	if (e != CURLE_OK)
		explain(f, e);
	if (f->whole)
		return FETCH_WHOLE;
	switch (e) {
	case CURLE_OK:
		return FETCH_OK;
	case CURLE_ABORTED_BY_CALLBACK:
		return FETCH_INTERRUPTED;
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return FETCH_BROKEN;
	case CURLE_URL_MALFORMAT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_REMOTE_FILE_NOT_FOUND:
		return FETCH_WRONG;
	default:
		return FETCH_FAILED;
	}
}

static enum fetch_result
perform(struct fetch *f)
{
	f->whole = f->more = false;
	f->curl_why[0] = '\0';
	return result_of(f, curl_easy_perform(f->easy));
}

enum fetch_result
fetch_piece(struct fetch *f, uint64_t from, void *out, size_t len, size_t *got)
{
	enum fetch_result result;
	char range[64];

	snprintf(range, sizeof(range), "%llu-%llu", (unsigned long long)from, (unsigned long long)(from + len - 1));
	f->to = out;
	f->room = len;
	f->got = 0;
	curl_easy_setopt(f->easy, CURLOPT_RANGE, range);
	result = perform(f);
	*got = f->got;
	if (f->more)
		return FETCH_OK;
	if (result == FETCH_OK && fetch_is_http(f) && fetch_status(f) == 200)
		return FETCH_WHOLE; /* of no bytes */
	return result;
}

enum fetch_result
fetch_size(struct fetch *f, uint64_t *size)
{
	curl_off_t found = -1;
	enum fetch_result result;

	curl_easy_setopt(f->easy, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(f->easy, CURLOPT_WRITEFUNCTION, on_nothing);
	result = perform(f);
	curl_easy_setopt(f->easy, CURLOPT_WRITEFUNCTION, on_piece);
	curl_easy_setopt(f->easy, CURLOPT_NOBODY, 0L);
	curl_easy_setopt(f->easy, CURLOPT_HTTPGET, 1L);
	curl_easy_getinfo(f->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &found);
	if (result == FETCH_OK && found > 0)
		*size = (uint64_t)found;
	return result;
}

/* ---- the last answer -------------------------------------------------------------- */

bool
fetch_is_http(const struct fetch *f)
{
	long version = CURL_HTTP_VERSION_NONE;

	curl_easy_getinfo(f->easy, CURLINFO_HTTP_VERSION, &version);
	return version != CURL_HTTP_VERSION_NONE;
}

long
fetch_status(const struct fetch *f)
{
	long status = 0;

	curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

uint32_t
fetch_retry_after(const struct fetch *f)
{
	curl_off_t seconds = 0;

	curl_easy_getinfo(f->easy, CURLINFO_RETRY_AFTER, &seconds);
	return seconds < 0 ? 0 : seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

const char *
fetch_header(const struct fetch *f, const char *name)
{
	struct curl_header *h;

	return curl_easy_header(f->easy, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK ? h->value : NULL;
}

const char *
fetch_why(const struct fetch *f)
{
	return f->why;
}

void
fetch_stay(struct fetch *f)
{
	char *now = NULL, *copy;

	if (curl_easy_getinfo(f->easy, CURLINFO_EFFECTIVE_URL, &now) != CURLE_OK || !now)
		return;
	copy = strdup(now); /* setting the URL frees what `now` points to */
	if (copy)
		curl_easy_setopt(f->easy, CURLOPT_URL, copy);
	free(copy);
}

void
fetch_return(struct fetch *f)
{
	curl_easy_setopt(f->easy, CURLOPT_URL, f->url);
}

/* ---- a stream ---------------------------------------------------------------------- */

bool
fetch_stream(struct fetch *f)
{
	f->multi = curl_multi_init();
	f->waiting = malloc(STREAM_ROOM);
	if (!f->multi || !f->waiting)
		return false;
	f->curl_why[0] = '\0';
	curl_easy_setopt(f->easy, CURLOPT_RANGE, NULL);
	curl_easy_setopt(f->easy, CURLOPT_WRITEFUNCTION, on_stream);
	curl_easy_setopt(f->easy, CURLOPT_FAILONERROR, 1L);
	return curl_multi_add_handle(f->multi, f->easy) == CURLM_OK;
}

static int
fail(struct fetch *f, int e)
{
	if (e == EINTR)
		snprintf(f->why, sizeof(f->why), "interrupted");
	errno = e;
	return -1;
}

/* What the transfer has come to, once it has. */
static int
look(struct fetch *f)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(f->multi, &left))) {
		if (m->msg != CURLMSG_DONE)
			continue;
		f->ended = true;
		if (m->data.result == CURLE_OK)
			continue;
		explain(f, m->data.result);
		return fail(f, m->data.result == CURLE_ABORTED_BY_CALLBACK ? EINTR : EIO);
	}
	return 0;
}

/* Lets the transfer run until something waits or it has ended. */
static int
pump(struct fetch *f)
{
	int running = 1;

	while (f->waiting_len == 0 && !f->ended) {
		CURLMcode e;

		if (f->paused) {
			f->paused = false;
			curl_easy_pause(f->easy, CURLPAUSE_CONT);
		}
		e = curl_multi_perform(f->multi, &running);
		if (e != CURLM_OK) {
			snprintf(f->why, sizeof(f->why), "%s", curl_multi_strerror(e));
			return fail(f, EIO);
		}
		if (look(f) < 0)
			return -1;
		if (f->waiting_len == 0 && !f->ended)
			curl_multi_poll(f->multi, NULL, 0, 1000, NULL);
		if (f->interrupted && f->interrupted())
			return fail(f, EINTR);
	}
	return 0;
}

ssize_t
fetch_next(struct fetch *f, void *out, size_t len)
{
	if (pump(f) < 0)
		return -1;
	if (len > f->waiting_len)
		len = f->waiting_len;
	memcpy(out, f->waiting + f->waiting_from, len);
	f->waiting_from += len;
	f->waiting_len -= len;
	return (ssize_t)len;
}
