/*
 * RFC 2131 as a table: what comes in, what the rules and the leases say, what
 * goes out.  Pure: time is an argument, the caller sends, syncs and logs.
 */
#ifndef SERVER_H
#define SERVER_H

#include "answer.h"
#include "hosts.h"
#include "leases.h"
#include "uuids.h"

struct server {
	const struct rules *rules;
	const struct hosts *hosts;
	struct leases *leases;
	/* Our own addresses, which no client gets. */
	const uint32_t *own;
	size_t owns;
	struct uuids *uuids;
};

enum server_result {
	SERVER_ANSWER,   /* *out says it all */
	SERVER_RELEASED, /* RELEASE: out->yiaddr is free again, to be written down */
	SERVER_DECLINED, /* DECLINE: nobody gets out->yiaddr for a while */
	/* No answer, because: */
	SERVER_NOT_REQUEST,  /* a reply of somebody else */
	SERVER_NO_SUBNET,    /* no subnet line holds the link's or relay's address, or fits */
	SERVER_DENIED,       /* out->boot.refused is the deny line */
	SERVER_OTHER_SERVER, /* the client chose another one */
	SERVER_NO_ADDRESS,   /* every range is full, or there is none */
	SERVER_NO_HOST,      /* BOOTP without a host line, and no bootp=dynamic */
	SERVER_FULL,         /* max-leases= of its subnet line */
	SERVER_FLOOD,        /* too many offers that nobody takes up */
	SERVER_NO_RECORD,    /* we know nothing of its lease, and are not the authority */
	SERVER_NO_BOOT,      /* a proxy with nothing to boot for it */
	SERVER_NOT_BOOTING,  /* a proxy leaves plain DHCP clients alone */
	SERVER_NO_KEY,       /* neither a client identifier nor an Ethernet address */
	SERVER_BAD_MAC,      /* no client identifier, and an address that no interface has */
	SERVER_IGNORED,      /* a message that asks for nothing here */
	SERVER_PROBING,      /* its address is being tried with ARP first */
	SERVER_NO_ROOM,      /* its reply would be longer than it takes */
	SERVER_NOT_WRITTEN,  /* its lease is not on disk */
	SERVER_NO_MEMORY,
	SERVER_RESULTS
};
const char *server_result_text(enum server_result r);

/* `c` must have been read from the request; its host and subnet are set here.
 * `out` is filled for every result, as far as it is known.  Addresses that
 * are offered are kept for the client at once; one that is leased only when
 * server_commit says that it is on disk. */
enum server_result
server_answer(const struct server *s, const struct request *q, struct client *c, int64_t now, struct answer *out);

/* What the client is called: by the rules, by itself, or as before (it may
 * renew without option 12); valid as long as all three. */
const char *server_lease_name(const struct lease *lease, const struct client *c);
/* The lease of this answer is on disk.  NULL when it is gone meanwhile.  Sets
 * a->superseded, to be written down. */
const struct lease *server_commit(const struct server *s, struct answer *a);
/* The lease of this answer cannot be written.  What an earlier line of the
 * file says the client still has may be said again, for the time that is left;
 * false when there is no such line. */
bool server_fall_back(const struct server *s, struct answer *a, int64_t now);
/* A boot line with `once` has done its work with this answer (or with the
 * other server's, whose client took our proxy offer). */
bool server_is_done(const struct answer *a, enum server_result r);

/* Somebody uses this address who should not: it counts as declined.  NULL when it is
 * leased, or when there is no memory. */
const struct lease *server_conflict(const struct server *s, uint32_t addr, int64_t now);
/* Addresses that the next new clients of this answer's subnet may get. */
size_t server_ahead(const struct server *s, const struct answer *a, int64_t now, uint32_t *out, size_t room);

#endif
