#include "netif.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ifaddr6.h"

static uint32_t
sin_addr(const struct sockaddr *sa)
{
	struct sockaddr_in in;

	memcpy(&in, sa, sizeof(in));
	return ntohl(in.sin_addr.s_addr);
}

/* An address with a label is of the interface before its colon: eth0:1. */
static bool
is_of(const struct ifaddrs *a, const char *name)
{
	size_t len = strlen(name);

	return strncmp(a->ifa_name, name, len) == 0 && (a->ifa_name[len] == '\0' || a->ifa_name[len] == ':');
}

static void
take_addrs(const struct ifaddrs *all, struct netif *nif)
{
	uint32_t mask;

	for (const struct ifaddrs *a = all; a && nif->addrs < NETIF_ADDRS; a = a->ifa_next) {
		if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET || !a->ifa_netmask || !is_of(a, nif->name))
			continue;
		mask = sin_addr(a->ifa_netmask);
		nif->addr[nif->addrs].addr = sin_addr(a->ifa_addr);
		nif->addr[nif->addrs].prefix = mask ? (uint8_t)(32 - __builtin_ctz(mask)) : 0;
		nif->addrs++;
	}
}

static uint8_t
prefix6(const struct in6_addr *mask)
{
	uint8_t bits = 0;

	while (bits < 128 && mask->s6_addr[bits / 8] & 0x80 >> bits % 8)
		bits++;
	return bits;
}

static void
take_addrs6(const struct ifaddrs *all, struct netif *nif)
{
	struct sockaddr_in6 in6;

	for (const struct ifaddrs *a = all; a && nif->addrs6 < NETIF_ADDRS6; a = a->ifa_next) {
		struct netif_addr6 *to = &nif->addr6[nif->addrs6];

		if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET6 || !a->ifa_netmask || !is_of(a, nif->name))
			continue;
		memcpy(&in6, a->ifa_addr, sizeof(in6));
		to->addr = in6.sin6_addr;
		memcpy(&in6, a->ifa_netmask, sizeof(in6));
		to->prefix = prefix6(&in6.sin6_addr);
		nif->addrs6++;
	}
}

struct order {
	const struct netif *nif;
	uint8_t kind[NETIF_ADDRS6];
};

static void
note_kind(void *arg, const struct in6_addr *addr, enum ifaddr6_kind kind)
{
	struct order *o = arg;

	for (size_t i = 0; i < o->nif->addrs6; i++)
		if (memcmp(&o->nif->addr6[i].addr, addr, sizeof(*addr)) == 0)
			o->kind[i] = (uint8_t)kind;
}

/* The kernel has the youngest first: beside a router, one that is made of its prefix
 * comes before the one that was given by hand, to which servers are bound. */
static void
order_addrs6(struct netif *nif)
{
	struct order o = { .nif = nif };

	if (nif->addrs6 < 2 || ifaddr6_ask(nif->index, note_kind, &o) < 0)
		return;
	for (size_t i = 1; i < nif->addrs6; i++)
		for (size_t k = i; k > 0 && o.kind[k] < o.kind[k - 1]; k--) {
			struct netif_addr6 addr = nif->addr6[k];
			uint8_t kind = o.kind[k];

			nif->addr6[k] = nif->addr6[k - 1];
			nif->addr6[k - 1] = addr;
			o.kind[k] = o.kind[k - 1];
			o.kind[k - 1] = kind;
		}
}

static int
read_link(int fd, struct netif *nif)
{
	struct ifreq req;

	memset(&req, 0, sizeof(req));
	memcpy(req.ifr_name, nif->name, sizeof(req.ifr_name));
	if (ioctl(fd, SIOCGIFINDEX, &req) < 0)
		return -1;
	nif->index = req.ifr_ifindex;
	if (ioctl(fd, SIOCGIFFLAGS, &req) < 0)
		return -1;
	nif->up = req.ifr_flags & IFF_UP;
	nif->linked = req.ifr_flags & IFF_RUNNING;
	nif->loopback = req.ifr_flags & IFF_LOOPBACK;
	if (ioctl(fd, SIOCGIFMTU, &req) < 0)
		return -1;
	nif->mtu = (unsigned)req.ifr_mtu;
	if (ioctl(fd, SIOCGIFHWADDR, &req) < 0)
		return -1;
	nif->ethernet = req.ifr_hwaddr.sa_family == ARPHRD_ETHER;
	memcpy(nif->mac, req.ifr_hwaddr.sa_data, sizeof(nif->mac));
	return 0;
}

int
netif_get_of(const char *name, const struct ifaddrs *all, struct netif *out)
{
	struct netif nif = { .index = 0 };
	int fd, rc;

	if (strlen(name) >= sizeof(nif.name)) {
		errno = ENODEV;
		return -1;
	}
	memcpy(nif.name, name, strlen(name) + 1);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	rc = read_link(fd, &nif);
	close(fd);
	if (rc < 0)
		return -1;
	take_addrs(all, &nif);
	take_addrs6(all, &nif);
	order_addrs6(&nif);
	*out = nif;
	return 0;
}

int
netif_get(const char *name, struct netif *out)
{
	struct ifaddrs *all;
	int rc;

	if (getifaddrs(&all) < 0)
		return -1;
	rc = netif_get_of(name, all, out);
	freeifaddrs(all);
	return rc;
}
