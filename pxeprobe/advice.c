#include "advice.h"

#include <stdlib.h>
#include <unistd.h>

const char *
advice_rights(void)
{
	/* systemd.io/CONTAINER_INTERFACE; what podman and docker leave in theirs. */
	if (getenv("container") || access("/run/.containerenv", F_OK) == 0 || access("/.dockerenv", F_OK) == 0)
		return "give the container --network host --cap-add NET_RAW,NET_ADMIN,SYS_ADMIN --device /dev/net/tun";
	return "run it as root, or give it CAP_NET_RAW, CAP_NET_ADMIN and CAP_SYS_ADMIN, and /dev/net/tun";
}
