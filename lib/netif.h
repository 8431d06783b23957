/* What the kernel knows of a network interface. */
#ifndef NETIF_H
#define NETIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <net/if.h>
#include <netinet/in.h>

#define NETIF_ADDRS 64
#define NETIF_ADDRS6 32

struct netif_addr {
	uint32_t addr; /* IPv4, host order */
	uint8_t prefix;
};

struct netif_addr6 {
	struct in6_addr addr;
	uint8_t prefix;
};

struct netif {
	char name[IF_NAMESIZE];
	int index;
	uint8_t mac[6];
	bool ethernet; /* has a 6 byte hardware address we can frame for */
	bool linked;   /* the cable, or what stands for it, is plugged in */
	bool loopback, up;
	unsigned mtu;
	struct netif_addr addr[NETIF_ADDRS];
	size_t addrs;
	struct netif_addr6 addr6[NETIF_ADDRS6]; /* those that last first */
	size_t addrs6;
};

/* -1 with errno (ENODEV when there is no such interface). */
int netif_get(const char *name, struct netif *out);
/* The same when getifaddrs(3) has been called already: to look at many. */
struct ifaddrs;
int netif_get_of(const char *name, const struct ifaddrs *all, struct netif *out);

#endif
