#include "ifaddr6.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdalign.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REPLY 32768 /* as much as the kernel puts into one */

static enum ifaddr6_kind
ifaddr6_kind_of(uint32_t flags)
{
	if (flags & (IFA_F_DEPRECATED | IFA_F_TENTATIVE | IFA_F_DADFAILED))
		return IFADDR6_UNUSABLE;
	if (flags & IFA_F_TEMPORARY)
		return IFADDR6_TEMPORARY;
	return flags & IFA_F_PERMANENT ? IFADDR6_STATIC : IFADDR6_DYNAMIC;
}

/* One address of the reply; false when it is none, or of another interface. */
static bool
ifaddr6_read(const struct nlmsghdr *h, int ifindex, struct in6_addr *addr, uint32_t *flags)
{
	const struct ifaddrmsg *m = NLMSG_DATA(h);
	int left = (int)IFA_PAYLOAD(h);
	bool found = false;

	if (h->nlmsg_type != RTM_NEWADDR || m->ifa_family != AF_INET6 || (int)m->ifa_index != ifindex)
		return false;
	*flags = m->ifa_flags;
	for (const struct rtattr *a = IFA_RTA(m); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		/* behind a tunnel, IFA_ADDRESS is that of its other end */
		if ((a->rta_type == IFA_LOCAL || (a->rta_type == IFA_ADDRESS && !found)) &&
		    RTA_PAYLOAD(a) == sizeof(*addr)) {
			memcpy(addr, RTA_DATA(a), sizeof(*addr));
			found = true;
		}
		if (a->rta_type == IFA_FLAGS && RTA_PAYLOAD(a) == sizeof(*flags))
			memcpy(flags, RTA_DATA(a), sizeof(*flags));
	}
	return found;
}

static int
send_question(int fd)
{
	struct {
		struct nlmsghdr head;
		struct ifaddrmsg of;
	} ask = { .head = { .nlmsg_len = sizeof(ask),
		      .nlmsg_type = RTM_GETADDR,
		      .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.of = { .ifa_family = AF_INET6 } };
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	return sendto(fd, &ask, sizeof(ask), 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0 ? -1 : 0;
}

int
ifaddr6_ask(int ifindex, void (*each)(void *arg, const struct in6_addr *addr, enum ifaddr6_kind kind), void *arg)
{
	alignas(struct nlmsghdr) char reply[REPLY];
	struct iovec iov = { reply, sizeof(reply) };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), rc = fd < 0 ? -1 : send_question(fd);
	bool more = rc == 0;

	while (more) {
		struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
		ssize_t n = recvmsg(fd, &msg, 0);
		int left = (int)n;

		if (n < 0 && errno == EINTR)
			continue;
		more = n > 0;
		rc = more ? 0 : -1;
		for (const struct nlmsghdr *h = (const void *)reply; more && NLMSG_OK(h, left);
		     h = NLMSG_NEXT(h, left)) {
			struct in6_addr addr;
			uint32_t flags;

			more = h->nlmsg_type != NLMSG_DONE && h->nlmsg_type != NLMSG_ERROR;
			if (more && ifaddr6_read(h, ifindex, &addr, &flags))
				each(arg, &addr, ifaddr6_kind_of(flags));
		}
	}
	if (fd >= 0)
		close(fd);
	return rc;
}
