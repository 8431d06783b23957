/* The interfaces that a DHCP server serves, as they are now.  They come and go, and so
 * do their addresses.  Which of their addresses and subnets count is a matter of the
 * rules' family: DHCPv6's clients are answered from a link-local address. */
#ifndef IFACES_H
#define IFACES_H

#include "netif.h"
#include "rules/rules.h"

#define IFACES_ERROR 512

struct ifaces {
	struct netif *net;
	size_t n;
	enum rules_family family; /* of the rules that they were read for */
	uint32_t *own;            /* the IPv4 addresses of all of them */
	size_t owns;
};

/* True if an interface line's name stands for several: eth*. */
bool ifaces_is_pattern(const char *name);
/* Those that the rules name, if they are here and have an IPv4 or a link-local IPv6
 * address; without interface lines, every one that has an address in a subnet line or
 * in an `ra prefix='.  There may be none.  -1 and a sentence when the kernel cannot be
 * asked. */
int ifaces_read(const struct rules *rules, struct ifaces *out, char error[IFACES_ERROR]);
void ifaces_free(struct ifaces *l);

/* Whether an interface of this name can be served.  If not, a sentence: it is
 * not here (IFACES_WRONG), or has no address yet (IFACES_SYSTEM). */
enum ifaces_result { IFACES_OK, IFACES_WRONG, IFACES_SYSTEM };
enum ifaces_result ifaces_check(const char *name, enum rules_family family, char error[IFACES_ERROR]);
/* Whether there is one of this name, with an address or not. */
enum ifaces_result ifaces_exists(const char *name, char error[IFACES_ERROR]);
/* The sentence when there is none for rules without interface lines. */
void ifaces_say_none(const struct rules *rules, char error[IFACES_ERROR]);

const struct netif *ifaces_find(const struct ifaces *l, int index);
const struct netif *ifaces_named(const struct ifaces *l, const char *name);
/* True if they are the same interfaces with the same addresses of their family. */
bool ifaces_same(const struct ifaces *a, const struct ifaces *b);
/* True if it is an IPv4 address of one of them. */
bool ifaces_own(const struct ifaces *l, uint32_t addr);
/* True if only subnets beside another server (proxy, netboot), or none, are on this
 * interface. */
bool ifaces_only_beside(const struct netif *net, const struct rules *rules);
bool ifaces_has_subnet(const struct netif *net, const struct subnet *s);
bool ifaces_has_subnet6(const struct netif *net, const struct subnet6 *s);
/* True if any subnet line is for a network of this interface. */
bool ifaces_has_some_subnet(const struct netif *net, const struct rules *rules);
/* Its link-local IPv6 address; NULL without. */
const struct in6_addr *ifaces_link_local(const struct netif *net);

/* The one that clients see of those of a family: of IPv6, a link-local one only when there
 * is no other.  It has one. */
const char *ifaces_addr_text(const struct netif *net, enum rules_family family, char out[INET6_ADDRSTRLEN]);

/* A non-blocking descriptor that is readable when an address of the family or an
 * interface has changed; -1 with errno.  ifaces_changed empties it. */
int ifaces_watch(enum rules_family family);
void ifaces_changed(int watch);

#endif
