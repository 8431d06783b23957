#include "pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "sandbox.h"
#include "sigs.h"

#define PATIENCE_MS 1000 /* more than workers have */
#define RESTART_MS 1000  /* a worker that died sooner than that is replaced after that long */

struct pool {
	struct worker_conf *conf;
	unsigned workers;
	pid_t pid[LIMITS_WORKERS];         /* 0: none */
	uint64_t start_ms[LIMITS_WORKERS]; /* when it was started, or is to be */
	uint64_t end_ms;                   /* when the last ones are killed; 0: not stopping */
};

/* The worker ends when we do, for whatever reason. */
_Noreturn static void
be_worker(struct pool *p, unsigned i, pid_t parent)
{
	char error[SANDBOX_ERROR];
	const char *off;

	close(p->conf->signals);
	p->conf->signals = sigs_open();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (p->conf->signals < 0 || getppid() != parent)
		_exit(EXIT_SYSTEM);
	if (sandbox_enter(worker_calls(p->conf), &off, error) < 0) {
		log_err("worker %u: %s", i + 1, error);
		_exit(EXIT_SYSTEM);
	}
	if (worker_run(p->conf, i) < 0) {
		log_err("worker %u cannot start: %s", i + 1, strerror(errno));
		_exit(EXIT_SYSTEM);
	}
	_exit(EXIT_DONE);
}

static void
signal_workers(const struct pool *p, int signal)
{
	for (unsigned i = 0; i < p->workers; i++)
		if (p->pid[i])
			kill(p->pid[i], signal);
}

static void
pool_reap(struct pool *p)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (unsigned i = 0; i < p->workers; i++) {
			if (p->pid[i] != pid)
				continue;
			p->pid[i] = 0;
			limits_forget(p->conf->limits, i);
			p->start_ms[i] += RESTART_MS;
			if (p->end_ms)
				continue;
			if (WIFSIGNALED(status))
				log_err("worker %u (process %d) was killed by signal %d; starting another", i + 1,
				    (int)pid, WTERMSIG(status));
			else
				log_err("worker %u (process %d) ended with code %d; starting another", i + 1, (int)pid,
				    WEXITSTATUS(status));
		}
}

/* Starts the workers that are missing and due; milliseconds until the next one is
 * due, -1: none is missing. */
static int
start_missing(struct pool *p)
{
	uint64_t now = clock_ms();
	pid_t self = getpid(), pid;
	int wait = -1;

	for (unsigned i = 0; i < p->workers && !p->end_ms; i++) {
		if (p->pid[i])
			continue;
		if (p->start_ms[i] <= now) {
			pid = fork();
			if (pid == 0)
				be_worker(p, i, self);
			if (pid > 0) {
				p->pid[i] = pid;
				p->start_ms[i] = clock_ms();
				continue;
			}
			log_err("cannot start worker %u: %s; trying again", i + 1, strerror(errno));
			p->start_ms[i] = now + RESTART_MS;
		}
		if (wait < 0 || (int)(p->start_ms[i] - now) < wait)
			wait = (int)(p->start_ms[i] - now);
	}
	return wait;
}

static void
pool_signals(struct pool *p)
{
	struct listen_set *set = &p->conf->listen;
	enum sigs_event event;

	while ((event = sigs_next(p->conf->signals)) != SIGS_NONE)
		switch (event) {
		case SIGS_STOP:
			/* Closes our copies of the sockets as well: a client that connects
			 * to a socket nobody accepts from would wait until we are gone. */
			if (!p->end_ms) {
				worker_stopping(p->conf);
				p->end_ms = clock_ms() + p->conf->grace_ms + PATIENCE_MS;
			}
			while (set->n)
				close(set->fd[--set->n]);
			signal_workers(p, SIGTERM);
			break;
		case SIGS_RELOAD:
			/* for workers yet to be started; running ones report their own errors */
			accesslog_reopen(&p->conf->accesslog);
			if (p->conf->docroot.images)
				imagemaps_reload(p->conf->docroot.images);
			signal_workers(p, SIGHUP);
			break;
		case SIGS_REPORT:
			worker_report(p->conf, true);
			break;
		default:
			pool_reap(p);
		}
}

void
pool_run(struct worker_conf *conf, unsigned workers)
{
	struct pool p = { .conf = conf, .workers = workers };

	for (;;) {
		struct pollfd pfd = { .fd = conf->signals, .events = POLLIN };
		int wait = start_missing(&p);
		uint64_t time = clock_ms();

		if (conf->metrics.due_ms <= time)
			worker_report(conf, false);
		if (conf->metrics.due_ms != UINT64_MAX && (wait < 0 || (uint64_t)wait > conf->metrics.due_ms - time))
			wait = (int)(conf->metrics.due_ms - time);
		if (p.end_ms) {
			uint64_t now = clock_ms();

			unsigned alive = 0;

			for (unsigned i = 0; i < workers; i++)
				alive += p.pid[i] != 0;
			if (!alive)
				break;
			if (now >= p.end_ms)
				signal_workers(&p, SIGKILL);
			wait = now < p.end_ms ? (int)(p.end_ms - now) : 100;
		}
		poll(&pfd, 1, wait);
		pool_signals(&p);
	}
}
