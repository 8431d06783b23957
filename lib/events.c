#include "events.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "facts.h"
#include "fds.h"
#include "log.h"

/* ---- the helper: between fork and _exit -------------------------------- */

/* A terminal's ^C ends the daemon, and its end ends us. */
static const int unheeded[] = { SIGINT, SIGUSR1, SIGUSR2, SIGALRM };

_Noreturn static void
run_command(const char *command, int input)
{
	for (size_t i = 0; i < sizeof(unheeded) / sizeof(unheeded[0]); i++)
		signal(unheeded[i], SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (dup2(input, 0) == 0)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	log_err("events: cannot start /bin/sh: %s", strerror(errno));
	_exit(127);
}

/* Starts the command again and again, until the daemon has closed the pipe. */
_Noreturn static void
supervise(const char *command, int input)
{
	struct pollfd p = { .fd = input };
	int status;

	for (size_t i = 0; i < sizeof(unheeded) / sizeof(unheeded[0]); i++)
		signal(unheeded[i], SIG_IGN);
	for (;;) {
		pid_t pid = fork();

		if (pid == 0)
			run_command(command, input);
		if (pid > 0)
			while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
				;
		if (poll(&p, 1, 1000) > 0 && (p.revents & (POLLHUP | POLLERR)))
			_exit(0);
		if (pid > 0 && WIFSIGNALED(status))
			log_warn("events: the command was ended by signal %d; it is started again in a second",
			    WTERMSIG(status));
		else if (pid > 0)
			log_warn("events: the command ended with code %d; it is started again in a second",
			    WEXITSTATUS(status));
	}
}

/* ---- the daemon's side ------------------------------------------------- */

int
events_start(struct events *e, const char *command, const struct priv_user *user)
{
	char error[PRIV_ERROR];
	int fd[2];
	pid_t pid;

	*e = (struct events){ .fd = -1 };
	if (!command)
		return 0;
	if (pipe2(fd, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid < 0) {
		close(fd[0]);
		close(fd[1]);
		return -1;
	}
	if (pid == 0) {
		fds_keep_only(fd[0]);
		if (priv_drop(user, 0, error) < 0) {
			log_err("events: %s", error);
			_exit(EXIT_SYSTEM);
		}
		supervise(command, fd[0]);
	}
	close(fd[0]);
	e->fd = fd[1];
	return fcntl(e->fd, F_SETFL, O_NONBLOCK);
}

bool
events_wanted(const struct events *e)
{
	return e->fd >= 0;
}

void
events_put(struct events *e, const char *line)
{
	struct iovec iov[2] = { { (void *)(uintptr_t)line, strlen(line) }, { (void *)(uintptr_t) "\n", 1 } };

	if (e->fd < 0)
		return;
	/* shorter than PIPE_BUF: the whole line goes in, or nothing */
	if (writev(e->fd, iov, 2) < 0) {
		if (e->lost++ == 0)
			log_warn("events: the command does not keep up: %s; lines are lost",
			    errno == EAGAIN ? "its pipe is full" : strerror(errno));
		return;
	}
	if (e->lost > 0)
		log_warn("events: %u lines were lost", e->lost);
	e->lost = 0;
}

/* ---- a line ------------------------------------------------------------- */

void
event_begin(struct event *l, const char *word)
{
	l->len = (size_t)snprintf(l->text, sizeof(l->text), "%s", word);
}

/* ` key=` and a value by `quote`. */
static void
event_value(struct event *l, const char *key, const char *value, size_t (*quote)(const void *, size_t, char *, size_t))
{
	l->len += (size_t)snprintf(l->text + l->len, sizeof(l->text) - l->len, " %s=", key);
	if (l->len < sizeof(l->text))
		l->len += quote(value, strlen(value), l->text + l->len, sizeof(l->text) - l->len);
	if (l->len >= sizeof(l->text))
		l->len = sizeof(l->text) - 1;
}

void
event_put(struct event *l, const char *key, const char *value)
{
	event_value(l, key, value, facts_quote);
}

void
event_quote(struct event *l, const char *key, const char *value)
{
	event_value(l, key, value, facts_quote_always);
}

void
event_put_num(struct event *l, const char *key, uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);
	event_put(l, key, digits);
}

void
events_put_transfer(struct events *e, const struct events_transfer *t)
{
	struct event l;

	event_begin(&l, t->upload ? "put" : "sent");
	event_put(&l, "path", t->path);
	event_put(&l, t->upload ? "from" : "to", t->peer);
	event_put_num(&l, "bytes", t->bytes);
	event_put_num(&l, "ms", t->ms);
	event_put(&l, "whole", t->whole ? "yes" : "no");
	events_put(e, l.text);
}

void
events_reap(const char *tool)
{
	int status;

	while (waitpid(-1, &status, WNOHANG) > 0)
		log_err("events: the helper process of the command has ended; start %s again to have events", tool);
}

void
events_close(struct events *e)
{
	if (e->fd >= 0)
		close(e->fd);
	e->fd = -1;
}
