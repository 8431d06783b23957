#include "rights.h"

#include <linux/capability.h>
#include <unistd.h>

#include "confine.h"
#include "fetch.h"
#include "log.h"
#include "patience.h"
#include "priv.h"
#include "sandbox.h"

/* The namespace of the machines is ours: addresses come and go there. */
#define PLAY_CAPS (UINT64_C(1) << CAP_NET_ADMIN | UINT64_C(1) << CAP_NET_RAW)
#define PLAY_CALLS \
	(SANDBOX_DATAGRAM | SANDBOX_STREAM | SANDBOX_CONNECT | SANDBOX_NETLINK | SANDBOX_INTERFACES | \
	    SANDBOX_THREADS | SANDBOX_LIBRARIES)

/* The user to become; false when there is none here, or we are not root: then the user
 * stays and only its capabilities go. */
static bool
other_user(struct priv_user *user)
{
	char error[PRIV_ERROR];

	return geteuid() == 0 && priv_lookup(NULL, "_pxeprobe", user, error) == 0 && priv_is_mapped(user);
}

bool
rights_drop(enum rights_left left, char error[RIGHTS_ERROR])
{
	static const unsigned calls[] = { [RIGHTS_READ] = SANDBOX_THREADS,
		[RIGHTS_CREW] = SANDBOX_WORKERS | SANDBOX_THREADS,
		[RIGHTS_PLAY] = PLAY_CALLS };
	bool play = left == RIGHTS_PLAY;
	const uint64_t keep = play ? PLAY_CAPS : 0;
	const struct confine limits = { .root = CONFINE_EMPTY, .connections = play };
	struct priv_user user;
	bool other = other_user(&user); /* while names can be looked up */
	enum confine_fence fence;
	const char *off;

	if (play)
		fetch_http_prepare();
	if (confine_enter(&limits, &fence, error) < 0 ||
	    (other ? priv_drop(&user, keep, error) : priv_keep(keep, error)) < 0 ||
	    sandbox_enter(calls[left], &off, error) < 0)
		return false;
	if (off)
		log_debug("system calls are not filtered: %s", off);
	patience_start();
	return true;
}
