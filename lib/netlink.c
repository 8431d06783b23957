#include "netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define PART 32768 /* as much as the kernel sends at once */
#define BODY 64    /* of a question, at most */

int
netlink_open(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

int
netlink_ask(int fd, uint16_t type, const void *body, size_t size)
{
	struct {
		struct nlmsghdr head;
		char body[BODY];
	} ask = { .head = {
		      .nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
		      .nlmsg_type = type,
		      .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		  } };

	memcpy(ask.body, body, size);
	return send(fd, &ask, ask.head.nlmsg_len, 0) < 0 ? -1 : 0;
}

/* The kernel aligns what it writes. */
static const void *
netlink_behind(const void *at, size_t bytes)
{
	return (const char *)at + bytes;
}

enum part { PART_MORE, PART_FOUND, PART_LAST };

static enum part
netlink_part(const char *bytes, size_t len, const struct netlink_entries *of)
{
	const struct nlmsghdr *h = (const void *)bytes;
	size_t n;

	for (; NLMSG_OK(h, len); h = netlink_behind(h, n)) {
		n = NLMSG_ALIGN(h->nlmsg_len) < len ? NLMSG_ALIGN(h->nlmsg_len) : len;
		len -= n;
		if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
			return PART_LAST;
		if (h->nlmsg_type == of->type && h->nlmsg_len >= NLMSG_LENGTH(of->size) && of->take(of->arg, h))
			return PART_FOUND;
	}
	return PART_MORE;
}

int
netlink_read(int fd, const struct netlink_entries *of)
{
	_Alignas(struct nlmsghdr) char bytes[PART];
	enum part at = PART_MORE;

	while (at == PART_MORE) {
		ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at = netlink_part(bytes, (size_t)n, of);
	}
	return at == PART_FOUND;
}

const struct rtattr *
netlink_attr(const struct nlmsghdr *h, size_t size, const struct rtattr *before)
{
	const struct rtattr *a = before ? netlink_behind(before, RTA_ALIGN(before->rta_len)) :
	                                  netlink_behind(NLMSG_DATA(h), NLMSG_ALIGN(size));
	const char *end = netlink_behind(h, h->nlmsg_len);
	long left = end - (const char *)a;

	return RTA_OK(a, left) ? a : NULL;
}
