#include "test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sigs.h"

static void
tells_the_signals_apart(void)
{
	int fd = sigs_open();

	CHECK(fd >= 0);
	CHECK_INT(sigs_next(fd), SIGS_NONE);
	raise(SIGHUP);
	CHECK_INT(sigs_next(fd), SIGS_RELOAD);
	raise(SIGUSR1);
	CHECK_INT(sigs_next(fd), SIGS_REPORT);
	raise(SIGUSR2);
	CHECK_INT(sigs_next(fd), SIGS_NONE);
	raise(SIGTERM);
	CHECK_INT(sigs_next(fd), SIGS_STOP);
	raise(SIGINT);
	CHECK_INT(sigs_next(fd), SIGS_STOP);
	CHECK_INT(sigs_next(fd), SIGS_NONE);
	close(fd);
}

static void
a_closed_pipe_is_an_error_not_the_end(void)
{
	int fd = sigs_open(), ends[2];

	CHECK_INT(pipe(ends), 0);
	close(ends[0]);
	CHECK_INT(write(ends[1], "x", 1), -1);
	close(ends[1]);
	close(fd);
}

static void
a_child_can_be_ended_again(void)
{
	int fd = sigs_open(), status = 0;
	pid_t child = fork();

	if (child == 0) {
		sigs_restore();
		raise(SIGTERM);
		_exit(0);
	}
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK(WIFSIGNALED(status));
	CHECK_INT(sigs_next(fd), SIGS_CHILD);
	close(fd);
}

static void
the_end_of_a_child_is_told_whoever_ignored_it_before(void)
{
	int fd, status;
	pid_t child;

	signal(SIGCHLD, SIG_IGN);
	fd = sigs_open();
	child = fork();
	if (child == 0)
		_exit(7);
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK_INT(sigs_next(fd), SIGS_CHILD);
	close(fd);
}

int
main(void)
{
	RUN(tells_the_signals_apart);
	RUN(a_closed_pipe_is_an_error_not_the_end);
	RUN(a_child_can_be_ended_again);
	RUN(the_end_of_a_child_is_told_whoever_ignored_it_before);
	return TEST_EXIT();
}
