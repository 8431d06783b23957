/* What is to be said to a client: decided by server.c and proxy.c, written by
 * reply.c, sent by batch.c. */
#ifndef ANSWER_H
#define ANSWER_H

#include "boot.h"
#include "request.h"

enum answer_way {
	ANSWER_SERVER, /* with an address */
	ANSWER_PROXY,  /* beside another server, from port 67 */
	ANSWER_BINL    /* from port 4011 */
};

struct answer {
	const struct request *request;
	const struct client *client;
	const struct rules *rules;
	enum answer_way way;
	enum dhcp_type type; /* OFFER, ACK, NAK; DHCP_BOOTP for a BOOTP reply */
	uint32_t self;       /* our address: option 54 */
	uint32_t yiaddr;
	uint32_t lease_s;    /* 0: none is said */
	const char *message; /* of a NAK */
	struct boot boot;
	bool fresh;          /* yiaddr was not this client's before: is it free? */
	bool commit;         /* the lease of yiaddr must be on disk first, */
	int64_t expiry;      /* until then */
	uint32_t superseded; /* another address of its, which that was the end of; 0: none */
};

#endif
