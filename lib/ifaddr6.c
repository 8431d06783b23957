#include "ifaddr6.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
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

/* The kernel aligns what it writes. */
static const void *
ifaddr6_behind(const void *at, size_t bytes)
{
	return (const char *)at + bytes;
}

/* One address of the reply; false when it is none, or of another interface. */
static bool
ifaddr6_read(const struct nlmsghdr *h, int ifindex, struct in6_addr *addr, uint32_t *flags)
{
	const struct ifaddrmsg *m = NLMSG_DATA(h);
	const struct rtattr *a;
	bool found = false;
	size_t n;
	int left;

	if (h->nlmsg_type != RTM_NEWADDR || h->nlmsg_len < NLMSG_LENGTH(sizeof(*m)) || m->ifa_family != AF_INET6 ||
	    (int)m->ifa_index != ifindex)
		return false;
	*flags = m->ifa_flags;
	left = (int)(h->nlmsg_len - NLMSG_LENGTH(sizeof(*m)));
	for (a = ifaddr6_behind(m, NLMSG_ALIGN(sizeof(*m))); RTA_OK(a, left); a = ifaddr6_behind(a, n)) {
		n = RTA_ALIGN(a->rta_len);
		left -= (int)n;
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

struct listener {
	int ifindex;
	void (*each)(void *arg, const struct in6_addr *addr, enum ifaddr6_kind kind);
	void *arg;
};

/* What the kernel sent at once; false: that was the last. */
static bool
ifaddr6_read_all(const char *bytes, size_t len, const struct listener *to)
{
	const struct nlmsghdr *h = (const void *)bytes;
	struct in6_addr addr;
	uint32_t flags;
	size_t n;

	for (; NLMSG_OK(h, len); h = ifaddr6_behind(h, n)) {
		n = NLMSG_ALIGN(h->nlmsg_len) < len ? NLMSG_ALIGN(h->nlmsg_len) : len;
		len -= n;
		if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
			return false;
		if (ifaddr6_read(h, to->ifindex, &addr, &flags))
			to->each(to->arg, &addr, ifaddr6_kind_of(flags));
	}
	return true;
}

int
ifaddr6_ask(int ifindex, void (*each)(void *arg, const struct in6_addr *addr, enum ifaddr6_kind kind), void *arg)
{
	const struct listener to = { ifindex, each, arg };
	_Alignas(struct nlmsghdr) char bytes[REPLY];
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int rc = fd < 0 ? -1 : send_question(fd);
	ssize_t n;

	while (rc == 0) {
		n = recv(fd, bytes, sizeof(bytes), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			rc = -1;
		else if (!ifaddr6_read_all(bytes, (size_t)n, &to))
			break;
	}
	if (fd >= 0)
		close(fd);
	return rc;
}
