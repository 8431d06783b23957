#include "ifaddr6.h"

#include <linux/if_addr.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netlink.h"

static enum ifaddr6_kind
ifaddr6_kind_of(uint32_t flags)
{
	if (flags & (IFA_F_DEPRECATED | IFA_F_TENTATIVE | IFA_F_DADFAILED))
		return IFADDR6_UNUSABLE;
	if (flags & IFA_F_TEMPORARY)
		return IFADDR6_TEMPORARY;
	return flags & IFA_F_PERMANENT ? IFADDR6_STATIC : IFADDR6_DYNAMIC;
}

struct asker {
	int ifindex;
	void (*each)(void *arg, const struct in6_addr *addr, enum ifaddr6_kind kind);
	void *arg;
};

/* One address; true never, as all are wanted. */
static bool
ifaddr6_take(void *arg, const struct nlmsghdr *h)
{
	const struct asker *to = arg;
	const struct ifaddrmsg *m = NLMSG_DATA(h);
	uint32_t flags = m->ifa_flags;
	struct in6_addr addr;
	bool found = false;

	if (m->ifa_family != AF_INET6 || (int)m->ifa_index != to->ifindex)
		return false;
	for (const struct rtattr *a = NULL; (a = netlink_attr(h, sizeof(*m), a));) {
		/* behind a tunnel, IFA_ADDRESS is that of its other end */
		if ((a->rta_type == IFA_LOCAL || (a->rta_type == IFA_ADDRESS && !found)) &&
		    RTA_PAYLOAD(a) == sizeof(addr)) {
			memcpy(&addr, RTA_DATA(a), sizeof(addr));
			found = true;
		}
		if (a->rta_type == IFA_FLAGS && RTA_PAYLOAD(a) == sizeof(flags))
			memcpy(&flags, RTA_DATA(a), sizeof(flags));
	}
	if (found)
		to->each(to->arg, &addr, ifaddr6_kind_of(flags));
	return false;
}

int
ifaddr6_ask(int ifindex, void (*each)(void *arg, const struct in6_addr *addr, enum ifaddr6_kind kind), void *arg)
{
	const struct ifaddrmsg of = { .ifa_family = AF_INET6 };
	struct asker to = { ifindex, each, arg };
	int fd = netlink_open();
	int rc = fd < 0 ? -1 : netlink_ask(fd, RTM_GETADDR, &of, sizeof(of));

	if (rc == 0)
		rc = netlink_read(fd, &(struct netlink_entries){ RTM_NEWADDR, sizeof(of), ifaddr6_take, &to });
	if (fd >= 0)
		close(fd);
	return rc;
}
