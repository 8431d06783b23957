#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "facts.h"

static struct {
	const char *name;
	enum { TO_STDERR, TO_JOURNAL, TO_SYSLOG } sink;
	bool verbose;
} sink = { .name = "pxe-tools" };

/* systemd names the journal's socket so that we can tell whether stderr is
 * still that one (systemd.exec(5), $JOURNAL_STREAM). */
static bool
stderr_is_journal(void)
{
	const char *env = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	return env && sscanf(env, "%llu:%llu", &dev, &ino) == 2 && fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev &&
	    st.st_ino == ino;
}

void
log_open(const char *name, bool inetd, bool verbose)
{
	sink.name = name;
	sink.verbose = verbose;
	if (inetd) {
		sink.sink = TO_SYSLOG;
		openlog(name, LOG_PID | LOG_NDELAY, LOG_DAEMON);
	} else {
		sink.sink = stderr_is_journal() ? TO_JOURNAL : TO_STDERR;
	}
}

bool
log_verbose(void)
{
	return sink.verbose;
}

/* One write a line, so that lines of several processes do not mix. */
__attribute__((format(printf, 2, 0))) static void
emit(int priority, const char *fmt, va_list args)
{
	char line[4096];
	int head = 0, n;

	if (sink.sink == TO_SYSLOG) {
		vsyslog(priority, fmt, args);
		return;
	}
	if (sink.sink == TO_JOURNAL)
		head = snprintf(line, sizeof(line), "<%d>", priority);
	else
		head = snprintf(line, sizeof(line), "%s: ", sink.name);
	n = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, fmt, args);
	if (n < 0)
		return;
	n += head;
	if ((size_t)n > sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return; /* nowhere left to say it */
}

#define LOG_BODY(priority) \
	do { \
		va_list args; \
		va_start(args, fmt); \
		emit((priority), fmt, args); \
		va_end(args); \
	} while (0)

void
log_err(const char *fmt, ...)
{
	LOG_BODY(LOG_ERR);
}

void
log_warn(const char *fmt, ...)
{
	LOG_BODY(LOG_WARNING);
}

void
log_info(const char *fmt, ...)
{
	LOG_BODY(LOG_INFO);
}

void
log_debug(const char *fmt, ...)
{
	if (sink.verbose)
		LOG_BODY(LOG_DEBUG);
}

void
die(enum exit_code code, const char *fmt, ...)
{
	LOG_BODY(LOG_ERR);
	exit(code);
}

bool
log_allow(struct log_limit *limit, uint64_t now_ms, unsigned per_second, unsigned *missed)
{
	uint64_t second = now_ms / 1000;

	if (second != limit->second) {
		limit->second = second;
		limit->count = 0;
	}
	if (limit->count >= per_second) {
		limit->missed++;
		return false;
	}
	limit->count++;
	*missed = limit->missed;
	limit->missed = 0;
	return true;
}

const char *
log_quote(const void *bytes, size_t len, char *out, size_t size)
{
	static const char cut[] = "...\"";

	if (facts_quote_always(bytes, len, out, size) >= size && size >= sizeof(cut))
		memcpy(out + size - sizeof(cut), cut, sizeof(cut));
	return out;
}

const char *
log_quote_str(const char *s, char *out, size_t size)
{
	return log_quote(s, strlen(s), out, size);
}
