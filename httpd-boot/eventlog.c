#include "eventlog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "listen.h"

#define FAULTS_PER_SECOND 5
#define QUOTED 200

/* "10.0.0.5", "fe80::1": what listen_text writes, without port and brackets. */
static const char *
address_of(struct eventlog_client *c)
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
eventlog_request(struct eventlog *log, struct eventlog_client *c, const struct http_request *req, uint64_t now_ms)
{
	char quoted[QUOTED];
	const char *verb = req->method == HTTP_GET ? "get" : req->method == HTTP_HEAD ? "head" : "ask";
	unsigned missed = 0;

	c->start_ms = now_ms;
	if (log->accesslog->on)
		c->request = accesslog_request(req);
	/* without a path it was not a request, and eventlog_fault has said so */
	if (!req->path[0] || c->busy)
		return;
	if (!log_verbose() && !log_allow(&log->requests, now_ms, EVENTLOG_PER_SECOND, &missed))
		return;
	if (missed)
		log_info("%u requests were not shown here (-v shows all, -a writes all to a file)", missed);
	if (req->method == HTTP_OTHER)
		log_quote(req->line.at, req->line.len, quoted, sizeof(quoted));
	else
		log_quote_str(req->path, quoted, sizeof(quoted));
	if (asprintf(&c->what, "%s %s", verb, quoted) < 0)
		c->what = NULL;
}

void
eventlog_response(struct eventlog *log, struct eventlog_client *c, const struct eventlog_result *r)
{
	char who[LISTEN_TEXT];
	unsigned long long ms;

	if (c->what) {
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
		struct accesslog_line line = { address_of(c), log->stamp, c->request, r->status, r->bytes };

		accesslog_add(log->accesslog, &line);
	}
	eventlog_drop(c);
}

void
eventlog_drop(struct eventlog_client *c)
{
	free(c->what);
	free(c->request);
	c->what = c->request = NULL;
}

static bool
fault_allowed(struct eventlog *log, uint64_t now_ms, unsigned *missed)
{
	*missed = 0;
	return log_verbose() || log_allow(&log->faults, now_ms, FAULTS_PER_SECOND, missed);
}

void
eventlog_fault(
    struct eventlog *log, const struct eventlog_client *c, const char *why, struct http_text text, uint64_t now_ms)
{
	char who[LISTEN_TEXT], quoted[QUOTED];
	unsigned missed;

	if (c->busy || !fault_allowed(log, now_ms, &missed))
		return;
	listen_text(&c->peer.sa, who);
	log_quote(text.at ? text.at : "", text.len, quoted, sizeof(quoted));
	if (missed)
		log_warn("%s sent %s refused why=\"%s\" missed=%u", who, quoted, why, missed);
	else
		log_warn("%s sent %s refused why=\"%s\"", who, quoted, why);
}

void
eventlog_busy(struct eventlog *log, struct eventlog_client *c, const char *why, uint64_t now_ms)
{
	char who[LISTEN_TEXT];
	unsigned missed;

	c->busy = true;
	if (!fault_allowed(log, now_ms, &missed))
		return;
	listen_text(&c->peer.sa, who);
	log_warn("%s connect busy missed=%u: %s", who, missed, why);
}
