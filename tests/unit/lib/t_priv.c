/* Giving rights up, in children: what is gone stays gone. */
#include "priv.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static char error[PRIV_ERROR];
static char tmpdir[] = "/tmp/t_priv.XXXXXX";

/* Runs fn in a child; true when it returned true. */
static bool
in_child(bool (*fn)(void))
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		bool fine = fn();

		fflush(stdout);
		_exit(fine ? 0 : 1);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

#define MUST(cond) \
	do { \
		if (!(cond)) { \
			printf("# %s:%d: %s (%s)\n", __FILE__, __LINE__, #cond, error); \
			return false; \
		} \
	} while (0)

static void
look_up(void)
{
	struct priv_user user = { .change = true };

	CHECK_INT(priv_lookup("no-such-user-here", "no-such-user-either", &user, error), -1);
	CHECK(strstr(error, "no such user \"no-such-user-here\""));
	if (geteuid() == 0) {
		CHECK_INT(priv_lookup(NULL, "no-such-user-either", &user, error), 0);
		CHECK(user.change && user.uid != 0);
		CHECK_STR(user.name, "nobody");
		/* a user of its own, where there is one */
		CHECK_INT(priv_lookup(NULL, "daemon", &user, error), 0);
		CHECK_STR(user.name, "daemon");
	} else {
		CHECK_INT(priv_lookup(NULL, "no-such-user-either", &user, error), 0);
		CHECK(!user.change);
		CHECK_INT(priv_lookup("root", "no-such-user-either", &user, error), -1);
		CHECK(strstr(error, "needs root"));
	}
}

/* No program started from here can have them again. */
static bool
nothing_within_bounds(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0L, 0L, 0L) >= 0; cap++) {
		MUST(prctl(PR_CAPBSET_READ, cap, 0L, 0L, 0L) == 0);
		MUST(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0L, 0L) == 0);
	}
	return true;
}

static bool
drop_to_nobody(void)
{
	struct priv_user user;
	gid_t groups[8];

	MUST(priv_lookup("nobody", "no-such-user-either", &user, error) == 0);
	MUST(priv_drop(&user, 0, error) == 0);
	MUST(getuid() == user.uid && geteuid() == user.uid && getgid() == user.gid);
	MUST(getgroups(8, groups) == 0);
	MUST(setuid(0) < 0 && seteuid(0) < 0 && setgid(0) < 0);
	MUST(prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) == 1);
	MUST(chroot("/") < 0);
	return nothing_within_bounds();
}

/* A capability that is kept works, another does not. */
static bool
drop_but_one(void)
{
	struct priv_user user;
	char path[64];

	MUST(priv_lookup("nobody", "no-such-user-either", &user, error) == 0);
	MUST(priv_drop(&user, UINT64_C(1) << CAP_CHOWN, error) == 0);
	snprintf(path, sizeof(path), "%s/owned", tmpdir);
	MUST(chown(path, 1, 1) == 0);
	MUST(chroot("/") < 0);
	MUST(setuid(0) < 0);
	return nothing_within_bounds();
}

/* Root stays root, with what it needs and nothing else. */
static bool
keep_one(void)
{
	char path[64];

	MUST(priv_keep(UINT64_C(1) << CAP_CHOWN | UINT64_C(1) << CAP_DAC_OVERRIDE, error) == 0);
	MUST(geteuid() == 0 && getuid() == 0);
	snprintf(path, sizeof(path), "%s/owned", tmpdir);
	MUST(chown(path, 1, 1) == 0);
	MUST(chroot("/") < 0);
	MUST(prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) == 1);
	return nothing_within_bounds();
}

static bool
drop_unchanged(void)
{
	const struct priv_user user = { .change = false };
	uid_t was = geteuid();

	MUST(priv_drop(&user, 0, error) == 0);
	MUST(geteuid() == was);
	MUST(prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) == 1);
	return true;
}

static bool
drop_to_missing_user(void)
{
	struct priv_user user = { .change = true, .uid = (uid_t)-1, .gid = (gid_t)-1 };

	MUST(priv_drop(&user, 0, error) < 0); /* fails closed */
	MUST(strstr(error, "cannot give rights up"));
	return true;
}

static void
dropping(void)
{
	struct stat st;

	CHECK(in_child(drop_unchanged));
	if (geteuid() != 0)
		return;
	/* in a namespace where nobody is not mapped there is nothing to become */
	if (chown(tmpdir, 65534, 65534) == 0 && stat(tmpdir, &st) == 0 && st.st_uid == 65534) {
		CHECK(in_child(drop_to_nobody));
		CHECK(in_child(drop_but_one));
		CHECK(in_child(keep_one));
	}
	CHECK(in_child(drop_to_missing_user));
}

int
main(void)
{
	char path[64];

	if (!mkdtemp(tmpdir))
		return 1;
	snprintf(path, sizeof(path), "%s/owned", tmpdir);
	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	RUN(look_up);
	RUN(dropping);
	unlink(path);
	rmdir(tmpdir);
	return TEST_EXIT();
}
