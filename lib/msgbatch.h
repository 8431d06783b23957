/*
 * Many datagrams in one system call (recvmmsg(2), sendmmsg(2)), and the packet information
 * that goes with each: ip(7), ipv6(7).
 */
#ifndef MSGBATCH_H
#define MSGBATCH_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

union msgbatch_address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_ll ll;
};

enum msgbatch_ip { MSGBATCH_IP4, MSGBATCH_IP6 };

/* Room for the packet information of either. */
struct msgbatch_control {
	alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

/* ---- in ---------------------------------------------------------------- */

struct msgbatch;
/* Room for `most` messages of up to `bytes` (longer ones are cut), of any number of
 * sockets.  NULL: no memory. */
struct msgbatch *msgbatch_new(size_t most, size_t bytes);
void msgbatch_free(struct msgbatch *b);
/* Forgets the messages in it. */
void msgbatch_clear(struct msgbatch *b);

struct msgbatch_message {
	const uint8_t *data; /* until the batch is cleared, as all of it */
	size_t len;
	const union msgbatch_address *from;
	struct msghdr *head; /* for msgbatch_pktinfo */
};
/* Messages that have come, behind those that are there: how many, the first of them being
 * number *first.  0: none has, or there is no room; -1 with errno. */
int msgbatch_receive(struct msgbatch *b, int fd, size_t *first);
struct msgbatch_message msgbatch_message(struct msgbatch *b, size_t number);
/* Copies its packet information, a struct in_pktinfo or in6_pktinfo, to `info`; false when
 * there is none. */
bool msgbatch_pktinfo(struct msghdr *h, enum msgbatch_ip ip, void *info);

/* ---- out --------------------------------------------------------------- */

/* Adds one to a message; `room` must last as long as it. */
void msgbatch_add_pktinfo(struct msghdr *h, struct msgbatch_control *room, enum msgbatch_ip ip, const void *info);
/* Sends msg[i] by the socket fd[i], neighbours of one socket in one call; how many could
 * not be sent, errno of the last of them. */
size_t msgbatch_send(const int *fd, struct mmsghdr *msg, size_t count);

#endif
