#include "neighbours.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define UNUSABLE (NUD_INCOMPLETE | NUD_FAILED | NUD_NOARP)

int
neighbours_open(void)
{
	const struct timeval patience = { .tv_sec = 1 }; /* the kernel has its answer at once */
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* Asks for the whole table of a family: to ask for one entry needs Linux 5.0, and its
 * interface. */
static bool
ask_all(int fd, uint8_t family)
{
	struct {
		struct nlmsghdr head;
		struct ndmsg body;
	} ask = { .head = { .nlmsg_len = sizeof(ask),
		      .nlmsg_type = RTM_GETNEIGH,
		      .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.body = { .ndm_family = family } };

	return send(fd, &ask, sizeof(ask), 0) == (ssize_t)sizeof(ask);
}

/* The kernel aligns what it writes. */
static const void *
behind(const void *at, size_t bytes)
{
	return (const char *)at + bytes;
}

/* Is this entry for the address?  Then its Ethernet address. */
static bool
read_entry(const struct nlmsghdr *h, const struct addr *a, uint8_t mac[6])
{
	const struct ndmsg *body = NLMSG_DATA(h);
	size_t skip = addr_is4(a) ? 12 : 0;
	const struct rtattr *attr;
	const uint8_t *lladdr = NULL;
	bool same = false;
	size_t n;
	int left;

	if (h->nlmsg_type != RTM_NEWNEIGH || h->nlmsg_len < NLMSG_LENGTH(sizeof(*body)) || body->ndm_state & UNUSABLE ||
	    (a->scope && (uint32_t)body->ndm_ifindex != a->scope))
		return false;
	left = (int)(h->nlmsg_len - NLMSG_LENGTH(sizeof(*body)));
	attr = behind(body, NLMSG_ALIGN(sizeof(*body)));
	for (; RTA_OK(attr, left); attr = behind(attr, n)) {
		n = RTA_ALIGN(attr->rta_len);
		left -= (int)n;
		if (attr->rta_type == NDA_DST && RTA_PAYLOAD(attr) == 16 - skip)
			same = memcmp(RTA_DATA(attr), a->ip + skip, 16 - skip) == 0;
		if (attr->rta_type == NDA_LLADDR && RTA_PAYLOAD(attr) == 6)
			lladdr = RTA_DATA(attr);
	}
	if (!same || !lladdr)
		return false;
	memcpy(mac, lladdr, 6);
	return true;
}

enum table { TABLE_MORE, TABLE_FOUND, TABLE_END };

static enum table
read_entries(const char *bytes, size_t len, const struct addr *a, uint8_t mac[6])
{
	const struct nlmsghdr *h = (const void *)bytes;
	size_t n;

	for (; NLMSG_OK(h, len); h = behind(h, n)) {
		n = NLMSG_ALIGN(h->nlmsg_len) < len ? NLMSG_ALIGN(h->nlmsg_len) : len;
		len -= n;
		if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
			return TABLE_END;
		if (read_entry(h, a, mac))
			return TABLE_FOUND;
	}
	return TABLE_MORE;
}

bool
neighbours_find(int fd, const struct addr *a, uint8_t mac[6])
{
	_Alignas(struct nlmsghdr) char bytes[32768];
	enum table at = TABLE_MORE;
	ssize_t n;

	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		; /* of an earlier question that was answered before the end */
	if (!ask_all(fd, addr_is4(a) ? AF_INET : AF_INET6))
		return false;
	while (at == TABLE_MORE && (n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		at = read_entries(bytes, (size_t)n, a, mac);
	return at == TABLE_FOUND;
}
