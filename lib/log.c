#include "log.h"

#include <fcntl.h>
#include <paths.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <termios.h>
#include <unistd.h>

#include "facts.h"

static struct {
	const char *name;
	enum { TO_STDERR, TO_JOURNAL, TO_SYSLOG } sink;
	bool verbose;
	int fd;
	bool waits;     /* for a reader */
	bool is_socket; /* fd is one */
	bool terminal;
	bool no_block;    /* fd is open without blocking */
	bool torn;        /* the last line ends in its middle */
	atomic_uint lost; /* lines since one was written last */
	int syslog;       /* a second way to it: syslog(3) must not be called in a signal's handler */
} sink = { .name = "pxe-tools", .fd = STDERR_FILENO, .waits = true, .syslog = -1 };

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

static int
connect_syslog(void)
{
	static const struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = _PATH_LOG };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

void
log_open(const char *name, bool inetd, bool verbose)
{
	sink.name = name;
	sink.verbose = verbose;
	if (inetd) {
		sink.sink = TO_SYSLOG;
		openlog(name, LOG_PID | LOG_NDELAY, LOG_DAEMON);
		if (sink.syslog < 0)
			sink.syslog = connect_syslog();
	} else {
		sink.sink = stderr_is_journal() ? TO_JOURNAL : TO_STDERR;
	}
}

bool
log_verbose(void)
{
	return sink.verbose;
}

/* A terminal of another user's may still be the one that we were started from (su). */
static int
reopen_stderr(void)
{
	const int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = open("/proc/self/fd/2", flags);

	return fd < 0 && tcgetsid(STDERR_FILENO) == getsid(0) ? open("/dev/tty", flags) : fd;
}

/* Whoever has the pipe or terminal open as well may want to block: ours is opened
 * anew.  Where that is not allowed, write_line asks for room first. */
void
log_never_wait(void)
{
	struct stat st;
	int fd = -1;

	sink.waits = false;
	if (sink.sink == TO_SYSLOG || fstat(STDERR_FILENO, &st) < 0)
		return;
	sink.is_socket = S_ISSOCK(st.st_mode);
	sink.terminal = isatty(STDERR_FILENO);
	if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode))
		fd = reopen_stderr();
	if (fd < 0)
		return;
	sink.fd = fd;
	sink.no_block = true;
}

static ssize_t
write_some(const char *line, size_t len)
{
	struct pollfd p = { .fd = sink.fd, .events = POLLOUT };

	if (sink.sink == TO_SYSLOG)
		return send(sink.syslog, line, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (!sink.waits && sink.is_socket)
		return send(sink.fd, line, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (!sink.waits && !sink.no_block && (poll(&p, 1, 0) <= 0 || !(p.revents & (POLLOUT | POLLERR))))
		return -1;
	return write(sink.fd, line, len);
}

/* A pipe that polls writable has room for a line (PIPE_BUF), a file has always.  A
 * terminal has room for 256 bytes (the kernel's WAKEUP_CHARS), but may have none for
 * what follows: LF, which becomes two bytes, is asked for again. */
static size_t
line_piece(size_t left)
{
	if (!sink.terminal || sink.waits || sink.no_block || left == 1)
		return left;
	return left - 1 < 128 ? left - 1 : 128;
}

static bool
write_line(const char *line, size_t len)
{
	size_t done = 0;
	ssize_t n = 0;

	if (sink.torn && write_some("\n", 1) > 0)
		sink.torn = false;
	while (!sink.torn && done < len && (n = write_some(line + done, line_piece(len - done))) > 0)
		done += (size_t)n;
	if (done > 0)
		sink.torn = done < len;
	return done == len;
}

static int
line_head(int priority, char *line, size_t size)
{
	if (sink.sink == TO_SYSLOG)
		return snprintf(line, size, "<%d>%s[%ld]: ", LOG_DAEMON | priority, sink.name, (long)getpid());
	return sink.sink == TO_JOURNAL ? snprintf(line, size, "<%d>", priority) :
	                                 snprintf(line, size, "%s: ", sink.name);
}

/* False if there is still no room. */
static bool
tell_lost(void)
{
	unsigned lost = atomic_exchange(&sink.lost, 0);
	char line[256];
	int n;

	if (lost == 0)
		return true;
	n = line_head(LOG_WARNING, line, sizeof(line) - 80);
	n += snprintf(line + n, 80, "%u line%s of the log lost: nobody read it\n", lost, lost == 1 ? "" : "s");
	if (write_line(line, (size_t)n))
		return true;
	atomic_fetch_add(&sink.lost, lost);
	return false;
}

/* One write a line, so that lines of several processes do not mix. */
__attribute__((format(printf, 2, 0))) static void
emit(int priority, const char *fmt, va_list args)
{
	char line[4096];
	int head = 0, n;

	/* syslog(3) waits for a daemon whose queue is full */
	if (sink.sink == TO_SYSLOG && (sink.waits || sink.syslog < 0)) {
		vsyslog(priority, fmt, args);
		return;
	}
	head = line_head(priority, line, sizeof(line));
	n = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, fmt, args);
	if (n < 0)
		return;
	n += head;
	if ((size_t)n > sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	n -= sink.sink == TO_SYSLOG; /* one datagram a line */
	if (!tell_lost() || !write_line(line, (size_t)n))
		atomic_fetch_add(&sink.lost, !sink.waits);
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

/* ---- from a signal's handler ------------------------------------------- */

static size_t
log_append(char *out, size_t n, size_t size, const char *text)
{
	while (*text && n < size)
		out[n++] = *text++;
	return n;
}

static size_t
log_append_number(char *out, size_t n, size_t size, unsigned number)
{
	char digits[12];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	return log_append(out, n, size, digits + at);
}

/* Without stdio, which allocates, and syslog(3), which locks. */
void
log_refused(const char *name, int number)
{
	char line[256];
	const size_t most = sizeof(line) - 1;
	size_t n = 0;

	if (sink.sink != TO_STDERR) {
		n = log_append(line, n, most, "<");
		n = log_append_number(line, n, most, LOG_ERR | (sink.sink == TO_SYSLOG ? LOG_DAEMON : 0));
		n = log_append(line, n, most, ">");
	}
	if (sink.sink != TO_JOURNAL) {
		n = log_append(line, n, most, sink.name);
		n = log_append(line, n, most, ": ");
	}
	n = log_append(line, n, most, "the system call ");
	n = log_append(line, n, most, name);
	n = log_append(line, n, most, " (");
	n = log_append_number(line, n, most, (unsigned)number);
	n = log_append(line, n, most, ") was refused: this program does not make it; an attack, or a fault to report");
	if (sink.sink != TO_SYSLOG)
		line[n++] = '\n';
	if (!write_line(line, n))
		atomic_fetch_add(&sink.lost, !sink.waits);
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
	if (missed)
		*missed = limit->missed;
	limit->missed = 0;
	return true;
}

bool
log_allow_minute(struct log_limit *limit, uint64_t now_ms)
{
	return log_allow(limit, now_ms / 60, 1, NULL);
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
