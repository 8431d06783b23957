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
client_alone(struct conn *c)
{
	char text[LISTEN_TEXT], *port, *start = text;

	if (c->client[0])
		return c->client;
	listen_text(&c->peer.sa, text);
	port = strrchr(text, ':');
	if (port)
		*port = '\0';
	if (text[0] == '[') {
		start++;
		text[strcspn(text, "]")] = '\0';
	}
	snprintf(c->client, sizeof(c->client), "%.*s", (int)sizeof(c->client) - 1, start);
	return c->client;
}

static bool
allowed(struct conn_env *env)
{
	unsigned missed = 0;

	if (log_verbose())
		return true;
	if (!log_allow(&env->request_limit, env->now_ms, EVENTLOG_PER_SECOND, &missed))
		return false;
	if (missed)
		log_info("%u requests were not shown here (-v shows all, -a writes all to a file)", missed);
	return true;
}

void
eventlog_begin(struct conn *c, struct conn_env *env, const struct http_request *req)
{
	char quoted[QUOTED];
	const char *verb = req->method == HTTP_GET ? "get" : req->method == HTTP_HEAD ? "head" : "ask";

	if (env->accesslog->on)
		c->request = accesslog_request(req);
	/* without a path it was no request, and eventlog_fault has said so */
	if (!req->path[0] || c->refused || !allowed(env))
		return;
	if (req->method == HTTP_OTHER)
		log_quote(req->line.at, req->line.len, quoted, sizeof(quoted));
	else
		log_quote_str(req->path, quoted, sizeof(quoted));
	if (asprintf(&c->what, "%s %s", verb, quoted) < 0)
		c->what = NULL;
}

static void
tell(const struct conn *c, uint64_t bytes, bool whole)
{
	char who[LISTEN_TEXT];
	unsigned long long ms = clock_ms() - c->start_ms;

	listen_text(&c->peer.sa, who);
	if (whole)
		log_info(
		    "%s %s %u bytes=%llu ms=%llu", who, c->what, c->response.status, (unsigned long long)bytes, ms);
	else
		log_info("%s %s cut off bytes=%llu of=%llu ms=%llu%s%s%s", who, c->what, (unsigned long long)bytes,
		    (unsigned long long)c->response.content, ms, c->fault ? " why=\"" : "", c->fault ? c->fault : "",
		    c->fault ? "\"" : "");
}

void
eventlog_end(struct conn *c, struct conn_env *env, bool whole)
{
	uint64_t bytes = c->sent > c->response.head_len ? c->sent - c->response.head_len : 0;

	if (c->what)
		tell(c, bytes, whole);
	if (c->request) {
		struct accesslog_line line = { client_alone(c), env->stamp, c->request, c->response.status, bytes };

		accesslog_add(env->accesslog, &line);
	}
	free(c->what);
	free(c->request);
	c->what = c->request = NULL;
}

static bool
fault_allowed(struct conn_env *env, unsigned *missed)
{
	return log_verbose() || log_allow(&env->fault_limit, env->now_ms, FAULTS_PER_SECOND, missed);
}

void
eventlog_fault(struct conn *c, struct conn_env *env, const char *why, struct http_text text)
{
	char who[LISTEN_TEXT], quoted[QUOTED];
	unsigned missed = 0;

	if (c->refused || !fault_allowed(env, &missed))
		return;
	listen_text(&c->peer.sa, who);
	log_quote(text.at ? text.at : "", text.len, quoted, sizeof(quoted));
	if (missed)
		log_warn("%s sent %s refused why=\"%s\" missed=%u", who, quoted, why, missed);
	else
		log_warn("%s sent %s refused why=\"%s\"", who, quoted, why);
}

void
eventlog_busy(struct conn *c, struct conn_env *env, const char *why)
{
	char who[LISTEN_TEXT];
	unsigned missed = 0;

	if (!fault_allowed(env, &missed))
		return;
	listen_text(&c->peer.sa, who);
	log_warn("%s connect busy missed=%u: %s", who, missed, why);
}
