/*
 * Router advertisements where ra lines ask for them: when, and to whom.  `ra prefix='
 * speaks from time to time and when it is asked, as a router would; `ra none' only
 * when it is asked, and while no other router was heard.
 */
#ifndef ROUTER_H
#define ROUTER_H

#include "eventlog6.h"
#include "ifaces.h"

#define ROUTER_ERROR 256

struct router_link {
	int ifindex;
	const struct ra_line *line; /* NULL: nothing is said there */
	uint64_t due_ms;            /* of the next advertisement; UINT64_MAX: none */
	struct in6_addr to;         /* whom that is for: one, or all */
	unsigned firsts;            /* sent soon after another (RFC 4861, 6.2.4) */
	uint64_t spoke_ms;          /* when all were told last; 0: never */
	unsigned asked;             /* our own solicitations, to find other routers, */
	uint64_t ask_ms;            /* and when the next is due; UINT64_MAX: never */
	uint64_t known_ms;          /* from then on silence means that there is none */
	uint64_t other_until_ms;    /* another router was heard; 0: none */
};

struct router {
	int fd; /* -1: not allowed to, or no IPv6 */
	struct router_link *link;
	size_t n;
};

/* What a router works with; nothing of it is kept. */
struct router_env {
	const struct ifaces *ifaces;
	const struct rules *rules;
	struct eventlog *log;
	uint64_t *sent; /* counts */
	uint64_t now_ms;
};

/* Opens the socket, while there is the right to; r->fd is -1 without. */
void router_open(struct router *r);
/* Follows these interfaces and rules.  -1 and a sentence when there are ra lines that
 * cannot be followed. */
int router_bind(struct router *r, const struct router_env *env, char error[ROUTER_ERROR]);
/* True if something may be said on this interface. */
bool router_speaks(const struct router *r, int ifindex);
/* Takes in what has come. */
void router_read(struct router *r, const struct router_env *env);
/* Sends what is due; milliseconds until the next is, -1 when nothing is. */
int router_due(struct router *r, const struct router_env *env);
void router_close(struct router *r);

#endif
