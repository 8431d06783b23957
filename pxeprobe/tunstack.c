#include "tunstack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "advice.h"
#include "wire.h"

#define NAME "tun0"
#define ADDRESS_TRIES 2500 /* of 2 ms each */
#define QUEUE 16384        /* packets: thousands of machines may send at once */

static struct sockaddr
sockaddr_of(uint32_t addr)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(addr) };
	struct sockaddr sa;

	memcpy(&sa, &in, sizeof(sa));
	return sa;
}

int
tunstack_open(unsigned mtu, struct tunstack *out, char error[TUNSTACK_ERROR])
{
	struct tunstack s = { .tun = -1, .control = -1, .control6 = -1 };
	struct ifreq r = { .ifr_name = NAME, .ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR };
	const char *doing = "make a network namespace";
	int rc;

	/* Root needs no user namespace; others get one where that is allowed. */
	if (unshare(CLONE_NEWNET) != 0 && (errno != EPERM || unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0))
		goto fail;
	doing = "open /dev/net/tun";
	s.tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (s.tun < 0 || ioctl(s.tun, TUNSETIFF, &r) != 0)
		goto fail;
	doing = "set up the namespace's interface";
	s.control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	r.ifr_mtu = (int)mtu;
	if (s.control < 0 || ioctl(s.control, SIOCSIFMTU, &r) != 0)
		goto fail;
	r.ifr_qlen = QUEUE;
	if (ioctl(s.control, SIOCSIFTXQLEN, &r) != 0)
		goto fail;
	r.ifr_flags = IFF_UP | IFF_RUNNING | IFF_NOARP;
	if (ioctl(s.control, SIOCSIFFLAGS, &r) != 0)
		goto fail;
	s.control6 = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	*out = s;
	return 0;
fail:
	rc = errno;
	snprintf(error, TUNSTACK_ERROR, "cannot %s: %s; %s%s", doing, strerror(rc),
	    rc == ENOENT ? "load the tun module (modprobe tun), or " : "", advice_rights());
	tunstack_close(&s);
	return -1;
}

void
tunstack_close(struct tunstack *s)
{
	if (s->tun >= 0)
		close(s->tun);
	if (s->control >= 0)
		close(s->control);
	if (s->control6 >= 0)
		close(s->control6);
	s->tun = s->control = s->control6 = -1;
}

int
tunstack_address(struct tunstack *s, unsigned slot, uint32_t addr)
{
	char name[] = NAME;
	struct rtentry route = {
		.rt_dst = sockaddr_of(0), .rt_genmask = sockaddr_of(0), .rt_flags = RTF_UP, .rt_dev = name
	};
	struct ifreq r = { 0 };

	snprintf(r.ifr_name, sizeof(r.ifr_name), slot ? NAME ":%u" : NAME, slot);
	r.ifr_addr = sockaddr_of(addr);
	if (ioctl(s->control, SIOCSIFADDR, &r) != 0)
		return -1;
	if (!addr)
		return 0;
	r.ifr_netmask = sockaddr_of(0xffffffff);
	if (ioctl(s->control, SIOCSIFNETMASK, &r) != 0)
		return -1;
	/* Everything goes to the tun device.  Made anew with each address: the
	 * kernel drops the route when the interface loses its last one. */
	return ioctl(s->control, SIOCADDRT, &route) == 0 || errno == EEXIST ? 0 : -1;
}

/* The kernel's struct in6_ifreq and in6_rtmsg: <linux/ipv6.h> and <linux/ipv6_route.h>
 * do not go with <netinet/in.h>. */
struct request6 {
	struct in6_addr addr;
	uint32_t prefix;
	int ifindex;
};
struct route6 {
	struct in6_addr dst, src, gateway;
	uint32_t type;
	uint16_t dst_len, src_len;
	uint32_t metric;
	unsigned long info;
	uint32_t flags;
	int ifindex;
};

/* An address that was just added cannot be used before the kernel has looked at it. */
static bool
is_usable(const struct in6_addr *addr)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_addr = *addr };
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool usable = fd >= 0 && bind(fd, (struct sockaddr *)&in6, sizeof(in6)) == 0;

	if (fd >= 0)
		close(fd);
	return usable;
}

int
tunstack_address6(struct tunstack *s, const struct in6_addr *addr, bool add)
{
	const struct timespec pause = { .tv_nsec = 2000000 };
	struct ifreq r = { .ifr_name = NAME };
	struct request6 want = { .addr = *addr, .prefix = 128 };
	struct route6 route = { .metric = 1, .flags = RTF_UP };

	if (ioctl(s->control, SIOCGIFINDEX, &r) != 0)
		return -1;
	want.ifindex = route.ifindex = r.ifr_ifindex;
	if (ioctl(s->control6, add ? SIOCSIFADDR : SIOCDIFADDR, &want) != 0)
		return -1;
	if (!add)
		return 0;
	for (int i = 0; i < ADDRESS_TRIES && !is_usable(addr); i++)
		nanosleep(&pause, NULL);
	/* Everything goes to the tun device. */
	return ioctl(s->control6, SIOCADDRT, &route) == 0 || errno == EEXIST ? 0 : -1;
}

/* Where the TCP or UDP checksum begins and is stored; a fragment has none, nor has what
 * stands behind extension headers. */
static void
find_checksum(const uint8_t *packet, size_t len, struct virtio_net_hdr *v)
{
	struct rd r = rd_open(packet, len);
	uint8_t first = rd_u8(&r), protocol;
	size_t head = first >> 4 == 6 ? 40 : (size_t)(first & 15) * 4;
	uint16_t fragment = 0;

	rd_take(&r, 5);
	if (first >> 4 != 6) {
		fragment = rd_u16(&r);
		rd_u8(&r);
		protocol = rd_u8(&r);
	} else {
		protocol = rd_u8(&r);
	}
	if (r.bad || fragment & 0x3fff || (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) ||
	    len < head + (protocol == IPPROTO_TCP ? 20 : 8))
		return;
	v->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	v->csum_start = (uint16_t)head;
	v->csum_offset = protocol == IPPROTO_TCP ? 16 : 6;
}

int
tunstack_put(struct tunstack *s, const uint8_t *packet, size_t len)
{
	struct virtio_net_hdr v = { 0 };
	struct iovec io[2] = { { &v, sizeof(v) }, { (void *)(uintptr_t)packet, len } };

	find_checksum(packet, len, &v);
	return writev(s->tun, io, 2) < 0 ? -1 : 0;
}

size_t
tunstack_get(struct tunstack *s, uint8_t *out, size_t size)
{
	struct virtio_net_hdr v;
	struct iovec io[2] = { { &v, sizeof(v) }, { out, size } };
	ssize_t n = readv(s->tun, io, 2);

	return n > (ssize_t)sizeof(v) ? (size_t)n - sizeof(v) : 0;
}
