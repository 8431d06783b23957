#include "fds.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "listen.h"
#include "num.h"

#define LOOKED_AT 65536 /* descriptors, where there is no /proc */

void
fds_standard(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

static void
forget(int fd, int handed_over)
{
	int flags = fcntl(fd, F_GETFD);

	if (fd <= 2 || flags < 0 || flags & FD_CLOEXEC)
		return;
	if (fd < LISTEN_FIRST_FD + handed_over)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	else
		close(fd);
}

static int
highest(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > LOOKED_AT)
		return LOOKED_AT;
	return (int)limit.rlim_cur;
}

void
fds_forget_inherited(void)
{
	int handed_over = (int)listen_handed_over();
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;
	uint64_t fd;

	if (!d) {
		for (int i = 3; i < highest(); i++)
			forget(i, handed_over);
		return;
	}
	while ((e = readdir(d)))
		if (num_uint(e->d_name, 3, INT32_MAX, &fd))
			forget((int)fd, handed_over);
	closedir(d);
}

void
fds_keep_named(const char *path)
{
	static const char *const dirs[] = { "/dev/fd/", "/proc/self/fd/" };
	uint64_t fd;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (strncmp(path, dirs[i], strlen(dirs[i])) == 0 && num_uint(path + strlen(dirs[i]), 3, INT32_MAX, &fd))
			fcntl((int)fd, F_SETFD, FD_CLOEXEC);
}

static void
close_all(unsigned from, unsigned to)
{
#ifdef SYS_close_range
	if (from > to || syscall(SYS_close_range, from, to, 0) == 0)
		return;
#endif
	if (to > (unsigned)highest())
		to = (unsigned)highest();
	for (; from <= to; from++)
		close((int)from);
}

void
fds_keep_only(int fd)
{
	if (fd > 3)
		close_all(3, (unsigned)fd - 1);
	close_all(fd < 3 ? 3 : (unsigned)fd + 1, ~0u);
}
