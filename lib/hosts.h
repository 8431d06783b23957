/*
 * Finds a client's host line, and the host that an address is reserved for, at
 * the same cost with ten hosts and a million.  Holds only pointers: remove a
 * host before freeing it.
 */
#ifndef HOSTS_H
#define HOSTS_H

#include "hashtab.h"
#include "rules/rules.h"

struct hosts {
	struct hashtab by_id, by_addr;
	uint64_t seed;
};

/* What a client is known by; NULL, or no length: it did not say. */
struct hosts_who {
	const uint8_t *mac; /* 6 bytes */
	const uint8_t *id;  /* client identifier, as in option 61 */
	size_t id_len;
	const uint8_t *duid; /* as in DHCPv6's option 1 */
	size_t duid_len;
	const uint8_t *uuid; /* 16 bytes, as in option 97 */
};

struct hosts_found {
	const struct host *host;    /* its host line; NULL without */
	const struct host *file;    /* its file in a hosts directory */
	const struct host *addr_of; /* the one of these that says which address, */
	uint32_t addr;              /* on its link; 0: none is reserved */
	bool has_addr6;
	struct in6_addr addr6; /* the same from hosts_find6 */
};

/* 0, or -1 when there is no memory. */
int hosts_add(struct hosts *h, const struct host *host);
void hosts_remove(struct hosts *h, const struct host *host);
/* Every host line of the rules. */
int hosts_add_rules(struct hosts *h, const struct rules *rules);
/* Where the client is: can it have that address there?  NULL: anywhere. */
struct hosts_link {
	bool (*has)(const void *arg, uint32_t addr);
	const void *arg;
};
struct hosts_link6 {
	bool (*has)(const void *arg, const struct in6_addr *addr);
	const void *arg;
};
/* Of several lines for one machine, that with an address on the link counts. */
void
hosts_find(const struct hosts *h, const struct hosts_who *who, const struct hosts_link *link, struct hosts_found *out);
void hosts_find6(
    const struct hosts *h, const struct hosts_who *who, const struct hosts_link6 *link, struct hosts_found *out);
/* Do the rules say anything of the machine? */
bool hosts_known(const struct hosts_found *found);
/* The name that they give it, first in its file; NULL: none. */
const char *hosts_name(const struct hosts_found *found);
/* True if its host line or its file has the tag. */
bool hosts_tagged(const struct hosts_found *found, const char *tag);
/* Is the address reserved for another machine than this one? */
bool hosts_reserved(const struct hosts *h, uint32_t addr, const struct hosts_found *but);
bool hosts_reserved6(const struct hosts *h, const struct in6_addr *addr, const struct hosts_found *but);
/* Is it reserved for some machine? */
bool hosts_have_addr(const struct hosts *h, uint32_t addr);
bool hosts_have_addr6(const struct hosts *h, const struct in6_addr *addr);
void hosts_free(struct hosts *h);

#endif
