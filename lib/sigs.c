#include "sigs.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* They end a process that does not know them: a closed pipe, a limit on the size of
 * files, what somebody sends by mistake. */
static const int passed_over[] = { SIGPIPE, SIGXFSZ, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO };

static void
watched(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGUSR1);
}

int
sigs_open(void)
{
	sigset_t set;

	watched(&set);
	/* Whoever started us may ignore it, and then the kernel says nothing of a child's end. */
	signal(SIGCHLD, SIG_DFL);
	for (size_t i = 0; i < sizeof(passed_over) / sizeof(passed_over[0]); i++)
		signal(passed_over[i], SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

enum sigs_event
sigs_next(int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return SIGS_NONE;
	switch (info.ssi_signo) {
	case SIGHUP:
		return SIGS_RELOAD;
	case SIGCHLD:
		return SIGS_CHILD;
	case SIGUSR1:
		return SIGS_REPORT;
	default:
		return SIGS_STOP;
	}
}

bool
sigs_ended(int fd)
{
	enum sigs_event e = sigs_next(fd);

	return e == SIGS_STOP || e == SIGS_RELOAD;
}

void
sigs_restore(void)
{
	sigset_t set;

	watched(&set);
	for (size_t i = 0; i < sizeof(passed_over) / sizeof(passed_over[0]); i++)
		signal(passed_over[i], SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
