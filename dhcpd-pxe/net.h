/*
 * Sockets: what comes in on ports 67 and 4011, and replies out.  An interface
 * has one UDP socket per port, bound to that interface, so that servers on other
 * interfaces of this host do no harm.  Where another server has port 67 of the
 * same interface, a packet socket listens beside it.
 */
#ifndef NET_H
#define NET_H

#include "frame.h"
#include "listen.h"
#include "msgbatch.h"
#include "netif.h"
#include "target.h"

#define NET_ERROR 512
#define NET_BATCH 512    /* messages that are received, and synced, together */
#define NET_BYTES 2048   /* longer messages are cut, and then refused */
#define NET_OUT_MAX 1472 /* an Ethernet frame's worth, less IP and UDP */

struct net_sock {
	int fd;
	uint16_t port;
	int ifindex; /* 0: any interface (handed over) */
	bool packet; /* a packet socket: hears frames, cannot send */
	bool shared; /* another server may have the port too */
};

struct net {
	struct net_sock *sock;
	size_t n;
	int frame; /* sends Ethernet frames; -1: not allowed to */
	int raw;   /* sends IPv4 packets, for packet sockets; -1: not open */
};

/* A message that came in. */
struct net_in {
	const uint8_t *data;
	size_t len;
	uint32_t src, dst;
	uint16_t sport;
	int ifindex;
};

/* A message to send. */
struct net_out {
	uint16_t port; /* to send from: 67 or 4011 */
	int ifindex;
	bool ethernet; /* the interface takes frames */
	uint32_t src;
	uint8_t src_mac[6], dst_mac[6];
	struct target to;
	size_t len;
	uint8_t data[NET_OUT_MAX];
};

/* Opens the socket for frames; without the right to (EPERM) there is none,
 * and replies are broadcast. */
int net_open(struct net *n, char error[NET_ERROR]);
/* Takes sockets that were handed over, by their ports. */
int net_adopt(struct net *n, const struct listen_set *set, char error[NET_ERROR]);
/* Binds both ports of an interface that are not bound yet.  `beside`: on port 67
 * another server may be there already, or come. */
int net_bind(struct net *n, const struct netif *iface, bool beside, char error[NET_ERROR]);
/* The socket for a port of an interface; NULL without. */
struct net_sock *net_find(const struct net *n, uint16_t port, int ifindex);
/* True if the interface is served. */
bool net_has(const struct net *n, int ifindex);
void net_drop(struct net *n, int ifindex);

/* Messages that have come, behind those in `b`; their bytes are there until it is cleared.
 * `in` has room for as many as `b` can still take, NET_BATCH in all.  0 when none has come
 * or there is no room, -1 with errno. */
int net_receive(const struct net_sock *s, struct msgbatch *b, struct net_in *in);

/* Sends them all; how many could not be sent, errno of the last of them. */
size_t net_send(const struct net *n, const struct net_out *const *out, size_t count);
void net_close(struct net *n);

#endif
