#include "eventlog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "listen.h"

#define QUOTED 200

/* "10.0.0.5", "fe80::1": what listen_text writes, without port and brackets. */
const char *
eventlog_address(struct eventlog_client *c)
{
	char text[LISTEN_TEXT], *port, *start = text;

	if (c->address[0])
		return c->address;
	listen_text(&c->peer.sa, text);
	port = strrchr(text, ':');
	if (port)
		*port = '\0';
	if (text[0] == '[') {
		start++;
		text[strcspn(text, "]")] = '\0';
	}
	snprintf(c->address, sizeof(c->address), "%.*s", (int)sizeof(c->address) - 1, start);
	return c->address;
}

void
eventlog_open(struct eventlog *log)
{
	loggate_init(&log->requests);
	loggate_init(&log->faulty);
}

void
eventlog_close(struct eventlog *log)
{
	loggate_close(&log->requests);
	loggate_close(&log->faulty);
}

static bool
passes(struct loggate *g, const struct eventlog_client *c, uint64_t now_ms)
{
	if (c->peer.sa.sa_family == AF_INET6)
		return loggate_passes(g, &c->peer.in6.sin6_addr, sizeof(c->peer.in6.sin6_addr), now_ms);
	return loggate_passes(g, &c->peer.in.sin_addr, sizeof(c->peer.in.sin_addr), now_ms);
}

void
eventlog_request(struct eventlog *log, struct eventlog_client *c, const struct http_request *req, uint64_t now_ms)
{
	char quoted[QUOTED];
	static const char *const verb[] = { "get", "head", "post", "put", "ask" };

	c->start_ms = now_ms;
	if (log->events && req->method != HTTP_HEAD && req->method != HTTP_OTHER)
		c->path = strdup(req->path);
	if (log->accesslog->on)
		c->request = accesslog_request(req);
	/* without a path it was not a request, and eventlog_fault has said so */
	if (!req->path[0] || c->busy)
		return;
	if (!passes(&log->requests, c, now_ms))
		return;
	if (req->method == HTTP_OTHER)
		log_quote(req->line.at, req->line.len, quoted, sizeof(quoted));
	else
		log_quote_str(req->path, quoted, sizeof(quoted));
	if (asprintf(&c->what, "%s %s", verb[req->method], quoted) < 0)
		c->what = NULL;
}

void
eventlog_kept(struct eventlog *log, struct eventlog_client *c, const char *name, uint64_t bytes)
{
	struct event l;

	c->kept = strdup(name);
	c->kept_bytes = bytes;
	if (!log->events)
		return;
	event_begin(&l, "inbox");
	event_put(&l, "file", name);
	event_put(&l, "from", eventlog_address(c));
	event_put_num(&l, "bytes", bytes);
	events_put(log->events, l.text);
}

/* A file, or what found no room in the inbox: that somebody came to say it is known all
 * the same. */
static void
put_transfer(struct eventlog *log, struct eventlog_client *c, const struct eventlog_result *r)
{
	bool upload = r->status == 507;
	struct events_transfer t = { .upload = upload,
		.path = c->path,
		.peer = eventlog_address(c),
		.bytes = upload ? 0 : r->bytes,
		.ms = clock_ms() - c->start_ms,
		.whole = r->whole && !upload };

	events_put_transfer(log->events, &t);
}

void
eventlog_response(struct eventlog *log, struct eventlog_client *c, const struct eventlog_result *r)
{
	char who[LISTEN_TEXT];
	unsigned long long ms;

	if (c->path && (r->status == 200 || r->status == 206 || r->status == 507))
		put_transfer(log, c, r);
	if (c->kept) { /* whatever the gate says: each file has its line */
		log_info(
		    "%s put %s bytes=%llu", listen_text(&c->peer.sa, who), c->kept, (unsigned long long)c->kept_bytes);
	} else if (c->what && c->link) {
		char to[QUOTED];

		listen_text(&c->peer.sa, who);
		log_info(
		    "%s %s %u why=\"a link leads out of the directory: mount there what it names (mount --bind)\" link=%s",
		    who, c->what, r->status, log_quote_str(c->link, to, sizeof(to)));
	} else if (c->what) {
		listen_text(&c->peer.sa, who);
		ms = clock_ms() - c->start_ms;
		if (r->whole)
			log_info(
			    "%s %s %u bytes=%llu ms=%llu", who, c->what, r->status, (unsigned long long)r->bytes, ms);
		else
			log_info("%s %s cut off bytes=%llu of=%llu ms=%llu%s%s%s", who, c->what,
			    (unsigned long long)r->bytes, (unsigned long long)r->content, ms, r->fault ? " why=\"" : "",
			    r->fault ? r->fault : "", r->fault ? "\"" : "");
	}
	if (c->request) {
		struct accesslog_line line = { eventlog_address(c), log->stamp, c->request, r->status, r->bytes };

		accesslog_add(log->accesslog, &line);
	}
	eventlog_drop(c);
}

void
eventlog_drop(struct eventlog_client *c)
{
	free(c->what);
	free(c->path);
	free(c->kept);
	free(c->link);
	free(c->request);
	c->what = c->path = c->link = c->kept = c->request = NULL;
}

void
eventlog_fault(
    struct eventlog *log, const struct eventlog_client *c, const char *why, struct http_text text, uint64_t now_ms)
{
	char who[LISTEN_TEXT], quoted[QUOTED];

	if (c->busy || !passes(&log->faulty, c, now_ms))
		return;
	listen_text(&c->peer.sa, who);
	log_quote(text.at ? text.at : "", text.len, quoted, sizeof(quoted));
	log_warn("%s sent %s refused why=\"%s\"", who, quoted, why);
}

void
eventlog_busy(struct eventlog *log, struct eventlog_client *c, const char *why, uint64_t now_ms)
{
	char who[LISTEN_TEXT];

	c->busy = true;
	if (!passes(&log->faulty, c, now_ms))
		return;
	listen_text(&c->peer.sa, who);
	log_warn("%s connect busy: %s", who, why);
}
