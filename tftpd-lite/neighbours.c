#include "neighbours.h"

#include <linux/neighbour.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "netlink.h"

#define UNUSABLE (NUD_INCOMPLETE | NUD_FAILED | NUD_NOARP)

int
neighbours_open(void)
{
	const struct timeval patience = { .tv_sec = 1 }; /* the kernel has its answer at once */
	int fd = netlink_open();

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

struct wanted {
	const struct addr *addr;
	uint8_t *mac;
};

/* Is this entry for the address?  Then its Ethernet address. */
static bool
neighbours_take(void *arg, const struct nlmsghdr *h)
{
	const struct wanted *w = arg;
	const struct ndmsg *body = NLMSG_DATA(h);
	size_t skip = addr_is4(w->addr) ? 12 : 0;
	const uint8_t *lladdr = NULL;
	bool same = false;

	if (body->ndm_state & UNUSABLE || (w->addr->scope && (uint32_t)body->ndm_ifindex != w->addr->scope))
		return false;
	for (const struct rtattr *a = NULL; (a = netlink_attr(h, sizeof(*body), a));) {
		if (a->rta_type == NDA_DST && RTA_PAYLOAD(a) == 16 - skip)
			same = memcmp(RTA_DATA(a), w->addr->ip + skip, 16 - skip) == 0;
		if (a->rta_type == NDA_LLADDR && RTA_PAYLOAD(a) == 6)
			lladdr = RTA_DATA(a);
	}
	if (!same || !lladdr)
		return false;
	memcpy(w->mac, lladdr, 6);
	return true;
}

/* Of the whole table of the family: to ask for one entry needs Linux 5.0, and its
 * interface. */
bool
neighbours_find(int fd, const struct addr *a, uint8_t mac[6])
{
	const struct ndmsg of = { .ndm_family = addr_is4(a) ? AF_INET : AF_INET6 };
	struct wanted w = { a, mac };
	char old[4096];

	while (recv(fd, old, sizeof(old), MSG_DONTWAIT) > 0)
		; /* of an earlier question that was answered before the end */
	return netlink_ask(fd, RTM_GETNEIGH, &of, sizeof(of)) == 0 &&
	    netlink_read(fd, &(struct netlink_entries){ RTM_NEWNEIGH, sizeof(of), neighbours_take, &w }) == 1;
}
