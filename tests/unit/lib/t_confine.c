/* What is out of reach, in children: files, and where the kernel knows of it TCP,
 * signals and abstract sockets.  The directory / is never meant. */
#include "confine.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sanitized.h"
#include "test.h"

static char error[CONFINE_ERROR];
static char tmpdir[] = "/tmp/t_confine.XXXXXX";

/* Runs fn in a child: how many of its checks failed. */
static int
in_child(void (*fn)(void))
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		test_bad = 0;
		fn();
		fflush(stdout);
		_exit(test_bad);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
landlock_abi(void)
{
	return (int)syscall(444, NULL, 0, 1) /* landlock_create_ruleset, its version */;
}

static bool
can_open(const char *name, int flags)
{
	int fd = open(name, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void
enter(const char *dir, const char *name, bool writing)
{
	struct confine_path path = { .fd = open(dir, O_PATH | O_CLOEXEC), .name = name, .write = writing };
	const struct confine c = { .path = &path, .n = 1, .root = -1 };
	enum confine_fence fence;

	CHECK(path.fd >= 0);
	CHECK_INT(confine_enter(&c, &fence, error), 0);
	CHECK_INT(fence, CONFINE_LANDLOCK);
	close(path.fd);
}

static void
reading(void)
{
	int before = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	char c;

	enter("in", NULL, false);
	CHECK(can_open("in/file", O_RDONLY));
	CHECK(!can_open("in/file", O_WRONLY));
	CHECK(!can_open("in/new", O_WRONLY | O_CREAT));
	CHECK(!can_open("owned", O_RDONLY));
	CHECK(!can_open("/etc/passwd", O_RDONLY));
	CHECK_INT(read(before, &c, 1), 1); /* what is open stays usable */
}

static void
writing(void)
{
	enter("in", NULL, true);
	CHECK(can_open("in/file", O_RDWR));
	CHECK(can_open("in/new", O_WRONLY | O_CREAT | O_TRUNC));
	CHECK_INT(rename("in/new", "in/newer"), 0);
	CHECK_INT(unlink("in/newer"), 0);
	CHECK(!can_open("other", O_WRONLY | O_CREAT));
	CHECK(mkdir("in/dir", 0700) < 0);
}

/* A directory that is / stands for the one entry that is wanted. */
static void
only_an_entry(void)
{
	enter("/", "etc", false);
	CHECK(can_open("/etc/passwd", O_RDONLY));
	CHECK(!can_open("/proc/self/status", O_RDONLY) || SANITIZED);
	CHECK(!can_open("in/file", O_RDONLY));
}

static void
an_entry_that_is_missing(void)
{
	enter("/", "no-such-file-here", true);
	CHECK(!can_open("/etc/passwd", O_RDONLY));
}

static void
bad_path(void)
{
	struct confine_path path = { .fd = 999 };
	const struct confine c = { .path = &path, .n = 1, .root = -1 };
	enum confine_fence fence;

	CHECK_INT(confine_enter(&c, &fence, error), -1);
	CHECK_INT(fence, CONFINE_NONE);
}

static void
no_tcp(void)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(9)
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	enter("in", NULL, false);
	CHECK(connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0);
	CHECK_INT(errno, EACCES);
	CHECK(bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0);
	CHECK_INT(errno, EACCES);
	close(fd);
}

static void
no_others(void)
{
	const struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "\0t_confine" };
	int theirs = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0),
	    ours = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	bind(theirs, (const struct sockaddr *)&un, sizeof(un));
	enter("in", NULL, false);
	CHECK(kill(getppid(), 0) < 0);
	CHECK_INT(errno, EPERM);
	CHECK_INT(kill(getpid(), 0), 0);
	CHECK(connect(ours, (const struct sockaddr *)&un, sizeof(un)) < 0);
	close(theirs);
	close(ours);
}

static void
files(void)
{
	CHECK_INT(in_child(reading), 0);
	CHECK_INT(in_child(writing), 0);
	CHECK_INT(in_child(only_an_entry), 0);
	CHECK_INT(in_child(an_entry_that_is_missing), 0);
	CHECK_INT(in_child(bad_path), 0);
}

static void
network(void)
{
	CHECK_INT(in_child(no_tcp), 0);
}

static void
scopes(void)
{
	CHECK_INT(in_child(no_others), 0);
}

int
main(void)
{
	int abi = landlock_abi();
	char command[64];

	if (!mkdtemp(tmpdir) || chdir(tmpdir) != 0 || mkdir("in", 0755) != 0)
		return 1;
	CHECK(can_open("in/file", O_WRONLY | O_CREAT) && can_open("owned", O_WRONLY | O_CREAT));
	if (abi < 1)
		printf("skip - this kernel has no Landlock\n");
	else
		RUN(files);
	if (abi >= 4)
		RUN(network);
	if (abi >= 6 && !SANITIZED)
		RUN(scopes);
	snprintf(command, sizeof(command), "rm -rf %s", tmpdir);
	return system(command) != 0 || TEST_EXIT();
}
