/* The answer to a message: decided by server6.c, written by reply6.c, sent by batch6.c. */
#ifndef ANSWER6_H
#define ANSWER6_H

#include "boot6.h"
#include "request6.h"

#define ANSWER_IAS 8  /* identity associations of one message; further ones get nothing */
#define ANSWER_GONE 4 /* addresses of one that its client must give up */

/* What became of a message. */
enum server_result {
	SERVER_ANSWER, /* the struct answer is complete */
	/* No answer, because: */
	SERVER_NOT_REQUEST,  /* a reply, not a request */
	SERVER_UNICAST,      /* what goes to all servers came to us alone */
	SERVER_BAD_IDS,      /* a DUID too few or too many (RFC 8415, 16) */
	SERVER_NO_KEY,       /* it cannot be told from other machines */
	SERVER_NO_SUBNET,    /* no subnet line holds the link's address, or fits */
	SERVER_NOT_BOOTING,  /* only those that boot are answered there */
	SERVER_DENIED,       /* boot.refused is the deny line */
	SERVER_OTHER_SERVER, /* the client chose another one */
	SERVER_NO_RECORD,    /* we do not know its lease, and another server may */
	SERVER_NO_BOOT,      /* nothing to boot for it, and that is all we are for there */
	SERVER_NO_ADDRESS,   /* every range is used up, and that is all we are for there */
	SERVER_NO_ROOM,      /* its reply would be too long */
	SERVER_NOT_WRITTEN,  /* its lease is not on disk */
	SERVER_NO_MEMORY,
	SERVER_RESULTS
};

/* One identity association of the reply. */
struct answer_ia {
	uint16_t code; /* IA_NA, IA_TA or IA_PD */
	uint32_t iaid;
	bool given; /* addr is the client's until then; */
	struct in6_addr addr;
	enum dhcp6_status status; /* else why not */
	const char *why;          /* NULL: neither */
	struct in6_addr gone[ANSWER_GONE];
	size_t gones;
};

struct answer {
	const struct request *request;
	const struct client *client;
	const struct rules *rules;
	enum dhcp6_type type; /* ADVERTISE or REPLY */
	bool rapid;           /* a REPLY to a SOLICIT (RFC 8415, 18.3.1) */
	struct in6_addr self;
	uint32_t lease_s;    /* valid lifetime of what is given */
	const char *message; /* with `status`, of the whole reply; NULL: none */
	enum dhcp6_status status;
	struct answer_ia ia[ANSWER_IAS];
	size_t ias;
	bool configures; /* with the options that configure and boot it */
	struct boot boot;
	bool commit;    /* its leases must be on disk first, */
	int64_t expiry; /* until then */
	/* Addresses that are free now, or rest: to be written down. */
	struct in6_addr ended[ANSWER_IAS * ANSWER_GONE];
	size_t ends;
};

/* Is this the answer from which the client boots?  An ADVERTISE is only on the way. */
bool answer6_boots(const struct answer *a);
/* The first address that it gives; NULL without. */
const struct in6_addr *answer6_addr(const struct answer *a);

#endif
