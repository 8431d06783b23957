#include "eventlog.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "upload.h"

#define QUOTED 600

static const char *
result_of(const struct transfer *t)
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

static uint64_t
bytes_of(const struct transfer *t)
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
add(struct text *t, const char *fmt, ...)
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
add_options(struct text *text, const struct tftp_options *o)
{
	if (o->has & TFTP_HAS_BLKSIZE)
		add(text, " blksize=%u", o->blksize);
	if (o->has & TFTP_HAS_WINDOW)
		add(text, " windowsize=%u", o->windowsize);
	if (o->has & TFTP_HAS_TSIZE)
		add(text, " tsize=%llu", (unsigned long long)o->tsize);
	if (o->has & TFTP_HAS_TIMEOUT)
		add(text, " timeout=%u", o->timeout_s);
}

void
eventlog_end(const struct transfer *t, const struct eventlog_outcome *end, uint64_t now_ms)
{
	char who[LISTEN_TEXT], name[QUOTED], path[QUOTED], message[QUOTED];
	uint64_t ms = now_ms - t->started_ms, bytes = bytes_of(t);
	bool same = strcmp(t->asked, t->path) == 0;
	struct text text = { .n = 0 };

	add(&text, " bytes=%llu", (unsigned long long)bytes);
	add_options(&text, &t->oack);
	add(&text, " resent=%llu seconds=%llu.%03u", (unsigned long long)t->x.resent, (unsigned long long)(ms / 1000),
	    (unsigned)(ms % 1000));
	if (t->x.end == XFER_COMPLETE)
		add(&text, " rate=%lluKiB/s", (unsigned long long)(bytes * 1000 / 1024 / (ms ? ms : 1)));
	if (end && (t->x.end == XFER_ABORTED || t->x.end == XFER_PROBE))
		add(&text, " error=%u", end->code);
	log_info("%s %s %s %s%s%s%s%s%s", addr_text(&t->peer, who), t->x.terms.upload ? "write" : "read",
	    log_quote_str(t->asked, name, sizeof(name)), result_of(t), text.s,
	    same ? "" : " file=", same ? "" : log_quote_str(t->path, path, sizeof(path)),
	    end && end->what && *end->what ? " message=" : "",
	    end && end->what && *end->what ? log_quote_str(end->what, message, sizeof(message)) : "");
}

void
eventlog_begin(const struct transfer *t, const struct tftp_options *asked, const char *from)
{
	char who[LISTEN_TEXT], name[QUOTED];
	struct text text = { .n = 0 };

	add_options(&text, asked);
	log_debug("%s %s %s begins from=%s%s%s", addr_text(&t->peer, who), t->x.terms.upload ? "write" : "read",
	    log_quote_str(t->asked, name, sizeof(name)), from, text.n ? " asked:" : "", text.s);
}

void
eventlog_refused(const struct addr *who, enum tftp_opcode op, const char *asked, const char *path, const char *why)
{
	char whom[LISTEN_TEXT], name[QUOTED], file[QUOTED];
	bool same = !path || strcmp(asked, path) == 0;

	log_info("%s %s %s %s%s%s", addr_text(who, whom), op == TFTP_WRQ ? "write" : "read",
	    log_quote_str(asked, name, sizeof(name)), why,
	    same ? "" : " file=", same ? "" : log_quote_str(path, file, sizeof(file)));
}
