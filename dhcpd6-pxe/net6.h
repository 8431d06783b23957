/*
 * Sockets: what comes in on port 547, and replies out.  An interface has a socket of
 * its own, bound to it, so that servers on other interfaces of this host do no harm.
 */
#ifndef NET6_H
#define NET6_H

#include <netinet/in.h>

#include "listen.h"
#include "msgbatch.h"
#include "netif.h"

#define NET_ERROR 512
#define NET_BATCH 256    /* messages that are received, and synced, together */
#define NET_BYTES 4096   /* longer messages are cut, and then refused */
#define NET_OUT_MAX 4096 /* a reply within its relays' messages; one of a client fits an Ethernet frame */

struct net_sock {
	int fd;
	int ifindex; /* 0: any interface (handed over) */
	bool shared; /* another server may have the port too */
};

struct net {
	struct net_sock *sock;
	size_t n;
	int *joined; /* interfaces that a socket which was handed over listens on */
	size_t joins;
};

/* A message that came in. */
struct net_in {
	const uint8_t *data;
	size_t len;
	struct in6_addr src, dst;
	uint16_t sport;
	int ifindex;
};

/* A message to send. */
struct net_out {
	int ifindex;
	struct in6_addr to;
	uint16_t port;
	size_t len;
	uint8_t data[NET_OUT_MAX];
};

/* Takes sockets that were handed over. */
int net6_adopt(struct net *n, const struct listen_set *set, char error[NET_ERROR]);
/* Binds and listens on an interface, unless that is done already.  `beside`: another
 * server may be there, or come. */
int net6_bind(struct net *n, const struct netif *iface, bool beside, char error[NET_ERROR]);
/* True if the interface is served. */
bool net6_has(const struct net *n, int ifindex);
void net6_drop(struct net *n, int ifindex);

/* Messages that have come, behind those in `b`; their bytes are there until it is cleared.
 * `in` has room for as many as `b` can still take, NET_BATCH in all.  0 when none has come
 * or there is no room, -1 with errno. */
int net6_receive(const struct net_sock *s, struct msgbatch *b, struct net_in *in);

/* Sends them all; how many could not be sent, errno of the last of them. */
size_t net6_send(const struct net *n, const struct net_out *out, size_t count);
void net6_close(struct net *n);

#endif
