#include "eventlog.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "upload.h"

#define QUOTED 600

static const char *
result_word(const struct transfer *t)
{
	switch (t->x.end) {
	case XFER_COMPLETE:
		return "done";
	case XFER_PROBE:
		return "probe";
	case XFER_ABORTED:
		return "aborted";
	case XFER_SILENT:
		return t->x.answered ? "timed-out" : "never-answered";
	case XFER_GONE:
		return "client-gone";
	case XFER_ILLEGAL:
		return "bad-packet";
	case XFER_RUNNING:
		return "left-for-another";
	default:
		return "failed";
	}
}

uint64_t
eventlog_bytes(const struct transfer *t)
{
	uint64_t moved = t->x.base * t->x.terms.blksize;

	if (t->upload)
		return upload_size(t->upload);
	return t->x.end == XFER_COMPLETE || moved > t->size ? t->size : moved;
}

struct text {
	char s[256];
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void
textf(struct text *t, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(t->s + t->n, sizeof(t->s) - t->n, fmt, args);
	va_end(args);
	if (n > 0)
		t->n += (size_t)n < sizeof(t->s) - t->n ? (size_t)n : sizeof(t->s) - t->n - 1;
}

static void
text_options(struct text *text, const struct tftp_options *o)
{
	if (o->has & TFTP_HAS_BLKSIZE)
		textf(text, " blksize=%u", o->blksize);
	if (o->has & TFTP_HAS_WINDOW)
		textf(text, " windowsize=%u", o->windowsize);
	if (o->has & TFTP_HAS_TSIZE)
		textf(text, " tsize=%llu", (unsigned long long)o->tsize);
	if (o->has & TFTP_HAS_TIMEOUT)
		textf(text, " timeout=%u", o->timeout_s);
}

void
eventlog_open(struct eventlog *log)
{
	loggate_init(&log->answered);
	loggate_init(&log->unanswered);
}

void
eventlog_close(struct eventlog *log)
{
	loggate_close(&log->answered);
	loggate_close(&log->unanswered);
}

static bool
passes(struct loggate *g, const struct addr *who, uint64_t now_ms)
{
	return loggate_passes(g, who->ip, addr_is4(who) ? sizeof(who->ip) : sizeof(who->ip) / 2, now_ms);
}

void
eventlog_ended(struct eventlog *log, const struct transfer *t, const struct eventlog_outcome *outcome, uint64_t now_ms)
{
	char who[LISTEN_TEXT], name[QUOTED], path[QUOTED], message[QUOTED];
	uint64_t ms = now_ms - t->started_ms, bytes = eventlog_bytes(t);
	bool renamed = strcmp(t->asked, t->path) != 0, explained = outcome->what && *outcome->what;
	struct text text = { .n = 0 };

	if (!passes(t->x.answered ? &log->answered : &log->unanswered, &t->peer, now_ms))
		return;
	textf(&text, " bytes=%llu", (unsigned long long)bytes);
	text_options(&text, &t->oack);
	textf(&text, " resent=%llu seconds=%llu.%03u", (unsigned long long)t->x.resent, (unsigned long long)(ms / 1000),
	    (unsigned)(ms % 1000));
	if (t->x.end == XFER_COMPLETE)
		textf(&text, " rate=%lluKiB/s", (unsigned long long)(bytes * 1000 / 1024 / (ms ? ms : 1)));
	if (t->x.end == XFER_ABORTED || t->x.end == XFER_PROBE)
		textf(&text, " error=%u", outcome->code);
	log_info("%s %s %s %s%s%s%s%s%s", addr_text(&t->peer, who), t->x.terms.upload ? "write" : "read",
	    log_quote_str(t->asked, name, sizeof(name)), result_word(t), text.s, renamed ? " file=" : "",
	    renamed ? log_quote_str(t->path, path, sizeof(path)) : "", explained ? " message=" : "",
	    explained ? log_quote_str(outcome->what, message, sizeof(message)) : "");
}

void
eventlog_event(struct events *events, const struct transfer *t, uint64_t now_ms)
{
	char ip[LISTEN_TEXT];
	struct events_transfer moved = { .upload = t->x.terms.upload,
		.path = t->path,
		.peer = addr_ip_text(&t->peer, ip),
		.bytes = eventlog_bytes(t),
		.ms = now_ms - t->started_ms,
		.whole = t->x.end == XFER_COMPLETE };

	if (events && t->x.end != XFER_PROBE)
		events_put_transfer(events, &moved);
}

void
eventlog_started(const struct transfer *t, const struct tftp_options *asked, const char *from)
{
	char who[LISTEN_TEXT], name[QUOTED];
	struct text text = { .n = 0 };

	text_options(&text, asked);
	log_debug("%s %s %s begins from=%s%s%s", addr_text(&t->peer, who), t->x.terms.upload ? "write" : "read",
	    log_quote_str(t->asked, name, sizeof(name)), from, text.n ? " asked:" : "", text.s);
}

void
eventlog_refused(struct eventlog *log, const struct eventlog_refusal *r, const char *why, uint64_t now_ms)
{
	char address[LISTEN_TEXT], name[QUOTED], file[QUOTED], link[QUOTED];
	bool same = !r->path || strcmp(r->asked, r->path) == 0;

	if (passes(&log->answered, r->who, now_ms))
		log_info("%s %s %s %s%s%s%s%s", addr_text(r->who, address), r->op == TFTP_WRQ ? "write" : "read",
		    log_quote_str(r->asked, name, sizeof(name)), why,
		    same ? "" : " file=", same ? "" : log_quote_str(r->path, file, sizeof(file)),
		    r->link ? " (a link leads out of the directory: mount there what it names, mount --bind) link=" :
		              "",
		    r->link ? log_quote_str(r->link, link, sizeof(link)) : "");
}
