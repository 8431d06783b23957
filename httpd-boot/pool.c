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
#include "sigs.h"

#define PATIENCE_MS (WORKER_GRACE_MS + 1000)
#define RESTART_MS 1000 /* a worker that lived shorter is replaced after that long */

struct pool {
	struct worker_conf *conf;
	unsigned workers;
	pid_t pid[LIMITS_WORKERS];         /* 0: none */
	uint64_t start_ms[LIMITS_WORKERS]; /* when it was started, or is to be */
	uint64_t end_ms;                   /* when the last ones are killed; 0: not stopping */
};

/* The worker ends with us, whatever ends us. */
_Noreturn static void
be_worker(struct pool *p, unsigned i, pid_t parent)
{
	close(p->conf->signals);
	p->conf->signals = sigs_open();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (p->conf->signals < 0 || getppid() != parent)
		_exit(EXIT_SYSTEM);
	if (worker_run(p->conf, i) < 0) {
		log_err("worker %u cannot start: %s", i + 1, strerror(errno));
		_exit(EXIT_SYSTEM);
	}
	_exit(EXIT_DONE);
}

static int
start(struct pool *p, unsigned i)
{
	pid_t self = getpid(), pid = fork();

	p->start_ms[i] = clock_ms();
	if (pid < 0)
		return -1;
	if (pid == 0)
		be_worker(p, i, self);
	p->pid[i] = pid;
	return 0;
}

static void
tell_all(const struct pool *p, int signal)
{
	for (unsigned i = 0; i < p->workers; i++)
		if (p->pid[i])
			kill(p->pid[i], signal);
}

static void
say_end(unsigned i, pid_t pid, int status)
{
	if (WIFSIGNALED(status))
		log_err("worker %u (process %d) was killed by signal %d; starting another", i + 1, (int)pid,
		    WTERMSIG(status));
	else
		log_err("worker %u (process %d) ended with code %d; starting another", i + 1, (int)pid,
		    WEXITSTATUS(status));
}

static void
reap(struct pool *p)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (unsigned i = 0; i < p->workers; i++) {
			if (p->pid[i] != pid)
				continue;
			p->pid[i] = 0;
			limits_forget(p->conf->limits, i);
			if (!p->end_ms)
				say_end(i, pid, status);
			p->start_ms[i] += RESTART_MS;
		}
}

static unsigned
alive(const struct pool *p)
{
	unsigned n = 0;

	for (unsigned i = 0; i < p->workers; i++)
		n += p->pid[i] != 0;
	return n;
}

/* Starts what is missing and due; milliseconds until the next one is, -1:
 * none is missing. */
static int
replace(struct pool *p)
{
	uint64_t now = clock_ms();
	int wait = -1;

	for (unsigned i = 0; i < p->workers && !p->end_ms; i++) {
		if (p->pid[i])
			continue;
		if (p->start_ms[i] <= now && start(p, i) == 0)
			continue;
		if (p->start_ms[i] <= now) {
			log_err("cannot start worker %u: %s; trying again", i + 1, strerror(errno));
			p->start_ms[i] = now + RESTART_MS;
		}
		if (wait < 0 || (int)(p->start_ms[i] - now) < wait)
			wait = (int)(p->start_ms[i] - now);
	}
	return wait;
}

/* Nobody new: ours are open as well as the workers', and who connects to a
 * socket that nobody accepts from would wait until we are gone. */
static void
stop(struct pool *p)
{
	struct listen_set *set = &p->conf->listen;

	if (!p->end_ms)
		p->end_ms = clock_ms() + PATIENCE_MS;
	while (set->n)
		close(set->fd[--set->n]);
	tell_all(p, SIGTERM);
}

static void
on_signals(struct pool *p)
{
	enum sigs_event event;

	while ((event = sigs_next(p->conf->signals)) != SIGS_NONE)
		switch (event) {
		case SIGS_STOP:
			stop(p);
			break;
		case SIGS_RELOAD:
			/* for the workers to come; those that run say their errors */
			accesslog_reopen(&p->conf->accesslog);
			tell_all(p, SIGHUP);
			break;
		default:
			reap(p);
		}
}

void
pool_run(struct worker_conf *conf, unsigned workers)
{
	struct pool p = { .conf = conf, .workers = workers };

	for (;;) {
		struct pollfd pfd = { .fd = conf->signals, .events = POLLIN };
		int wait = replace(&p);

		if (p.end_ms) {
			uint64_t now = clock_ms();

			if (!alive(&p))
				break;
			if (now >= p.end_ms)
				tell_all(&p, SIGKILL);
			wait = now < p.end_ms ? (int)(p.end_ms - now) : 100;
		}
		poll(&pfd, 1, wait);
		on_signals(&p);
	}
}
