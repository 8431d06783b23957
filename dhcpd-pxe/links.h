/* The interfaces that are served. */
#ifndef LINKS_H
#define LINKS_H

#include "netif.h"
#include "rules.h"

#define LINKS_ERROR 512

struct links {
	struct netif *net;
	size_t n;
	uint32_t *own;               /* every address of them */
	size_t owns;
};

enum links_result { LINKS_OK, LINKS_WRONG, LINKS_SYSTEM };

/* Those the rules name; without interface lines, each that has an address in
 * a subnet line.  A sentence in `error` otherwise. */
enum links_result links_open(const struct rules *rules, struct links *out,
    char error[LINKS_ERROR]);
/* Is there an interface of this name, with an address or not? */
enum links_result links_check(const char *name, char error[LINKS_ERROR]);
/* Asks the kernel again for their addresses. */
void links_refresh(struct links *l);
const struct netif *links_find(const struct links *l, int index);
/* Is it an address of one of them? */
bool links_own(const struct links *l, uint32_t addr);
/* Do only proxy subnets (or none) lie on this interface? */
bool links_only_proxy(const struct netif *net, const struct rules *rules);
bool links_has_subnet(const struct netif *net, const struct subnet *s);
/* A non-blocking descriptor that is readable when an address or interface
 * has changed; -1 with errno.  links_changed empties it. */
int links_watch(void);
void links_changed(int watch);
void links_free(struct links *l);

#endif
