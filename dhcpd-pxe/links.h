/* The interfaces that are served, as they are now: they come and go, and so do
 * their addresses. */
#ifndef LINKS_H
#define LINKS_H

#include "netif.h"
#include "rules.h"

#define LINKS_ERROR 512

struct links {
	struct netif *net;
	size_t n;
	uint32_t *own; /* every address of them */
	size_t owns;
};

/* Those that the rules name, as far as they are here and have an address;
 * without interface lines, each that has an address in a subnet line.  There
 * may be none.  -1 and a sentence when the kernel cannot be asked. */
int links_read(const struct rules *rules, struct links *out, char error[LINKS_ERROR]);
void links_free(struct links *l);

/* Could an interface of this name be served?  Otherwise a sentence: it is not
 * here (LINKS_WRONG), or has no address yet (LINKS_SYSTEM). */
enum links_result { LINKS_OK, LINKS_WRONG, LINKS_SYSTEM };
enum links_result links_check(const char *name, char error[LINKS_ERROR]);
/* Is there one of this name, with an address or not? */
enum links_result links_exists(const char *name, char error[LINKS_ERROR]);
/* The sentence for rules without interface lines when there is none. */
void links_say_none(const struct rules *rules, char error[LINKS_ERROR]);

const struct netif *links_find(const struct links *l, int index);
const struct netif *links_named(const struct links *l, const char *name);
/* Are they the same interfaces with the same addresses? */
bool links_same(const struct links *a, const struct links *b);
/* Is it an address of one of them? */
bool links_own(const struct links *l, uint32_t addr);
/* Do only proxy subnets (or none) lie on this interface? */
bool links_only_proxy(const struct netif *net, const struct rules *rules);
bool links_has_subnet(const struct netif *net, const struct subnet *s);
/* Does some subnet line lie on it? */
bool links_has_some_subnet(const struct netif *net, const struct rules *rules);

/* A non-blocking descriptor that is readable when an address or interface
 * has changed; -1 with errno.  links_changed empties it. */
int links_watch(void);
void links_changed(int watch);

#endif
