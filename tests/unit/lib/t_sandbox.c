/* The filter of system calls, in children: what is refused fails with EPERM and is
 * in the log; what a tool needs goes on. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "log.h"
#include "test.h"

static char said[8192]; /* what the last child logged */
static const char *off;

/* Runs fn in a child within a sandbox; how many of its checks failed. */
static int
within(unsigned may, void (*fn)(void))
{
	char error[SANDBOX_ERROR];
	int fd[2], status = -1;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	if (pipe(fd) < 0)
		return -1;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(fd[1], STDERR_FILENO);
		log_open("t_sandbox", false, false);
		test_bad = 0;
		if (sandbox_enter(may, &off, error) < 0)
			_exit(99);
		if (!off)
			fn();
		fflush(stdout);
		_exit(test_bad);
	}
	close(fd[1]);
	while ((got = read(fd[0], said + n, sizeof(said) - 1 - n)) > 0)
		n += (size_t)got;
	said[n] = '\0';
	close(fd[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* Is there a filter where this runs? */
static bool
filtered(void)
{
	char error[SANDBOX_ERROR];
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(sandbox_enter(0, &off, error) == 0 && !off ? 0 : 1);
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

#define REFUSED(call) \
	do { \
		errno = 0; \
		CHECK((long)(call) == -1); \
		if (errno != ENOMEM) /* what musl makes of mmap's EPERM */ \
			CHECK_INT(errno, EPERM); \
	} while (0)

static void
refused_by_all(void)
{
	char name[] = "true";
	char *const argv[] = { name, NULL };
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED);
	REFUSED(execv("/bin/true", argv));
	REFUSED(unshare(CLONE_NEWUSER));
	REFUSED(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
	REFUSED(kill(getppid(), 0));
	REFUSED(kill(-1, 0));
	REFUSED(syscall(SYS_tgkill, getppid(), getppid(), 0));
	REFUSED(socket(AF_INET, SOCK_STREAM, 0));
	REFUSED(socket(AF_INET6, SOCK_STREAM, 0));
	REFUSED(socket(AF_UNIX, SOCK_STREAM, 0));
	REFUSED(socket(AF_VSOCK, SOCK_STREAM, 0));
	REFUSED(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	REFUSED(mprotect(page, 4096, PROT_READ | PROT_EXEC));
	REFUSED(fcntl(0, F_SETOWN, getppid()));
	REFUSED(fcntl(0, F_SETSIG, SIGKILL));
	REFUSED(ioctl(0, TIOCSTI, "x"));
	REFUSED(prctl(PR_SET_DUMPABLE, 1L, 0L, 0L, 0L));
	REFUSED(syscall(SYS_ptrace, 0, 0, 0, 0));
	REFUSED(syscall(SYS_setuid, getuid())); /* musl's setuid blocks the signal that says it */
	REFUSED(chroot("/"));
}

static void
serving_goes_on(void)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY), unix_dgram = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	void *page = malloc(1 << 20), *ro = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(fd >= 0 && unix_dgram >= 0 && page && ro != MAP_FAILED);
	CHECK_INT(kill(getpid(), 0), 0);
	CHECK_INT(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
	close(fd);
	close(unix_dgram);
	free(page);
}

static void
serving(void)
{
	CHECK_INT(within(0, serving_goes_on), 0);
	CHECK_STR(said, "");
}

static void
refusing(void)
{
	static const unsigned tools[] = { 0, SANDBOX_DATAGRAM | SANDBOX_CONNECT | SANDBOX_CREATE,
		SANDBOX_DATAGRAM | SANDBOX_PACKET | SANDBOX_NETLINK | SANDBOX_CREATE };

	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		CHECK_INT(within(tools[i], refused_by_all), 0);
		CHECK(strstr(said, "t_sandbox: the system call execve (") && strstr(said, "unshare") &&
		    strstr(said, "ptrace"));
	}
}

/* A flood of refused calls is no flood of lines. */
static void
a_thousand(void)
{
	for (int i = 0; i < 1000; i++)
		unshare(CLONE_NEWNET);
}

static void
log_is_bounded(void)
{
	size_t lines = 0;

	CHECK_INT(within(0, a_thousand), 0);
	for (const char *p = said; (p = strchr(p, '\n')); p++)
		lines++;
	CHECK_INT(lines, 3);
}

static void
open_sockets(void)
{
	CHECK(socket(AF_INET, SOCK_DGRAM, 0) >= 0 && socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, 0) >= 0);
	REFUSED(socket(AF_INET, SOCK_STREAM, 0));
	REFUSED(socket(AF_PACKET, SOCK_RAW, 0));
	REFUSED(socket(AF_NETLINK, SOCK_RAW, 0));
}

static void
families(void)
{
	CHECK_INT(within(SANDBOX_DATAGRAM, open_sockets), 0);
}

/* A process of processes: they are started and ended, and narrow themselves. */
static void
start_worker(void)
{
	char error[SANDBOX_ERROR];
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		bool narrower = sandbox_enter(0, &off, error) == 0 && fork() < 0 && errno == EPERM;

		REFUSED(kill(getppid(), 0));
		if (narrower && !test_bad)
			pause();
		_exit(1);
	}
	CHECK(pid > 0);
	CHECK_INT(kill(pid, SIGTERM), 0);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	REFUSED(unshare(CLONE_NEWUSER));
	REFUSED(syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0));
}

static void
workers(void)
{
	CHECK_INT(within(SANDBOX_WORKERS, start_worker), 0);
}

static void
map_code(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	CHECK(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) != MAP_FAILED);
	REFUSED(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, fd, 0));
	REFUSED(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static void
libraries(void)
{
	CHECK_INT(within(SANDBOX_LIBRARIES, map_code), 0);
}

/* Names that a platform lacks are passed over: of those of x86-64, which are most,
 * none may be misspelt. */
static void
names_are_known(void)
{
#if defined(__x86_64__)
	static const char others[] =
	    " _llseek _newselect arm_fadvise64_64 arm_sync_file_range clock_getres_time64 clock_gettime64 "
	    "clock_nanosleep_time64 fadvise64_64 fcntl64 fstat64 fstatat64 fstatfs64 ftruncate64 futex_time64 getegid32 "
	    "geteuid32 getgid32 getuid32 lstat64 ppoll_time64 pselect6_time64 recv recvmmsg_time64 send sendfile64 "
	    "sigaction sigprocmask sigreturn socketcall stat64 sync_file_range2 ugetrlimit utimensat_time64 waitpid ";
	const char *names;
	char name[64];

	for (size_t i = 0; (names = sandbox_names(i)); i++)
		while (*names) {
			size_t len = strcspn(names, " ");

			snprintf(name, sizeof(name), " %.*s ", (int)len, names);
			if (sandbox_number(names, len) < 0 && !strstr(others, name)) {
				printf("# %s\n", name);
				CHECK(!"a known name");
			}
			names += len;
			names += *names == ' ';
		}
#endif
	CHECK(sandbox_number("read", 4) >= 0);
	CHECK_INT(sandbox_number("rea", 3), -1);
}

int
main(void)
{
	RUN(names_are_known);
	if (!filtered()) {
		printf("skip - no filter of system calls here\n");
		return TEST_EXIT();
	}
	RUN(serving);
	RUN(refusing);
	RUN(log_is_bounded);
	RUN(families);
	RUN(workers);
	RUN(libraries);
	return TEST_EXIT();
}
