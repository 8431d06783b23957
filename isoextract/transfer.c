#include "transfer.h"

#define CURL_DISABLE_TYPECHECK /* its macros take functions for names */
#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcurl.h"
#include "sonames.h"

#define STREAM_ROOM 4194304 /* bytes that may wait to be read */
#define CONNECT_S 20L
#define SILENCE_S 30L
#define SLOWEST 1024L     /* bytes per second, on average over SILENCE_S: less is silence that drips */
#define PAGE_MOST 1048576 /* bytes of an error page that are read over to keep the connection */

struct transfer {
	CURL *easy;
	CURLM *multi; /* a stream's; NULL with pieces */
	char *url;    /* as given */
	bool (*interrupted)(void);
	void (*tick)(void *context); /* called while bytes arrive; may be NULL */
	void *tick_context;
	uint64_t traffic;
	/* The piece under way. */
	uint8_t *to;
	size_t room, got, page; /* page: of an error page */
	bool whole, more;       /* the server sends the whole file, or more than was asked for: stop */
	/* A stream's bytes that nobody has read yet, and where in `waiting` they start. */
	uint8_t *waiting;
	size_t waiting_len, waiting_from;
	bool paused, ended;
	char curl_why[CURL_ERROR_SIZE];
	char why[TRANSFER_WHY];
};

/* ---- libcurl ----------------------------------------------------------------------- */

static struct {
	LIBCURL(LIBRARY_MEMBER)
} curl;

bool
transfer_prepare(char error[LIBRARY_ERROR])
{
	static const char *const names[] = { LIBCURL(LIBRARY_NAME) };
	static struct library library = { .soname = SONAME_curl,
		.what = "libcurl, which fetches URLs,",
		.names = names,
		.n = sizeof(names) / sizeof(names[0]),
		.functions = &curl };

	static_assert(sizeof(curl) == sizeof(names), "an address for each name");
	if (!library_load(&library, error))
		return false;
	curl.curl_global_init(CURL_GLOBAL_DEFAULT);
	return true;
}

/* ---- callbacks -------------------------------------------------------------------- */

static size_t
on_piece(char *bytes, size_t one, size_t n, void *context)
{
	struct transfer *t = context;

	(void)one;
	t->traffic += n;
	if (transfer_is_http(t) && transfer_status(t) != 206) {
		t->whole = transfer_status(t) == 200;
		t->page += n;
		t->more = t->page > PAGE_MOST;
		return t->whole || t->more ? 0 : n; /* n: read over an error page */
	}
	t->more = n > t->room - t->got;
	if (t->more)
		n = t->room - t->got;
	memcpy(t->to + t->got, bytes, n);
	t->got += n;
	return t->more ? 0 : n;
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
	struct transfer *t = context;

	(void)one;
	if (t->waiting_len + n > STREAM_ROOM) {
		t->paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	if (t->waiting_from > 0)
		memmove(t->waiting, t->waiting + t->waiting_from, t->waiting_len);
	t->waiting_from = 0;
	memcpy(t->waiting + t->waiting_len, bytes, n);
	t->waiting_len += n;
	t->traffic += n;
	return n;
}

static int
on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct transfer *t = context;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	if (t->tick)
		t->tick(t->tick_context);
	return t->interrupted && t->interrupted();
}

/* ---- opening ---------------------------------------------------------------------- */

/* ~/.netrc keeps passwords off the command line, where every user sees them. */
static bool
transfer_set_up(struct transfer *t)
{
	CURL *e = t->easy;

	return curl.curl_easy_setopt(e, CURLOPT_URL, t->url) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https,ftp") == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR, "http,https,ftp") == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_MAXREDIRS, 10L) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_NETRC, CURL_NETRC_OPTIONAL) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_USERAGENT, "isoextract/" VERSION) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, CONNECT_S) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, SLOWEST) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, SILENCE_S) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_XFERINFODATA, t) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_piece) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_WRITEDATA, t) == CURLE_OK &&
	    curl.curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->curl_why) == CURLE_OK;
}

struct transfer *
transfer_open(const char *url, bool (*interrupted)(void))
{
	struct transfer *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->interrupted = interrupted;
	t->url = strdup(url);
	t->easy = curl.curl_easy_init();
	if (t->url && t->easy && transfer_set_up(t))
		return t;
	transfer_close(t);
	return NULL;
}

void
transfer_close(struct transfer *t)
{
	if (!t)
		return;
	if (t->multi && t->easy)
		curl.curl_multi_remove_handle(t->multi, t->easy);
	curl.curl_easy_cleanup(t->easy);
	curl.curl_multi_cleanup(t->multi);
	free(t->waiting);
	free(t->url);
	free(t);
}

void
transfer_watch(struct transfer *t, void (*tick)(void *context), void *context)
{
	t->tick = tick;
	t->tick_context = context;
}

uint64_t
transfer_traffic(const struct transfer *t)
{
	return t->traffic;
}

/* ---- pieces ----------------------------------------------------------------------- */

static void
explain(struct transfer *t, CURLcode e)
{
	snprintf(t->why, sizeof(t->why), "%s", t->curl_why[0] ? t->curl_why : curl.curl_easy_strerror(e));
}

static enum transfer_result
transfer_perform(struct transfer *t)
{
	CURLcode e;

	t->whole = t->more = false;
	t->page = 0;
	t->curl_why[0] = '\0';
	e = curl.curl_easy_perform(t->easy);
	if (e != CURLE_OK)
		explain(t, e);
	if (t->whole)
		return TRANSFER_WHOLE;
	switch (e) {
	case CURLE_OK:
		return TRANSFER_OK;
	case CURLE_ABORTED_BY_CALLBACK:
		return TRANSFER_INTERRUPTED;
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return TRANSFER_BROKEN;
	case CURLE_URL_MALFORMAT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_REMOTE_FILE_NOT_FOUND:
		return TRANSFER_WRONG;
	default:
		return TRANSFER_FAILED;
	}
}

enum transfer_result
transfer_piece(struct transfer *t, uint64_t from, void *out, size_t len, size_t *got)
{
	enum transfer_result result;
	char range[64];

	snprintf(range, sizeof(range), "%llu-%llu", (unsigned long long)from, (unsigned long long)(from + len - 1));
	t->to = out;
	t->room = len;
	t->got = 0;
	curl.curl_easy_setopt(t->easy, CURLOPT_RANGE, range);
	result = transfer_perform(t);
	*got = t->got;
	if (t->more)
		return TRANSFER_OK;
	if (result == TRANSFER_OK && transfer_is_http(t) && transfer_status(t) == 200)
		return TRANSFER_WHOLE; /* of no bytes */
	return result;
}

enum transfer_result
transfer_size(struct transfer *t, uint64_t *size)
{
	curl_off_t found = -1;
	enum transfer_result result;

	curl.curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
	curl.curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_nothing);
	result = transfer_perform(t);
	curl.curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_piece);
	curl.curl_easy_setopt(t->easy, CURLOPT_NOBODY, 0L);
	curl.curl_easy_setopt(t->easy, CURLOPT_HTTPGET, 1L);
	curl.curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &found);
	if (result == TRANSFER_OK && found > 0)
		*size = (uint64_t)found;
	return result;
}

/* ---- the last response -------------------------------------------------------------- */

bool
transfer_is_http(const struct transfer *t)
{
	long version = CURL_HTTP_VERSION_NONE;

	curl.curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
	return version != CURL_HTTP_VERSION_NONE;
}

long
transfer_status(const struct transfer *t)
{
	long status = 0;

	curl.curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

uint32_t
transfer_retry_after(const struct transfer *t)
{
	curl_off_t seconds = 0;

	curl.curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &seconds);
	return seconds < 0 ? 0 : seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

const char *
transfer_header(const struct transfer *t, const char *name)
{
	struct curl_header *h;

	return curl.curl_easy_header(t->easy, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK ? h->value : NULL;
}

const char *
transfer_why(const struct transfer *t)
{
	return t->why;
}

void
transfer_stay(struct transfer *t)
{
	char *now = NULL, *copy;

	if (curl.curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &now) != CURLE_OK || !now)
		return;
	copy = strdup(now); /* setting the URL frees what `now` points to */
	if (copy)
		curl.curl_easy_setopt(t->easy, CURLOPT_URL, copy);
	free(copy);
}

void
transfer_return(struct transfer *t)
{
	curl.curl_easy_setopt(t->easy, CURLOPT_URL, t->url);
}

/* ---- a stream ---------------------------------------------------------------------- */

bool
transfer_stream(struct transfer *t)
{
	t->multi = curl.curl_multi_init();
	t->waiting = malloc(STREAM_ROOM);
	if (!t->multi || !t->waiting)
		return false;
	t->curl_why[0] = '\0';
	curl.curl_easy_setopt(t->easy, CURLOPT_RANGE, NULL);
	curl.curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_stream);
	curl.curl_easy_setopt(t->easy, CURLOPT_FAILONERROR, 1L);
	return curl.curl_multi_add_handle(t->multi, t->easy) == CURLM_OK;
}

static int
transfer_fail(struct transfer *t, int e)
{
	if (e == EINTR)
		snprintf(t->why, sizeof(t->why), "interrupted");
	errno = e;
	return -1;
}

ssize_t
transfer_next(struct transfer *t, void *out, size_t len)
{
	int running = 1, left;
	CURLMsg *m;

	while (t->waiting_len == 0 && !t->ended) {
		CURLMcode e;

		if (t->paused) {
			t->paused = false;
			curl.curl_easy_pause(t->easy, CURLPAUSE_CONT);
		}
		e = curl.curl_multi_perform(t->multi, &running);
		if (e != CURLM_OK) {
			snprintf(t->why, sizeof(t->why), "%s", curl.curl_multi_strerror(e));
			return transfer_fail(t, EIO);
		}
		while ((m = curl.curl_multi_info_read(t->multi, &left))) {
			if (m->msg != CURLMSG_DONE)
				continue;
			t->ended = true;
			if (m->data.result == CURLE_OK)
				continue;
			explain(t, m->data.result);
			return transfer_fail(t, m->data.result == CURLE_ABORTED_BY_CALLBACK ? EINTR : EIO);
		}
		if (t->waiting_len == 0 && !t->ended)
			curl.curl_multi_poll(t->multi, NULL, 0, 1000, NULL);
		if (t->interrupted && t->interrupted())
			return transfer_fail(t, EINTR);
	}
	if (len > t->waiting_len)
		len = t->waiting_len;
	memcpy(out, t->waiting + t->waiting_from, len);
	t->waiting_from += len;
	t->waiting_len -= len;
	return (ssize_t)len;
}
