/* Tables of the kernel, as rtnetlink(7) tells them: all entries of one, and the attributes
 * of each. */
#ifndef NETLINK_H
#define NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/* A socket to ask with; -1 with errno. */
int netlink_open(void);
/* Asks for a whole table (RTM_GETADDR, say); `body`, of `size` bytes, says of which family.
 * -1 with errno. */
int netlink_ask(int fd, uint16_t type, const void *body, size_t size);
struct netlink_entries {
	uint16_t type; /* RTM_NEWADDR, say */
	size_t size;   /* of their body, at least */
	/* Takes one; true: that was the one that was looked for. */
	bool (*take)(void *arg, const struct nlmsghdr *h);
	void *arg;
};

/* Reads the answer, up to the entry that is taken: 1; to its end: 0; -1 with errno. */
int netlink_read(int fd, const struct netlink_entries *of);
/* The attribute of an entry behind `before` (NULL: its first), whose body has `size` bytes;
 * NULL: there is none.  Its bytes are RTA_DATA and RTA_PAYLOAD. */
const struct rtattr *netlink_attr(const struct nlmsghdr *h, size_t size, const struct rtattr *before);

#endif
