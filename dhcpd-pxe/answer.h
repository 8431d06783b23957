/* The answer to a message: decided by server.c and proxy.c, written by reply.c,
 * sent by batch.c. */
#ifndef ANSWER_H
#define ANSWER_H

#include "boot.h"
#include "request.h"

enum answer_way {
	ANSWER_SERVER, /* with an address */
	ANSWER_PROXY,  /* beside another server, from port 67 */
	ANSWER_BINL    /* from port 4011 */
};

/* What became of a message. */
enum server_result {
	SERVER_ANSWER,   /* the struct answer is complete */
	SERVER_RELEASED, /* RELEASE: yiaddr is free again, which is to be written down */
	SERVER_DECLINED, /* DECLINE: nobody gets yiaddr for a while */
	/* No answer, because: */
	SERVER_NOT_REQUEST,    /* a reply, not a request */
	SERVER_NO_SUBNET,      /* no subnet line holds the link's or relay's address, or fits */
	SERVER_DENIED,         /* boot.refused is the deny line */
	SERVER_OTHER_SERVER,   /* the client chose another one */
	SERVER_NO_ADDRESS,     /* every range is used up */
	SERVER_ALL_REST,       /* what is left of the ranges was found in use */
	SERVER_HOST_RESTS,     /* so was the address of its host line, and there is no other */
	SERVER_HOST_ELSEWHERE, /* that is of another link */
	SERVER_NO_RANGE,       /* there is none to take one from */
	SERVER_NO_HOST,        /* BOOTP without a host line, and no bootp=dynamic */
	SERVER_FULL,           /* max-leases= of its subnet line */
	SERVER_FLOOD,          /* too many offers that nobody takes up */
	SERVER_NO_RECORD,      /* we do not know its lease, and are not authoritative */
	SERVER_NO_BOOT,        /* a proxy with nothing to boot for it */
	SERVER_NOT_BOOTING,    /* a proxy leaves plain DHCP clients alone */
	SERVER_NO_KEY,         /* neither a client identifier nor an Ethernet address */
	SERVER_BAD_MAC,        /* no client identifier, and an address that no interface has */
	SERVER_IGNORED,        /* a message that asks for nothing here */
	SERVER_WAITS,          /* another server answers it first: for its delay= */
	SERVER_ASKS_AGAIN,     /* another server answers it, or it asks again: share= */
	SERVER_PROBING,        /* its address is being probed with ARP first */
	SERVER_NO_ROOM,        /* its reply would be longer than it accepts */
	SERVER_NOT_WRITTEN,    /* its lease is not on disk */
	SERVER_NO_MEMORY,
	SERVER_RESULTS
};

struct answer {
	const struct request *request;
	const struct client *client;
	const struct rules *rules;
	enum answer_way way;
	enum dhcp_type type; /* OFFER, ACK, NAK; DHCP_BOOTP for a BOOTP reply */
	uint32_t self;       /* our address: option 54, */
	uint32_t named;      /* unless we stand in for the server that the client chose; 0 */
	uint32_t yiaddr;
	uint32_t lease_s;    /* 0: none is given */
	const char *message; /* of a NAK */
	struct boot boot;
	bool fresh;          /* yiaddr was not this client's before, so it is probed */
	bool noted;          /* a new offer, to be written down for people */
	bool commit;         /* the lease of yiaddr must be on disk first, */
	int64_t expiry;      /* until then */
	uint32_t wait_ms;    /* of SERVER_WAITS */
	uint32_t seen;       /* an address that another server gives the client, which is to be written down; 0 */
	uint32_t superseded; /* an address that is free now, which is to be written down; 0: none */
	size_t resting;      /* addresses, this declined one among them */
};

/* Is this the answer from which the client boots?  An offer is only on the way there. */
bool answer_boots(const struct answer *a);

#endif
