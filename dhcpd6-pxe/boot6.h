/* What a client is told to boot: a URL (RFC 5970).  Pure. */
#ifndef BOOT6_H
#define BOOT6_H

#include "client6.h"

#define BOOT_URL 1024

struct boot {
	const struct rule *rule; /* the boot line; NULL: nothing to boot */
	char url[BOOT_URL];
	const struct rule *refused;  /* a line for an iPXE that has just loaded itself */
	const struct rule *too_long; /* a line whose file is too long once filled in */
};

/* What templates are filled in with. */
struct boot_view {
	const struct client *client;
	struct in6_addr server;    /* {server} */
	const char *name;          /* {server}, when server= is no address; NULL */
	const struct in6_addr *ip; /* {ip}; NULL: not known */
};

void boot6_choose(const struct rules *rules, const struct boot_view *view, struct boot *out);
/* Fills in a template; false when the result does not fit.  As the host of a URL an
 * address gets its brackets (RFC 3986, 3.2.2). */
bool boot6_fill(const char *text, const struct boot_view *view, char *out, size_t size);

#endif
