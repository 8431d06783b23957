/* Whose rights root uses for a path: in a directory of its own, in another user's,
 * in a shared one, through links. */
#include "asuser.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#define USER 65534
#define OTHER 1 /* daemon */

static char tmpdir[] = "/tmp/t_asuser.XXXXXX";

struct job {
	const char *path;
	int flags;
	uid_t owner; /* of the file that was opened */
	int calls;
};

static int
open_it(void *context)
{
	struct job *j = context;
	int fd = open(j->path, j->flags | O_CLOEXEC, 0644);
	struct stat st;

	j->calls++;
	if (fd < 0)
		return -1;
	j->owner = fstat(fd, &st) == 0 ? st.st_uid : (uid_t)-1;
	close(fd);
	return 0;
}

/* Who owned the file that was opened or made; -1 when none was. */
static long
opens(const char *path, int flags)
{
	const struct priv_user user = { .change = true, .uid = USER, .gid = USER };
	struct job j = { .path = path, .flags = flags };

	return asuser_try(&user, path, open_it, &j) == 0 ? (long)j.owner : -1;
}

static void
make(const char *name, bool dir, mode_t mode, uid_t owner)
{
	int fd = dir ? -1 : open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	CHECK(dir ? mkdir(name, 0700) == 0 : fd >= 0);
	if (fd >= 0)
		close(fd);
	CHECK_INT(chown(name, owner, owner), 0);
	CHECK_INT(chmod(name, mode), 0);
}

static void
roots_own(void)
{
	make("ours", true, 0755, 0);
	make("ours/secret", false, 0600, 0);
	make("closed", true, 0700, 0);
	CHECK_INT(symlink("../closed/new", "ours/link"), 0);
	CHECK_INT(opens("ours/secret", O_RDWR), 0);
	CHECK_INT(opens("ours/new", O_WRONLY | O_CREAT), 0);
	CHECK_INT(opens("closed/other", O_WRONLY | O_CREAT), 0);
	CHECK_INT(opens("ours/link", O_WRONLY | O_CREAT), 0); /* root's link */
	CHECK_INT(opens("ours/../ours//secret", O_RDONLY), 0);
}

static void
the_users(void)
{
	make("theirs", true, 0755, USER);
	make("theirs/old", false, 0600, 0);
	CHECK_INT(opens("theirs/new", O_WRONLY | O_CREAT), USER);
	CHECK_INT(opens("theirs/old", O_RDONLY), -1);
	CHECK_INT(symlink("../ours/secret", "theirs/link"), 0);
	CHECK_INT(opens("theirs/link", O_RDONLY), -1);
	CHECK_INT(symlink("../ours/made", "theirs/makes"), 0);
	CHECK_INT(opens("theirs/makes", O_WRONLY | O_CREAT), -1);
	CHECK_INT(access("ours/made", F_OK), -1);
	/* the directory itself may be a link as well */
	CHECK_INT(symlink("../ours", "theirs/dir"), 0);
	CHECK_INT(opens("theirs/dir/cron", O_WRONLY | O_CREAT), -1);
	CHECK_INT(opens("theirs/dir/secret", O_RDONLY), -1);
	CHECK_INT(opens("theirs/../theirs/dir/secret", O_RDONLY), -1);
}

/* An administrator's home: his rights, not root's. */
static void
a_third_users(void)
{
	make("home", true, 0700, OTHER);
	make("home/rules", false, 0600, OTHER);
	CHECK_INT(opens("home/rules", O_RDONLY), OTHER);
	CHECK_INT(opens("home/log", O_WRONLY | O_CREAT), OTHER);
	CHECK_INT(symlink("../ours/secret", "home/link"), 0);
	CHECK_INT(opens("home/link", O_RDONLY), -1);
	make("ours/through", true, 0755, OTHER);
	CHECK_INT(symlink("../../closed", "ours/through/dir"), 0);
	CHECK_INT(opens("ours/through/dir/new", O_RDONLY), -1);
}

static void
shared(void)
{
	make("sticky", true, 01777, 0);
	make("sticky/secret", false, 0600, 0);
	make("open", true, 0777, 0);
	make("open/secret", false, 0600, 0);
	CHECK_INT(opens("sticky/secret", O_RDONLY), 0); /* nobody can move it away */
	CHECK_INT(opens("sticky/new", O_WRONLY | O_CREAT), USER);
	CHECK_INT(opens("open/secret", O_RDONLY), -1);
	CHECK_INT(symlink("../ours/secret", "sticky/link"), 0);
	CHECK_INT(lchown("sticky/link", USER, USER), 0);
	CHECK_INT(opens("sticky/link", O_RDONLY), -1);
}

/* What failed for another reason is not tried again, and nothing stays lent. */
static void
once(void)
{
	const struct priv_user user = { .change = true, .uid = USER, .gid = USER }, same = { .change = false };
	struct job none = { .path = "ours/none", .flags = O_RDONLY },
	           own = { .path = "ours/secret", .flags = O_RDONLY };

	CHECK_INT(asuser_try(&user, none.path, open_it, &none), -1);
	CHECK_INT(errno, ENOENT);
	CHECK_INT(none.calls, 1);
	CHECK_INT(asuser_try(&same, own.path, open_it, &own), 0);
	CHECK_INT(own.calls, 1);
	CHECK_INT(access("closed/other", R_OK), 0);
	CHECK_INT(open_it(&own), 0);
}

/* Who owned the file that root opened or made, who stays root. */
static long
follows(const char *path, int flags)
{
	int fd = asuser_open(path, flags, 0644);
	struct stat st;
	long owner;

	if (fd < 0)
		return -1;
	owner = fstat(fd, &st) == 0 ? (long)st.st_uid : -2;
	close(fd);
	return owner;
}

static void
users_link(const char *to, const char *name)
{
	CHECK_INT(symlink(to, name), 0);
	CHECK_INT(lchown(name, USER, USER), 0);
}

static void
links_of_others(void)
{
	CHECK_INT(follows("ours/secret", O_RDWR), 0);
	CHECK_INT(follows("ours/../theirs//old", O_RDONLY), 0);
	CHECK_INT(follows("theirs/link", O_RDONLY), 0); /* root's link */
	users_link("../ours/secret", "theirs/users");
	CHECK_INT(follows("theirs/users", O_RDONLY), -1);
	CHECK_INT(errno, EACCES);
	CHECK_INT(follows("theirs/users", O_RDONLY | O_NOFOLLOW), -1);
	CHECK_INT(follows("ours/link", O_WRONLY | O_CREAT), 0);
	CHECK_INT(follows("ours/link", O_WRONLY | O_CREAT | O_NOFOLLOW), -1); /* nor root's own */
	CHECK_INT(errno, ELOOP);
	users_link("../ours/made", "theirs/userss");
	CHECK_INT(follows("theirs/userss", O_WRONLY | O_CREAT), -1);
	CHECK_INT(access("ours/made", F_OK), -1);
	users_link("../ours", "theirs/away");
	CHECK_INT(follows("theirs/away/made", O_WRONLY | O_CREAT), -1);
	CHECK_INT(follows("theirs/away/../ours/secret", O_RDONLY), -1);
	CHECK_INT(follows("theirs/away", O_RDONLY | O_DIRECTORY), 0); /* as anybody may */
	users_link("../theirs", "theirs/self");
	CHECK_INT(follows("theirs/self/more", O_WRONLY | O_CREAT), USER);
	CHECK_INT(symlink("../theirs/users", "ours/to"), 0);
	CHECK_INT(follows("ours/to", O_RDONLY), -1); /* one behind another */
	CHECK_INT(symlink("loop", "ours/loop"), 0);
	CHECK_INT(follows("ours/loop", O_RDONLY), -1);
	CHECK_INT(errno, ELOOP);
	CHECK_INT(follows("ours/none/x", O_RDONLY), -1);
	CHECK_INT(errno, ENOENT);
	CHECK_INT(follows("", O_RDONLY), -1);
	CHECK_INT(follows("/", O_RDONLY | O_DIRECTORY), 0);
	CHECK_INT(follows("ours/", O_RDONLY | O_DIRECTORY), 0);
	CHECK_INT(access("closed/other", R_OK), 0); /* nothing stays lent */
}

/* The kernel's own links, whose text is no path. */
static void
what_is_open_already(void)
{
	int fd[2];
	char name[32];

	CHECK_INT(pipe(fd), 0);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd[0]);
	CHECK_INT(follows(name, O_RDONLY), 0);
	CHECK_INT(dup2(fd[0], STDIN_FILENO), STDIN_FILENO);
	CHECK_INT(follows("/dev/stdin", O_RDONLY), 0);
	close(fd[0]);
	close(fd[1]);
}

int
main(void)
{
	char command[64];

	if (geteuid() != 0 || !mkdtemp(tmpdir))
		return geteuid() != 0 ? (printf("skip - needs root\n"), 0) : 1;
	if (chown(tmpdir, USER, USER) != 0 || chown(tmpdir, 0, 0) != 0 || chmod(tmpdir, 0755) != 0 ||
	    chdir(tmpdir) != 0) {
		printf("skip - only one user is here\n");
		rmdir(tmpdir);
		return 0;
	}
	RUN(roots_own);
	RUN(the_users);
	RUN(a_third_users);
	RUN(shared);
	RUN(once);
	RUN(links_of_others);
	RUN(what_is_open_already);
	snprintf(command, sizeof(command), "rm -rf %s", tmpdir);
	return system(command) != 0 || TEST_EXIT();
}
