#include "priv.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sanitized.h"

static int
failed(const char *what, char error[PRIV_ERROR])
{
	snprintf(error, PRIV_ERROR, "cannot give rights up: %s: %s", what, strerror(errno));
	return -1;
}

int
priv_lookup(const char *name, const char *own, struct priv_user *out, char error[PRIV_ERROR])
{
	struct passwd *pw;

	*out = (struct priv_user){ .change = false };
	if (!name && geteuid() != 0)
		return 0;
	pw = getpwnam(name ? name : own);
	if (!name && !pw)
		pw = getpwnam(name = "nobody");
	if (!pw) {
		snprintf(error, PRIV_ERROR, "no such user \"%s\"; -u names the user to become", name);
		return -1;
	}
	if (geteuid() != 0 && pw->pw_uid != geteuid()) {
		snprintf(error, PRIV_ERROR, "becoming user \"%s\" needs root", name);
		return -1;
	}
	out->change = geteuid() == 0;
	out->uid = pw->pw_uid;
	out->gid = pw->pw_gid;
	snprintf(out->name, sizeof(out->name), "%s", pw->pw_name);
	return 0;
}

static int
set_caps(uint64_t keep)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = (uint32_t)keep, .permitted = (uint32_t)keep },
		{ .effective = (uint32_t)(keep >> 32), .permitted = (uint32_t)(keep >> 32) },
	};

	return (int)syscall(SYS_capset, &header, data);
}

static int
get_caps(uint64_t *effective, uint64_t *permitted)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) < 0)
		return -1;
	*effective = data[0].effective | (uint64_t)data[1].effective << 32;
	*permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
	return 0;
}

/* What a program that is started from here could get again; without
 * CAP_SETPCAP, which the root of a container may lack, that stays as it is, and
 * no_new_privs alone stands against it.  Kernels before 4.3 know no ambient
 * capabilities. */
static int
empty_bounds(uint64_t effective, char error[PRIV_ERROR])
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L) < 0 && errno != EINVAL)
		return failed("PR_CAP_AMBIENT", error);
	if (!(effective & UINT64_C(1) << CAP_SETPCAP))
		return 0;
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0L, 0L, 0L) >= 0; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0L, 0L, 0L) < 0)
			return failed("PR_CAPBSET_DROP", error);
	return 0;
}

static int
change_user(const struct priv_user *user, uint64_t keep, char error[PRIV_ERROR])
{
	/* setresuid drops the permitted set unless told to keep it */
	if (keep && prctl(PR_SET_KEEPCAPS, 1L, 0L, 0L, 0L) < 0)
		return failed("PR_SET_KEEPCAPS", error);
	if (setgroups(0, NULL) < 0)
		return failed("setgroups", error);
	if (setresgid(user->gid, user->gid, user->gid) < 0)
		return failed("setresgid", error);
	if (setresuid(user->uid, user->uid, user->uid) < 0)
		return failed("setresuid", error);
	return 0;
}

/* What no change of user takes back. */
static int
settle(char error[PRIV_ERROR])
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) < 0)
		return failed("PR_SET_NO_NEW_PRIVS", error);
	/* Others of this user read no memory of ours; the leak checker of a test
	 * build traces us when we end. */
	if (prctl(PR_SET_DUMPABLE, SANITIZED ? 1L : 0L, 0L, 0L, 0L) < 0)
		return failed("PR_SET_DUMPABLE", error);
	return 0;
}

int
priv_keep(uint64_t keep, char error[PRIV_ERROR])
{
	uint64_t effective, had;

	if (get_caps(&effective, &had) < 0)
		return failed("capget", error);
	if (empty_bounds(effective, error) < 0)
		return -1;
	return set_caps(keep & had) < 0 ? failed("capset", error) : settle(error);
}

bool
priv_is_mapped(const struct priv_user *user)
{
	uid_t was = (uid_t)setfsuid(user->uid), now = (uid_t)setfsuid(was);

	return now == user->uid;
}

int
priv_drop(const struct priv_user *user, uint64_t keep, char error[PRIV_ERROR])
{
	uint64_t effective, permitted, had;
	/* user "root" asked for by name: nothing to change, capabilities stay */
	bool away = user->change && user->uid != 0;

	if (get_caps(&effective, &had) < 0)
		return failed("capget", error);
	keep &= had;
	if ((away || geteuid() != 0) && empty_bounds(effective, error) < 0)
		return -1;
	if (away && change_user(user, keep, error) < 0)
		return -1;
	if ((away || geteuid() != 0) && set_caps(keep) < 0)
		return failed("capset", error);
	if (settle(error) < 0)
		return -1;
	if (!away)
		return 0;
	if (setuid(0) == 0 || setgid(0) == 0 || geteuid() != user->uid || getegid() != user->gid) {
		snprintf(error, PRIV_ERROR, "cannot give rights up: the way back to root is still open");
		return -1;
	}
	if (get_caps(&effective, &permitted) < 0 || permitted != keep) {
		snprintf(error, PRIV_ERROR, "cannot give rights up: capabilities stayed");
		return -1;
	}
	return 0;
}
