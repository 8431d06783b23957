/*
 * One line an event: who verb "object" result key=value ...
 * The sink is chosen once, from how the program was started: `<N>` prefixes
 * when stderr is the journal, syslog when fd 2 is the client (inetd), else
 * plain stderr.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit codes of every tool (man pages, EXIT STATUS). */
enum exit_code {
	EXIT_DONE = 0,  /* did it */
	EXIT_NO = 1,    /* ran well, the answer is no */
	EXIT_USAGE = 2, /* called or configured wrong: a retry is useless */
	EXIT_SYSTEM = 3 /* the system failed: a retry may help */
};

/* `name` is kept, not copied.  inetd: fd 2 is the client, so log to syslog.
 * verbose: debug lines too. */
void log_open(const char *name, bool inetd, bool verbose);

/* From here on no line waits for a reader: one that finds no room is lost, and the
 * next one that finds some says how many were.  For daemons, at their start: a
 * terminal that is stopped, or a pipe that nobody reads, must not stop them. */
void log_never_wait(void);

void log_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* True when log_debug would print, for lines that are dear to make. */
bool log_verbose(void);

/* A system call that the sandbox refused; may be called from a signal's handler. */
void log_refused(const char *name, int number);

/* Says why and ends.  Never from a loop that serves: only what a command line leads to. */
_Noreturn void die(enum exit_code code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Allows `per_second` events a second; how many were kept back before an
 * allowed one is in *missed (NULL: nobody wants to know).  Zero the struct to start. */
struct log_limit {
	uint64_t second;
	unsigned count, missed;
};
bool log_allow(struct log_limit *limit, uint64_t now_ms, unsigned per_second, unsigned *missed);
/* Allows one event a minute. */
bool log_allow_minute(struct log_limit *limit, uint64_t now_ms);

/* `len` bytes that somebody else chose, quoted as in a facts line ("...",
 * with \" \\ \n \xHH), cut with "..." where `size` ends; returns out. */
const char *log_quote(const void *bytes, size_t len, char *out, size_t size);
/* The same for a C string. */
const char *log_quote_str(const char *s, char *out, size_t size);

#endif
