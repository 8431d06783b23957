/*
 * The DHCPv6 client of a firmware (RFC 8415, RFC 5970) as a state machine: it gathers
 * ADVERTISEs, chooses one as the persona would, requests the address, or only asks for
 * information.  Packets and the time go in; what to do next comes out, and what came
 * of it stays in the struct.  Pure.  Used as dhcp_client.h.
 */
#ifndef DHCP6_CLIENT_H
#define DHCP6_CLIENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "dhcp6.h"
#include "dhcp_build.h"
#include "ip6.h"
#include "persona.h"

#define DHCP6_CLIENT_OFFERS 8
#define DHCP6_CLIENT_URL 1024
#define DHCP6_CLIENT_DNS 3
#define DHCP6_CLIENT_MAX 1400 /* bytes of a message */

enum dhcp6_client_ask {
	DHCP6_CLIENT_BOOT,  /* an address and what to boot */
	DHCP6_CLIENT_STACK, /* the IP stack's own: an address alone */
	DHCP6_CLIENT_INFO   /* what to boot alone: the address is from elsewhere */
};

enum dhcp6_client_state { DHCP6_CLIENT_SOLICITING, DHCP6_CLIENT_REQUESTING, DHCP6_CLIENT_ENDED };

enum dhcp6_client_result {
	DHCP6_CLIENT_GOT,    /* what was asked for: see reply */
	DHCP6_CLIENT_UNSENT, /* nothing could be sent */
	DHCP6_CLIENT_SILENT, /* nobody answered */
	DHCP6_CLIENT_UNFIT,  /* no answer will do; offer[] holds them */
	DHCP6_CLIENT_NO_REPLY,
	DHCP6_CLIENT_REFUSED /* see reply.status */
};

/* What one ADVERTISE or REPLY says. */
struct dhcp6_answer {
	struct in6_addr from;
	uint64_t ms; /* after the first message */
	uint8_t duid[DHCP6_DUID_MAX];
	size_t duid_len;
	bool has_addr;
	struct in6_addr addr;
	uint32_t valid_s;
	uint16_t status;
	uint8_t preference;
	char url[DHCP6_CLIENT_URL]; /* "" without */
	bool url_nul;               /* a NUL ended it */
	bool has_params;            /* option 60 */
	bool has_http_class;        /* option 16 with HTTPClient */
	struct in6_addr dns[DHCP6_CLIENT_DNS];
	unsigned dns_n;
};

struct dhcp6_client_want {
	const struct persona *persona;
	struct identity id;
	enum dhcp6_client_ask ask;
	uint32_t iaid;
	unsigned patience_ms; /* for each exchange */
	uint32_t xid;         /* of the first exchange; the second has the next */
};

struct dhcp6_client {
	struct dhcp6_client_want want;
	enum dhcp6_client_state state;
	enum dhcp6_client_result result; /* once it has ended */
	struct dhcp6_answer offer[DHCP6_CLIENT_OFFERS];
	size_t offers, chosen;
	struct dhcp6_answer reply;
	bool leased; /* holds reply.addr, and owes a RELEASE */
	uint32_t xid;
	uint64_t began_ms, asked_ms, again_ms, retry_ms;
};
void dhcp6_client_start(struct dhcp6_client *c, const struct dhcp6_client_want *want, uint64_t now_ms);

enum dhcp6_client_act {
	DHCP6_CLIENT_WAIT, /* for packets, until out->deadline_ms */
	DHCP6_CLIENT_SEND,
	DHCP6_CLIENT_DONE
};
struct dhcp6_client_out {
	uint64_t deadline_ms;
	size_t len;
	uint8_t bytes[DHCP6_CLIENT_MAX];
};
enum dhcp6_client_act dhcp6_client_next(struct dhcp6_client *c, uint64_t now_ms, struct dhcp6_client_out *out);
/* What dhcp6_client_next wanted sent could not be. */
void dhcp6_client_unsent(struct dhcp6_client *c);

enum dhcp6_client_heard {
	DHCP6_CLIENT_NOTHING,   /* not for this exchange, or seen before */
	DHCP6_CLIENT_HAS_OFFER, /* offer[offers - 1] */
	DHCP6_CLIENT_HAS_REPLY
};
enum dhcp6_client_heard dhcp6_client_input(struct dhcp6_client *c, const struct ip6_udp *u, uint64_t now_ms);

/* The RELEASE of its lease; and is this the answer to it? */
void dhcp6_client_release(const struct dhcp6_client *c, uint32_t xid, struct dhcp6_client_out *out);
bool dhcp6_client_is_released(const struct dhcp6_client *c, uint32_t xid, const struct ip6_udp *u);

/* Would this persona boot by the answer: has it all that it looks for? */
bool dhcp6_client_fits(const struct persona *p, const struct dhcp6_answer *a);

#endif
